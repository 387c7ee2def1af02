"""The exam: what is counted, how sure it is, and what is said of it."""

import json
from pathlib import Path

import pytest

from benchmarks.exam import Exam, take
from benchmarks.exam_bounds import Goal, Line, Verdict, error_bound, line
from benchmarks.exam_figures import Findings, of_boxes, of_corrections, of_signatures
from benchmarks.exam_forms import expected_keys
from benchmarks.exam_seen import Seen, SeenRow, SeenSet
from benchmarks.exam_table import exam_page, part_document
from pipeline.core.figures import Count
from pipeline.core.score import ReadEntry, TrueEntry
from pipeline.errors import InputRefused
from sample_scans.values import Split


def things(n: int, *, wrong: int = 0, clusters: int = 1) -> list[tuple[str, bool]]:
    return [(f"writer {number % clusters}", number < wrong) for number in range(n)]


def seen(
    *, state: str, read_state: str, fault: str = "none", kind: str = "checkbox", due=(), raised=()
) -> Seen:
    true = TrueEntry("box", kind, "", state, frozenset(due), fault)
    read = ReadEntry("", read_state, 0.9, True, frozenset(raised))
    return Seen("001", "LC-031 version 4", "good", "writer 1", true, read)


def test_three_thousand_without_an_error_show_one_in_a_thousand() -> None:
    found = line("form_found", Goal(0.999), things(3000))
    assert found.bound == pytest.approx(0.05 ** (1 / 3000))
    assert found.verdict is Verdict.REACHED
    assert line("form_found", Goal(0.999), things(2900)).verdict is Verdict.NOT_SHOWN


def test_with_errors_whole_writers_are_drawn_again() -> None:
    # of two writers one is wrong throughout: drawn twice with a probability of a quarter
    assert error_bound([Count(10, 10), Count(0, 10)]) == 1.0
    # ten writers alike in everything have no spread
    assert error_bound([Count(1, 10)] * 10) == pytest.approx(0.1)
    # one of twenty is wrong throughout: Poisson with mean one has its 95 % quantile at 3
    assert error_bound([Count(1, 1), *[Count(0, 1)] * 19]) == pytest.approx(3 / 20)


def test_all_wrong_may_be_all_wrong() -> None:
    assert error_bound([Count(5, 5)]) == 1.0


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [(0, Verdict.REACHED), (2, Verdict.NOT_SHOWN), (4, Verdict.MISSED)],
)
def test_a_goal_is_reached_by_the_bound_and_missed_by_the_figure(
    wrong: int, verdict: Verdict
) -> None:
    # 100 writers with one entry each: at least 0.97, so three errors are the most
    assert line("recall", Goal(0.97), things(100, wrong=wrong, clusters=100)).verdict is verdict


def test_an_error_rate_has_to_stay_under_its_goal() -> None:
    goal = Goal(0.0014, is_ceiling=True)
    assert line("silent", goal, things(3000), is_error_rate=True).verdict is Verdict.REACHED
    few = line("silent", goal, things(1000), is_error_rate=True)
    assert few.found == 0.0
    assert few.bound == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert few.verdict is Verdict.NOT_SHOWN
    wrong = line("silent", goal, things(1000, wrong=2, clusters=50), is_error_rate=True)
    assert wrong.verdict is Verdict.MISSED


def test_where_not_one_error_is_allowed_the_count_decides() -> None:
    goal = Goal(0, is_ceiling=True, is_exact=True)
    assert line("taken", goal, things(10), is_error_rate=True).verdict is Verdict.REACHED
    one = line("taken", goal, things(1000, wrong=1, clusters=9), is_error_rate=True)
    assert one.verdict is Verdict.MISSED


def test_nothing_to_count_reaches_nothing() -> None:
    assert line("recall", Goal(0.9), []).verdict is Verdict.NOTHING


def test_boxes_are_listed_by_their_mark() -> None:
    boxes = (
        seen(state="checked", read_state="checked", fault="ticked"),
        seen(state="checked", read_state="unchecked", fault="circled"),
        seen(state="unchecked", read_state="unchecked"),
    )
    found = of_boxes(SeenSet((), boxes))
    (whole,) = found.lines
    assert (whole.n, whole.errors) == (3, 1)
    assert {one.figure: (one.n, one.errors) for one in found.lists["By mark"]} == {
        "empty": (1, 0),
        "ticked": (1, 0),
        "crossed": (0, 0),
        "filled": (0, 0),
        "circled": (1, 1),
    }


