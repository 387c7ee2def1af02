"""A stack of scans: which files are taken, and that one bad one never stops the rest."""

from pathlib import Path

import pytest
from stack_readers import die_on_bad

from pipeline.stack import Order, gather, read_stack


def make(folder: Path, *names: str) -> list[Path]:
    made = [folder / name for name in names]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-")
    return made


def names(paths) -> list[str]:
    return [path.name for path in paths]


def test_a_folder_is_taken_with_all_below_it_and_what_is_hidden_is_left(tmp_path: Path) -> None:
    make(tmp_path, "2.pdf", "1.tif", "deep/er/3.png", ".hidden", ".dir/4.pdf", "Thumbs.db")
    assert names(gather([tmp_path]).scans) == ["1.tif", "2.pdf", "3.png"]


def test_two_scans_with_the_same_stem_are_both_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    make(tmp_path, "a/012.pdf", "b/012.tif", "c/013.pdf")
    stack = gather([tmp_path])
    assert names(stack.scans) == ["013.pdf"]
    assert names(one.path for one in stack.refused) == ["012.pdf", "012.tif"]
    assert "012" in str(stack.refused[0].error)


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (scan,) = make(tmp_path, "012.pdf")
    assert gather([scan, tmp_path, tmp_path / "." / "012.pdf"]).scans == (scan,)


def test_a_file_that_is_not_there_is_an_outcome_and_not_the_end(tmp_path: Path) -> None:
    stack = gather([tmp_path / "gone.pdf"])
    (outcome,) = read_stack(stack.scans, Order(tmp_path, tmp_path / "out"), workers=1)
    assert outcome.error is not None
    assert "there is no such file" in str(outcome.error)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (refused,) = gather([tmp_path]).refused
    assert refused.path == tmp_path


@pytest.mark.parametrize("workers", [1, 3])
def test_a_process_that_dies_costs_its_own_scan_only(tmp_path: Path, workers: int) -> None:
    scans = make(tmp_path, "1.pdf", "bad-1.pdf", "2.pdf", "3.pdf", "bad-2.pdf", "4.pdf", "5.pdf")
    order = Order(forms=tmp_path, out=tmp_path / "out")
    outcomes = {
        outcome.path.name: outcome
        for outcome in read_stack(scans, order, workers=workers, read=die_on_bad)
    }
    assert sorted(outcomes) == sorted(names(scans))
    refused = [name for name, outcome in outcomes.items() if outcome.error is not None]
    assert sorted(refused) == ["bad-1.pdf", "bad-2.pdf"]
    assert "died" in str(outcomes["bad-1.pdf"].error)
