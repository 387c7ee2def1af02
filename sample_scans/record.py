"""A record while it is made up: what is written in every field, by whom, and what went wrong."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from extractors.values import EntryKind, State
from sample_scans.arithmetic import operands
from sample_scans.paper import PaperField, PaperForm
from sample_scans.people import Pen, Person, Roster, Team, pick_pen
from sample_scans.values import Mark

SIGNED = (EntryKind.INITIALS, EntryKind.SIGNATURE)


@dataclass
class Draft:
    """One entry. `marks` None: written plainly. `fault` names what was planned to be wrong."""

    paper: PaperField
    writer: Person
    value: str = ""
    state: State = State.BLANK
    flags: list[str] = field(default_factory=list)
    previous: list[dict[str, str]] = field(default_factory=list)
    fault: str = ""
    marks: list[Mark] | None = None
    moment: datetime | None = None

    @property
    def name(self) -> str:
        """The field's name."""
        return self.paper.field.name

    @property
    def kind(self) -> EntryKind:
        """The field's type."""
        return self.paper.field.type

    def flag(self, *names: str) -> None:
        """Add flags, each once."""
        self.flags += [name for name in names if name not in self.flags]


@dataclass
class Work:
    """A record in the making. `taken` are fields that a fault has used: no second one there.

    `order` are the form's pages as they go into the scan; a page that is there twice stands
    twice. `copies` holds the drafts of a page that was written again, by place in `order`.
    """

    form: PaperForm
    team: Team
    roster: Roster
    day: datetime
    scanned_on: date
    drafts: dict[str, Draft]
    rng: np.random.Generator
    order: list[int]
    flags: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    loose: list[Mark] = field(default_factory=list)
    copies: dict[int, dict[str, Draft]] = field(default_factory=dict)

    def pen(self, person: Person) -> Pen:
        """What that person writes with today."""
        if person.initials not in self.team.pens:
            self.team.pens[person.initials] = pick_pen(self.rng)
        return self.team.pens[person.initials]

    def flag(self, name: str) -> None:
        """A flag on the whole record, once."""
        if name not in self.flags:
            self.flags.append(name)

    def by_block(self) -> dict[str, list[Draft]]:
        """Drafts of rows that may stay unused, by row."""
        blocks: dict[str, list[Draft]] = {}
        for draft in self.drafts.values():
            if draft.paper.block:
                blocks.setdefault(draft.paper.block, []).append(draft)
        return blocks

    def free(self, *kinds: EntryKind) -> list[Draft]:
        """Filled entries of these types on which no fault stands yet."""
        return [
            draft
            for draft in self.drafts.values()
            if draft.kind in kinds and draft.state == State.FILLED and draft.name not in self.taken
        ]

    def any_of(self, items: list[Any]) -> Any:
        """One of them by chance."""
        return items[int(self.rng.integers(len(items)))]

    def references(self) -> set[str]:
        """Fields that another one is compared with, or calculated from."""
        names: set[str] = set()
        for paper in self.form.fields:
            made = paper.field
            names |= {name for name in (made.same_as, made.not_before) if name}
            names |= set(operands(made))
        return names