def test_missing_signatures_are_listed_by_what_stands_there_instead() -> None:
    flag = ["missing_signature"]
    entries = (
        seen(state="blank", read_state="blank", fault="smudge", due=flag, raised=flag),
        seen(state="blank", read_state="filled", fault="stamp_only", due=flag),
        seen(state="filled", read_state="blank", raised=flag),
    )
    found = of_signatures(SeenSet((), entries))
    recall, precision = found.lines
    assert (recall.n, recall.errors) == (2, 1)
    assert (precision.n, precision.errors) == (2, 1)
    by_case = {one.figure: one.errors for one in found.lists["By what stands in the field"]}
    assert (by_case["smudge"], by_case["stamp_only"]) == (0, 1)


def test_both_flags_of_corrections_have_their_goals() -> None:
    names = [one.figure for one in of_corrections(SeenSet((), ())).lines]
    assert names == [
        "correction, recall",
        "correction, precision",
        "uninitialled_correction, recall",
        "uninitialled_correction, precision",
    ]


def test_a_void_row_is_found_where_all_of_it_is() -> None:
    whole = seen(state="not_applicable", read_state="not_applicable", fault="void", kind="text")
    lost = seen(state="not_applicable", read_state="blank", fault="void", kind="text")
    assert SeenRow("r", (whole, whole)).is_void
    assert SeenRow("r", (whole, whole)).is_found_void
    assert not SeenRow("r", (whole, lost)).is_found_void


def test_a_filled_row_is_taken_for_void_where_most_of_it_is() -> None:
    taken = seen(state="filled", read_state="not_applicable", kind="text")
    kept = seen(state="filled", read_state="filled", kind="text")
    assert SeenRow("r", (taken, taken, kept)).is_taken_for_void
    assert not SeenRow("r", (taken, kept)).is_taken_for_void
    assert not SeenRow("r", (taken,)).is_filled


def test_a_sheet_of_no_known_form_has_to_fit_none() -> None:
    assert expected_keys('{"form": null, "version": null}') == (None,)
    truth = {"form": "BMR-118", "version": "3.1", "pages": [1, 3, 2]}
    assert expected_keys(json.dumps(truth)) == ("BMR-118 3.1 1", "BMR-118 3.1 3", "BMR-118 3.1 2")


def test_the_page_shows_each_goal_with_its_bound_and_verdict() -> None:
    lines = (
        Line("state_accuracy", Goal(0.995), 0.997, 0.9961, 2000, 6),
        Line("entry_accuracy", Goal(0.98), 0.95, 0.94, 1000, 50),
    )
    beside = {"By case": (Line("smudge", None, 1.0, 0.99, 300, 0),)}
    document = part_document("records", Findings(lines, beside, "words"), {"seed": 3})
    page = exam_page([json.loads(json.dumps(document))], {"seed": 3})
    assert "| state_accuracy | ≥ 0.995 | 0.99700 | 0.99610 | 6 | 2000 | reached |" in page
    assert "| entry_accuracy | ≥ 0.98 | 0.95000 | 0.94000 | 50 | 1000 | **missed** |" in page
    assert "| smudge | 1.00000 | 0.99000 | 0 | 300 |" in page
    assert "## Records" in page


def exam(out: Path, *, seed: int = 1) -> Exam:
    return Exam(seed, Split.FIT, None, out, scale=0.01)


def test_a_part_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    document = part_document("boxes", Findings((line("x", Goal(0.5), things(9)),)), {})
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "boxes.json").write_text(json.dumps(document))
    (tmp_path / "parts" / "readers.json").write_text(json.dumps(document | {"part": "readers"}))
    done = take(exam(tmp_path), ["boxes"])
    assert [part["part"] for part in done] == ["boxes", "readers"]
    assert not (tmp_path / "sets").exists()
    assert "| x |" in (tmp_path / "exam.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "exam.json").read_text(encoding="utf-8"))["seed"] == 1


def test_a_folder_holds_one_exam_only(tmp_path: Path) -> None:
    take(exam(tmp_path), [])
    with pytest.raises(InputRefused, match="another exam"):
        take(exam(tmp_path, seed=2), [])


def test_each_part_counts_its_seed_up(tmp_path: Path) -> None:
    parts = ("records", "forms", "boxes")
    assert [exam(tmp_path, seed=40).order(part).seed for part in parts] == [40, 41, 46]
