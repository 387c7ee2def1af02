"""`recordroom serve` where it can't serve: one line, and exit status 2."""

import socket
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.cli.serve import address
from pipeline.site import Site


def test_without_a_site_serve_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--site", str(tmp_path / "nowhere")]) == 2
    assert "there is no site in" in capsys.readouterr().err


def test_a_port_in_use_is_named(
    sqlite_site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDROOM_SITE", str(sqlite_site.settings.site))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"127.0.0.1:{port} can't be used" in said
    assert "choose another with --port" in said


def test_the_address_is_one_to_type_into_a_browser() -> None:
    assert address("0.0.0.0", 8501) == "http://localhost:8501"
    assert address("records.plant", 80) == "http://records.plant:80"
