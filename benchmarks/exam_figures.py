"""The figures of each part of the exam, and what they have to reach.

Each function takes a set that was read and gives lines of the table, and lists beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.exam_bounds import Goal, Line, line
from benchmarks.exam_seen import Seen, SeenSet, rows_of
from pipeline.cli.score_tables import tables
from pipeline.core.evaluate import Automation, automation
from pipeline.core.score import score_records, split_by, split_entries
from sample_scans.planted import CASES, Kind

SILENT_ERRORS = 0.0014
EXACT_TYPES = ("date", "time", "number")
MOST_STEPS = 24
"""So many thresholds of the curve are shown in the table; the file holds all."""

Is = Callable[[Seen], bool]


@dataclass(frozen=True)
class Findings:
    """What a part of the exam gives: lines with goals, lists of lines, tables in Markdown."""

    lines: tuple[Line, ...]
    lists: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    text: str = ""


def of_records(seen: SeenSet) -> Findings:
    """Records as they come: states, values, what is accepted and how much of that is wrong."""
    entries = seen.entries
    written = [one for one in entries if one.true.is_handwriting]
    good = [one for one in written if one.quality == "good"]
    lines = [
        _right("state_accuracy", Goal(0.995), entries, _is_state_wrong),
        _right("entry_accuracy", Goal(0.98), written, _is_value_wrong),
        *(
            _right(
                f"entry_accuracy, {kind}s on good scans",
                Goal(0.99),
                [one for one in good if one.true.type == kind],
                _is_value_wrong,
            )
            for kind in EXACT_TYPES
        ),
        *_accepted(entries, ""),
        *_accepted(written, ", filled handwriting"),
    ]
    groups = {
        "type": split_entries(seen.pairs, lambda entry: entry.type),
        "quality": split_by(seen.pairs, lambda pair: pair.quality),
    }
    splits = {
        by: {name: score_records(group) for name, group in each.items()}
        for by, each in groups.items()
    }
    score = "\n".join(tables(score_records(seen.pairs), splits))
    return Findings(tuple(lines), text=f"{score}\n\n{_curve(_handwriting_curve(seen))}")


def _accepted(entries: Sequence[Seen], words: str) -> Iterator[Line]:
    sure = [one for one in entries if one.is_accepted]
    goal = Goal(SILENT_ERRORS, is_ceiling=True)
    pairs = ((one.cluster, one.is_wrong) for one in sure)
    yield line(f"silent_errors{words}", goal, pairs, is_error_rate=True)
    yield _right(f"accepted{words}", Goal(0.85), entries, lambda one: not one.is_accepted)


def _handwriting_curve(seen: SeenSet) -> Automation:
    written = [
        replace(pair, entries=tuple(both for both in pair.entries if both[0].is_handwriting))
        for pair in seen.pairs
    ]
    return automation(written, SILENT_ERRORS)


def _curve(found: Automation) -> str:
    """The share accepted against the share of those wrong, as a table."""
    rows = ["| confidence from | accepted | silent errors |", "|---|---|---|"]
    every = max(1, len(found.steps) // MOST_STEPS)
    rows += [
        f"| {step.threshold:.5f} | {step.accepted:.4f} | {step.silent_errors:.5f} |"
        for step in found.steps[::every]
    ]
    words = "no threshold keeps the silent errors within that"
    if found.reach is not None:
        words = f"{found.reach.accepted.value:.4f} can be accepted"
    head = "Filled handwriting alone, threshold by threshold, set by looking at these very records."
    return f"{head} At most {SILENT_ERRORS:g} silent errors: {words}.\n\n" + "\n".join(rows)


def of_signatures(seen: SeenSet) -> Findings:
    """Fields that nobody signed, by what stands there instead."""
    flag = "missing_signature"
    lines = _flag_lines(seen, flag, recall=Goal(0.999), precision=Goal(0.99))
    return Findings(lines, {"By what stands in the field": _by_case(seen, Kind.SIGNATURES, flag)})


def of_unreadable(seen: SeenSet) -> Findings:
    """Entries that nobody can read."""
    recall, precision = _flag_lines(seen, "unreadable", recall=Goal(0.99))
    return Findings((recall,), {"Beside it": (precision,)})


def of_corrections(seen: SeenSet) -> Findings:
    """Entries struck through and replaced, half of them without initials."""
    lines = [
        one
        for flag in ("correction", "uninitialled_correction")
        for one in _flag_lines(seen, flag, recall=Goal(0.97), precision=Goal(0.95))
    ]
    by_case = _by_case(seen, Kind.CORRECTIONS, "correction")
    return Findings(tuple(lines), {"`correction` found, by case": by_case})


def of_voids(seen: SeenSet, forms: Path) -> Findings:
    """Unused rows struck out in one stroke, and filled rows beside them."""
    rows = rows_of(seen.entries, forms)
    void = [(row.cluster, not row.is_found_void) for row in rows if row.is_void]
    filled = [(row.cluster, row.is_taken_for_void) for row in rows if row.is_filled]
    lines = (
        line("void rows, recall", Goal(0.98), void),
        line(
            "filled rows taken for void",
            Goal(0, is_ceiling=True, is_exact=True),
            filled,
            is_error_rate=True,
        ),
    )
    return Findings(lines, {"Beside it": _flag_lines(seen, "void_unsigned")})


def of_boxes(seen: SeenSet) -> Findings:
    """Check boxes, by how they are marked."""
    boxes = [one for one in seen.entries if one.true.type == "checkbox"]
    names = ("none", *CASES[Kind.BOXES])
    words = {"none": "empty"}
    styles = tuple(
        _right(
            words.get(name, name),
            None,
            [one for one in boxes if one.true.fault == name],
            _is_state_wrong,
        )
        for name in names
    )
    lines = (_right("check boxes right", Goal(0.9999), boxes, _is_state_wrong),)
    return Findings(lines, {"By mark": styles})


def _is_state_wrong(seen: Seen) -> bool:
    return seen.is_state_wrong


def _is_value_wrong(seen: Seen) -> bool:
    return seen.is_value_wrong


def _right(figure: str, goal: Goal | None, entries: Iterable[Seen], is_error: Is) -> Line:
    return line(figure, goal, ((one.cluster, is_error(one)) for one in entries))


def _flag_lines(
    seen: SeenSet, flag: str, *, recall: Goal | None = None, precision: Goal | None = None
) -> tuple[Line, Line]:
    """Of a flag on entries: found of those due, and due of those raised."""
    due = ((one.cluster, not one.is_raised(flag)) for one in seen.entries if one.is_due(flag))
    raised = [(one.cluster, not one.is_due(flag)) for one in seen.entries if one.is_raised(flag)]
    spurious = [
        (f"record {pair.name}", True)
        for pair in seen.pairs
        for name in pair.spurious
        if name == flag
    ]
    return (
        line(f"{flag}, recall", recall, due),
        line(f"{flag}, precision", precision, raised + spurious),
    )


def _by_case(seen: SeenSet, kind: Kind, flag: str) -> tuple[Line, ...]:
    """The share of each sort of planted case that has the flag."""
    return tuple(
        _right(
            case,
            None,
            [one for one in seen.entries if one.true.fault == case],
            lambda one: not one.is_raised(flag),
        )
        for case in CASES[kind]
    )
