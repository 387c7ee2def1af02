"""The command line's frame: names, exit statuses and the one line for each refusal."""

import subprocess
import sys

import pytest

from extractors.errors import ScanRefused
from pipeline.cli import app, main
from pipeline.cli.output import printable, refuse


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_version_goes_to_standard_output(capsys) -> None:
    status, out, _ = run(capsys, "--version")
    assert (status, out.split()[0]) == (0, "recordroom")


def test_help_names_every_command(capsys) -> None:
    status, out, _ = run(capsys, "--help")
    assert status == 0
    for command in app.COMMANDS:
        assert command.name in out


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("no-such-command",),
        ("--no-such-option",),
        ("read",),
        ("read", "a.pdf", "--out", "x", "--forms", "y", "--workers", "none"),
        ("read", "a.pdf", "--out", "x", "--forms", "y", "--scanned-on", "1 May"),
        ("read", "a.pdf", "--out", "x", "--forms", "y", "--silent-errors", "2"),
        ("score", "a", "b", "--floor", "entry_accuracy"),
        ("forms",),
        ("forms", "no-such-command"),
    ],
)
def test_wrong_usage_is_status_64_and_a_line_of_plain_words(capsys, words) -> None:
    status, _, err = run(capsys, *words)
    assert status == 64
    assert err.startswith("recordroom")
    assert "--help" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


def test_every_command_of_the_table_can_be_imported_and_has_a_help_page(capsys) -> None:
    for command in app.COMMANDS:
        status, out, err = run(capsys, command.name, "--help")
        assert (status, err) == (0, ""), command.name
        assert command.name in out


def test_a_refusal_is_one_line_with_the_file_the_reason_and_what_to_do(capsys) -> None:
    refuse("012.pdf", ScanRefused("the file has no pages", "scan the paper again"))
    assert capsys.readouterr().err == "012.pdf: the file has no pages; scan the paper again\n"


def test_a_file_name_cannot_forge_a_second_line_or_turn_the_text_round(capsys) -> None:
    refuse("a.pdf: fine\n\u202eb\x1b[2J.pdf", ScanRefused("it is empty", "scan it again"))
    said = capsys.readouterr().err
    assert said == "a.pdf: fine\\n\\u202eb\\x1b[2J.pdf: it is empty; scan it again\n"


def test_ordinary_letters_of_any_language_stay_as_they_are() -> None:
    assert printable("Prüfung 批记录 ✓ – 1.5 µg") == "Prüfung 批记录 ✓ – 1.5 µg"


def test_a_mistake_of_ours_is_one_plain_line_that_asks_for_a_report(capsys, monkeypatch) -> None:
    monkeypatch.delenv("RECORDROOM_DEBUG", raising=False)
    status, out, err = fail_inside(capsys, monkeypatch)
    assert (status, out) == (70, "")
    assert len(err.splitlines()) == 1
    assert "ZeroDivisionError" in err
    assert "please report" in err


def test_with_debug_set_a_mistake_of_ours_shows_where_it_happened(capsys, monkeypatch) -> None:
    monkeypatch.setenv("RECORDROOM_DEBUG", "1")
    assert "Traceback" in fail_inside(capsys, monkeypatch)[2]


def test_a_refusal_that_ends_a_command_is_status_2(capsys, monkeypatch) -> None:
    def refuse_all() -> None:
        raise ScanRefused("there is no site here", "make one with recordroom init")

    status, out, err = run_instead(capsys, monkeypatch, refuse_all)
    assert (status, out) == (2, "")
    assert err == "recordroom: there is no site here; make one with recordroom init\n"


def test_the_help_does_not_wait_for_the_imaging_libraries() -> None:
    code = (
        "import sys; from pipeline.cli import main; main(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('cv2', 'onnxruntime', 'streamlit')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def run_instead(capsys, monkeypatch, command) -> tuple[int, str, str]:
    """Runs a command line on which `search` does what the test wants."""
    monkeypatch.setattr("pipeline.cli.app.import_module", lambda name: Holder(command))
    return run(capsys, "search")


class Holder:
    """A command's module."""

    def __init__(self, command) -> None:
        self.search = command


def fail_inside(capsys, monkeypatch) -> tuple[int, str, str]:
    def divide() -> None:
        raise ZeroDivisionError("division by zero")

    return run_instead(capsys, monkeypatch, divide)
