"""The people of the plant: names, initials, hands, and the signature log.

Everybody of a split writes in a hand of that split. The log is the same for all records of the
split, however many are made.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample_scans import profile
from sample_scans.values import Act, Ink, Tool

_FIRST = (
    "Anna", "Boris", "Clara", "David", "Elena", "Farid", "Grace", "Henry", "Irene", "Jonas",
    "Karin", "Leon", "Maria", "Nils", "Olga", "Peter", "Rosa", "Stefan", "Tanja", "Ugo", "Vera",
    "Walter", "Yusuf", "Zoe",
)  # fmt: skip
_LAST = (
    "Adler", "Brandt", "Costa", "Duran", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov",
    "Jensen", "Kaya", "Lopez", "Meyer", "Novak", "Olsen", "Petrov", "Quinn", "Rossi", "Schmidt",
    "Tanaka", "Ulrich", "Vogel", "Weber", "Young", "Zeller",
)  # fmt: skip
_ILLEGIBLE = ("aga/crlmtchl", "ced/GYEN4328")
"""Hands whose digits nobody could tell apart: a 1 like a 2, a 4 like a w."""

_FEWEST = 12
"""People that a plant has at least: a record needs six, and some of them have left."""
_STRANGERS = 0.10
_LEFT = 0.06


@dataclass(frozen=True)
class Person:
    """Somebody of the plant. `hand` names a writer of `hands.py`.

    Who is not in the log (a stranger), or left long ago, is an unknown signatory.
    """

    initials: str
    name: str
    role: str
    hand: str
    start: date | None
    end: date | None
    is_logged: bool = True


@dataclass(frozen=True)
class Roster:
    """All people of a split: those at work, and those who may not sign."""

    staff: tuple[Person, ...]
    others: tuple[Person, ...]

    def csv(self) -> str:
        """The signature log as a file: initials, name, role, from, to."""
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["initials", "name", "role", "from", "to"])
        for person in sorted(self.staff + self.others, key=lambda one: one.initials):
            if person.is_logged:
                days = [day.isoformat() if day else "" for day in (person.start, person.end)]
                write.writerow([person.initials, person.name, person.role, *days])
        return out.getvalue()


@dataclass(frozen=True)
class Pen:
    """What one person writes and marks with on one day."""

    tool: Tool
    ink: Ink
    check: Act


@dataclass(frozen=True)
class Team:
    """Who works on one record, each with a pen: two do, two check, one leads, one is QA."""

    operators: tuple[Person, Person]
    checkers: tuple[Person, Person]
    supervisor: Person
    quality: Person
    pens: dict[str, Pen]

    @property
    def everybody(self) -> tuple[Person, ...]:
        """All of them."""
        return (*self.operators, *self.checkers, self.supervisor, self.quality)


def make_roster(writers: Sequence[str], split: str) -> Roster:
    """Names for all hands of a split; no two people have the same initials.

    Where there are few hands, as with packaged fonts, several people share each of them.
    """
    rng = np.random.default_rng(list(f"people of {split}".encode()))
    hands = [writers[i] for i in rng.permutation(len(writers)) if writers[i] not in _ILLEGIBLE]
    hands *= -(-_FEWEST // max(len(hands), 1))
    names = [(first, last) for first in _FIRST for last in _LAST]
    picked = [names[i] for i in rng.permutation(len(names))]
    staff: list[Person] = []
    others: list[Person] = []
    taken: set[str] = set()
    for hand, (first, last) in zip(hands, picked, strict=False):
        person = _person(first, last, hand, taken=taken, rng=rng)
        (staff if person.is_logged and person.end is None else others).append(person)
    return Roster(tuple(staff), tuple(others))


def _person(
    first: str, last: str, hand: str, *, taken: set[str], rng: np.random.Generator
) -> Person:
    initials, name = first[0] + last[0], f"{first} {last}"
    if initials in taken or rng.random() < 0.2:
        while len(initials) == 2 or initials in taken:
            initials = first[0] + str(rng.choice(list("ABCDEFGHJKLMNPRSTVW"))) + last[0]
        name = f"{first} {initials[1]}. {last}"
    taken.add(initials)
    role = str(rng.choice(["Operator", "Operator", "Supervisor", "Quality assurance"]))
    start = date(2006, 1, 1) + timedelta(days=int(rng.integers(0, 2900)))
    chance = rng.random()
    if chance < _STRANGERS:
        return Person(initials, name, role, hand, None, None, is_logged=False)
    end = date(2014, 12, 31) if chance < _STRANGERS + _LEFT else None
    return Person(initials, name, role, hand, start, end)


def pick_team(roster: Roster, rng: np.random.Generator) -> Team:
    """Six people of the staff for one record, and their pens."""
    chosen = [roster.staff[i] for i in rng.choice(len(roster.staff), size=6, replace=False)]
    pens = {person.initials: pick_pen(rng) for person in chosen}
    return Team(
        operators=(chosen[0], chosen[1]),
        checkers=(chosen[2], chosen[3]),
        supervisor=chosen[4],
        quality=chosen[5],
        pens=pens,
    )


def pick_pen(rng: np.random.Generator) -> Pen:
    """A pen, and whether its owner ticks or crosses."""
    return Pen(
        Tool(_one_of(profile.TOOLS, rng)),
        Ink(_one_of(profile.INKS, rng)),
        Act(_one_of(profile.CHECKS, rng)),
    )


def _one_of(shares: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    names = [name for name, _ in shares]
    return names[int(rng.choice(len(names), p=[share for _, share in shares]))]
