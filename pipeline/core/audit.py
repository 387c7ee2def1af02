"""The audit of accepted entries: who is drawn, what a keyed line says, and what it all shows.

Accepted entries are those that nobody had to look at. Some are drawn at random, people key them
again from the paper, and the share that differs bounds the silent error rate.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest

from extractors.values import EntryKind, State
from pipeline.core.bound import more_needed, upper_bound
from pipeline.core.forms import Field
from pipeline.core.normal import normal_entry
from pipeline.core.score import HANDWRITING, plain
from pipeline.core.written import entry_as_given, fits, state_of
from pipeline.errors import InputRefused

STATES = tuple(state.value for state in State)


class Population(StrEnum):
    """Among which accepted entries is drawn."""

    HANDWRITING = "handwriting"  # those read as filled, of the types that can be spelled
    ALL = "all"  # every accepted entry: blanks, boxes and signatures too


@dataclass(frozen=True, order=True)
class Place:
    """One entry of the site: its record and its field."""

    record: str
    field: str


@dataclass(frozen=True)
class Written:
    """A value and its state: what the machine read, or what a person keyed."""

    value: str
    state: State


@dataclass(frozen=True)
class Edition:
    """What read a record: the version of Recordroom and of each model (name and version)."""

    recordroom: str
    models: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Audited:
    """A drawn entry that was keyed: how it was drawn, by what it was read, and what came of it.

    `model` is the reader of this one entry with its version.
    """

    drawn: Population
    edition: Edition
    type: str
    state: State
    model: str
    is_right: bool

    @property
    def is_handwriting(self) -> bool:
        """Whether it was read as something that can be spelled."""
        return self.state is State.FILLED and self.type in HANDWRITING


@dataclass(frozen=True)
class Found:
    """How many entries were audited, how many were wrong, and what that shows.

    `rate` is the observed share, `upper` its one-sided bound (0 to 1); `needed` is how many more
    entries without an error show the aim.
    """

    audited: int
    errors: int
    rate: float | None
    upper: float
    needed: int


@dataclass(frozen=True)
class Shown:
    """What was found among one population that one edition read: in all, by type, by model."""

    edition: Edition
    population: Population
    whole: Found
    types: dict[str, Found]
    models: dict[str, Found]


def draw(places: Iterable[Place], count: int, *, seed: str) -> tuple[Place, ...]:
    """`count` of these entries at random, without replacement; all where there are not so many.

    Each entry's SHA-256 with the seed is its lot, and the smallest lots are drawn (bottom-k
    sampling: E. Cohen and H. Kaplan, PODC 2007). So the same seed draws the same entries whatever
    the order they come in, and whether an entry was rightly drawn can be checked later.
    """
    return tuple(nsmallest(count, places, key=lambda place: (_lot(place, seed), place)))


def _lot(place: Place, seed: str) -> bytes:
    return hashlib.sha256("\0".join((seed, place.record, place.field)).encode()).digest()


def keyed(type: EntryKind, value: str, state: str) -> Written | None:
    """What a line of the keyed file says of an entry of that type; None where it says nothing yet.

    Without a state the value says it, except for a box and a signature.
    """
    value, state = value.strip(), state.strip().lower().replace(" ", "_").replace("/", "_")
    if not value and not state:
        return None
    if not state:
        return Written(entry_as_given(type, value, _said(type, value)), _said(type, value))
    if state not in STATES:
        raise InputRefused(f"{state[:40]!r} is no state", f"write one of {', '.join(STATES)}")
    given = State(state)
    _check(type, value, given)
    return Written(entry_as_given(type, value, given), given)


def _said(type: EntryKind, value: str) -> State:
    """The state that a value alone stands for."""
    state = state_of(type, value)
    if type in (EntryKind.CHECKBOX, EntryKind.SIGNATURE) and state is not State.NOT_APPLICABLE:
        words = "checked or unchecked" if type is EntryKind.CHECKBOX else "filled or blank"
        raise InputRefused(f"a {type.value} needs a state", f"write {words} under `state`")
    return state


def _check(type: EntryKind, value: str, state: State) -> None:
    """Refuses a state that the type can't have, or that says otherwise than the value."""
    if not fits(type, state):
        fitting = ", ".join(one.value for one in State if fits(type, one))
        raise InputRefused(f"a {type.value} can't be {state.value}", f"write one of {fitting}")
    if state is State.FILLED and not value and type is not EntryKind.SIGNATURE:
        raise InputRefused(
            "it is filled, and no value is keyed",
            "key what stands on the paper, or write blank or unreadable under `state`",
        )
    if state in (State.BLANK, State.UNREADABLE) and value:
        raise InputRefused(f"it is {state.value}, and a value is keyed", "take away one of the two")


def is_right(field: Field | None, read: Written, keyed: Written) -> bool:
    """Whether the machine read what a person keyed, as `score` compares: case and spaces aside.

    The field's format may write either in its own way first (`5  jan 24` as `5 JAN 24`).
    """
    if read.state is not keyed.state:
        return False
    return _plain(field, read.value) == _plain(field, keyed.value)


def _plain(field: Field | None, value: str) -> str:
    normal = normal_entry(field, value) if field is not None and value else None
    return plain(value if normal is None else normal)


def show(audited: Sequence[Audited], aim: float) -> tuple[Shown, ...]:
    """What the audited entries show, for each edition (in the order of the entries) on its own.

    Entries drawn among handwriting alone say nothing about all accepted ones; those drawn among
    all and read as handwriting count for both.
    """
    return tuple(
        _shown(edition, population, among, aim)
        for edition in dict.fromkeys(one.edition for one in audited)
        for population in Population
        if (among := [one for one in audited if _counts(one, edition, population)])
    )


def _counts(one: Audited, edition: Edition, population: Population) -> bool:
    if one.edition != edition:
        return False
    if population is Population.HANDWRITING:
        return one.is_handwriting
    return one.drawn is Population.ALL


def _shown(edition: Edition, population: Population, among: Sequence[Audited], aim: float) -> Shown:
    return Shown(
        edition=edition,
        population=population,
        whole=found(among, aim),
        types=_split(among, aim, lambda one: one.type),
        models=_split(among, aim, lambda one: one.model),
    )


def _split(among: Sequence[Audited], aim: float, key: Callable[[Audited], str]) -> dict[str, Found]:
    names = sorted({key(one) for one in among})
    return {name: found([one for one in among if key(one) == name], aim) for name in names}


def found(among: Sequence[Audited], aim: float) -> Found:
    """The count, the observed share and its bound; `aim` is the share to be shown (0 to 1)."""
    n, errors = len(among), sum(not one.is_right for one in among)
    return Found(
        audited=n,
        errors=errors,
        rate=errors / n if n else None,
        upper=upper_bound(errors, n),
        needed=more_needed(errors, n, aim),
    )
