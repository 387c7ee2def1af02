"""The exam on paper: the findings of each part as JSON, and all parts as one page of Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.exam_bounds import Line
from benchmarks.exam_figures import Findings

Document = dict[str, Any]

_HEAD = ("figure", "to reach", "found", "95 % bound", "errors", "n", "")
_LIST_HEAD = ("", "found", "95 % bound", "errors", "n")
READERS = "readers"
"""A part that another program may put beside the others: the readers alone, and together."""


def part_document(part: str, findings: Findings, head: Document) -> Document:
    """One part as JSON. `head` says how it was made."""
    return {
        "part": part,
        **head,
        "lines": [_line(one) for one in findings.lines],
        "lists": {name: [_line(one) for one in lines] for name, lines in findings.lists.items()},
        "text": findings.text,
    }


def _line(one: Line) -> Document:
    return {
        "figure": one.figure,
        "goal": None if one.goal is None else str(one.goal),
        "found": one.found,
        "bound": one.bound,
        "errors": one.errors,
        "n": one.n,
        "verdict": one.verdict.value,
    }


def exam_page(parts: Sequence[Document], head: Mapping[str, object]) -> str:
    """The whole exam in Markdown: one table of all goals, then what each part lists beside."""
    said = ", ".join(f"{name} {value}" for name, value in head.items())
    lines = [f"# The exam ({said})", ""]
    lines += _table(_HEAD, (_cells(one) for part in parts for one in part["lines"]))
    lines += ["", "Bounds are one-sided: writers drawn again where there are errors, exact where"]
    lines += ["there are none. `not shown`: the figure is there, and its bound is not."]
    for part in parts:
        lines += _beside(part)
    return "\n".join(lines) + "\n"


def _beside(part: Document) -> Iterator[str]:
    """What a part lists beside its goals."""
    if not part["lists"] and not part["text"]:
        return
    yield from ("", f"## {part['part'].capitalize()}")
    for name, lines in part["lists"].items():
        yield from ("", f"{name}:", "")
        rows = (_cells(one) for one in lines)
        yield from _table(_LIST_HEAD, ((row[0], *row[2:6]) for row in rows))
    if part["text"]:
        yield from ("", part["text"])


def _cells(one: Document) -> tuple[str, ...]:
    return (
        one["figure"],
        one["goal"] or "",
        _share(one["found"]),
        _share(one["bound"]),
        str(one["errors"]),
        str(one["n"]),
        one["verdict"],
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.5f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
