"""A draft of an arrangement: what a person did to the pages so far, and how to take it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.core.arrangement import (
    Arrangement,
    join,
    move,
    place,
    put_aside,
    split,
    take_back,
    turn,
)
from pipeline.core.arrangement import FormPlace as FormPlace
from pipeline.core.arrangement import assign as assigned

MOST_UNDONE = 200


@dataclass(frozen=True)
class Draft:
    """The arrangement as it is drafted. `before` are its earlier states, the last one last.

    `seen` is the arrangement that it began with; `turn` counts the acts, refused ones too.
    """

    arrangement: Arrangement
    seen: int
    selected: int
    before: tuple[Arrangement, ...] = ()
    turn: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether anything lies otherwise than at the beginning."""
        return bool(self.before) and self.arrangement != self.before[0]


def begun(arrangement: Arrangement, seen: int, *, page: int = 0) -> Draft:
    """A draft in which nothing was done yet; chosen is that page, or the first."""
    pages = arrangement.pages
    return Draft(arrangement, seen, page if page in pages else pages[0])


def after(draft: Draft, act: Mapping[str, Any]) -> Draft:
    """The draft after one act of a person; InputRefused where it can't be done."""
    page = int(act.get("page") or draft.selected)
    now = draft.arrangement
    match act.get("do"):
        case "pick":
            chosen = page if page in now.pages else draft.selected
            return replace(draft, selected=chosen, turn=draft.turn + 1)
        case "earlier":
            return _with(draft, move(now, page, -1), page)
        case "later":
            return _with(draft, move(now, page, 1), page)
        case "left":
            return _with(draft, turn(now, page, -90), page)
        case "right":
            return _with(draft, turn(now, page, 90), page)
        case "split":
            return _with(draft, split(now, page), page)
        case "join":
            return _with(draft, join(now, page), page)
        case "place":
            part, at = int(act.get("part", 0)), int(act.get("at", 0))
            return _with(draft, place(now, page, part=part, at=at), page)
        case "undo":
            return undone(draft)
    return passed(draft)


def passed(draft: Draft) -> Draft:
    """The draft after an act that changed nothing."""
    return replace(draft, turn=draft.turn + 1)


def undone(draft: Draft) -> Draft:
    """The draft before the last act that changed it."""
    if not draft.before:
        return passed(draft)
    *rest, last = draft.before
    return replace(draft, arrangement=last, before=tuple(rest), turn=draft.turn + 1)


def with_form(draft: Draft, page: int, form: FormPlace | None) -> Draft:
    """The draft with a page that a person says the form of."""
    return _with(draft, assigned(draft.arrangement, page, form), page)


def without(draft: Draft, page: int, reason: str) -> Draft:
    """The draft with a page put aside."""
    return _with(draft, put_aside(draft.arrangement, page, reason), page)


def with_again(draft: Draft, page: int) -> Draft:
    """The draft with a page taken back that was put aside."""
    return _with(draft, take_back(draft.arrangement, page), page)


def _with(draft: Draft, arrangement: Arrangement, page: int) -> Draft:
    if arrangement == draft.arrangement:
        return replace(draft, selected=page, turn=draft.turn + 1)
    before = (*draft.before, draft.arrangement)
    kept = (before[0], *before[1:][-MOST_UNDONE:])
    return Draft(arrangement, draft.seen, page, kept, draft.turn + 1)
