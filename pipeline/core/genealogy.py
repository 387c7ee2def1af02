"""Genealogy: where a lot went, and what went into a batch, over several levels.

A batch's own number is a lot where a later record uses it: so the way goes on from record to
record. Records that are not approved count too, and say so; what a record's newer revision has
replaced does not count a second time. A lot that a reading may be is a possible way, with its
probability. Numbers that come again are followed once, so a circle ends.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from pipeline.core.lot_uses import NO_NUMBER, LotUse, Said, UseKind, lot_key
from pipeline.core.quantities import Quantity, quantity_of
from pipeline.core.spelling import LONGEST_KEY
from pipeline.core.values import RecordState
from pipeline.plain import plain

MOST_LEVELS = 20
MOST_NODES = 5000
"""More numbers than these are not followed, and the answer says so."""


MOST_NEAR = 60
SEEN_BESIDE = 0.005
"""So likely a misreading has to be to be told beside what is read as the number asked for."""
_POSSIBLE = {Said.ALTERNATIVE, Said.MISREADING}


class Direction(StrEnum):
    """Which way a genealogy goes."""

    FORWARD = "forward"  # where did it go
    BACKWARD = "backward"  # what went into it


@dataclass(frozen=True)
class SaidBy:
    """The record that says something of a lot.

    `stands` is false for a revision that is open or rejected beside the approved one, and for a
    record that was rejected: what it says is shown, and not added up.
    """

    record: str
    state: RecordState
    form: str = ""
    version: str = ""
    revision: int = 1
    family: str = ""
    stands: bool = True


@dataclass(frozen=True)
class Link:
    """A lot that went, or may have gone, into a batch, as one record says."""

    by: SaidBy
    use: LotUse
    batch: LotUse

    @property
    def probability(self) -> float:
        """How probable it is that this lot and this batch are meant."""
        return self.use.probability * self.batch.probability

    @property
    def is_possible(self) -> bool:
        """Whether it is only what a reading may also be."""
        return not {self.use.said, self.batch.said}.isdisjoint(_POSSIBLE)

    @property
    def quantity(self) -> Quantity | None:
        """How much of the lot, where the record says so; not where it says it of several lots."""
        return None if self.use.is_shared else self.of_entry

    @property
    def of_entry(self) -> Quantity | None:
        """How much of all lots of its entry together."""
        return quantity_of(self.use.quantity, self.use.unit)

    @property
    def alike(self) -> tuple[str | None, ...]:
        """What is the same where two scans say the same."""
        return (self.use.key, self.batch.key, self.by.form, self.use.field, self.use.quantity)

    def ends(self, direction: Direction) -> tuple[str, str]:
        """The keys of the near and the far end, in that direction."""
        keys = (self.use.key, self.batch.key)
        return keys if direction is Direction.FORWARD else (keys[1], keys[0])


@dataclass(frozen=True)
class MadeLot:
    """A record that made the number, or in which it was received."""

    by: SaidBy
    use: LotUse


@dataclass(frozen=True)
class UnknownLot:
    """A lot of a record that nobody can read, or that is not there."""

    by: SaidBy
    use: LotUse
    batch: LotUse


class Lookup(Protocol):
    """What an archive knows of some numbers, by their keys."""

    def links(self, keys: Collection[str], direction: Direction) -> Sequence[Link]:
        """Every use whose near end is one of these."""
        ...

    def near(self, key: str, direction: Direction) -> Sequence[Link]:
        """Uses whose near end was read in doubt, and may be a misreading of this key."""
        ...

    def made(self, keys: Collection[str]) -> Sequence[MadeLot]:
        """Every record that made or received one of these."""
        ...

    def unknown_lots(self, batches: Collection[str]) -> Sequence[UnknownLot]:
        """The lots of these batches that nobody can read, or that are not there."""
        ...


@dataclass(frozen=True)
class Edge:
    """A link on the way, `level` steps away. `counts` is false where its quantity is not added."""

    link: Link
    level: int
    counts: bool


@dataclass(frozen=True)
class Balance:
    """What is known of a number in one unit: made or received, gone in, and used of it.

    None where no record says it. `possible` is what may have been used beside that, and `most`
    what was there at most, where records may say the same twice or tell of two parts. `material`
    is set where the number stands beside several materials: each has a balance of its own.
    """

    unit: str
    there: Decimal | None = None
    went_in: Decimal | None = None
    used: Decimal | None = None
    possible: Decimal = Decimal(0)
    most: Decimal | None = None
    material: str = ""

    @property
    def rest(self) -> Decimal | None:
        """What should be left of it; below nothing where more was used than can have been there.

        None too where more was used than is counted, and it may have been there all the same.
        """
        if self.there is None or self.used is None:
            return None
        most = self.there if self.most is None else self.most
        if self.there < self.used:
            return most - self.used if most < self.used else None
        return self.there - self.used


@dataclass(frozen=True)
class Node:
    """A batch or a lot on the way. `is_possible`: only possible ways lead to it."""

    key: str
    name: str
    level: int
    is_possible: bool
    probability: float
    made: tuple[MadeLot, ...]
    balances: tuple[Balance, ...]
    materials: tuple[str, ...]

    @property
    def is_batch(self) -> bool:
        """Whether a record of the archive made it."""
        return any(one.use.kind is UseKind.MADE for one in self.made)


class GapKind(StrEnum):
    """What the archive does not answer."""

    NO_RECORD = "no_record"
    NO_RECEIPT = "no_receipt"
    NO_LOTS = "no_lots"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    NO_NUMBER = "no_number"
    OVERDRAWN = "overdrawn"
    TWO_QUANTITIES = "two_quantities"
    SHARED = "shared"
    NOT_FOLLOWED = "not_followed"
    LONGER_NUMBER = "longer_number"
    COUNTED_ONCE = "counted_once"
    SPELLED_OTHERWISE = "spelled_otherwise"
    TWO_MATERIALS = "two_materials"
    CIRCLE = "circle"
    DESTROYED = "destroyed"
    LEVELS = "levels"
    CUT_OFF = "cut_off"


@dataclass(frozen=True)
class Gap:
    """Something that the archive does not answer, in one plain sentence."""

    kind: GapKind
    key: str
    detail: str
    record: str | None = None
    field: str | None = None


@dataclass(frozen=True)
class Genealogy:
    """Where a lot went, or what went into a batch: the number asked for first, then by level.

    `meant`, where no record holds the number as it is asked for, are numbers like it that records
    do hold, with how many: whoever typed it may have meant one of them.
    """

    asked: str
    direction: Direction
    levels: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    gaps: tuple[Gap, ...]
    meant: tuple[tuple[str, int], ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Node]:
        """The nodes by the keys of their numbers."""
        return {node.key: node for node in self.nodes}

    @cached_property
    def receipts(self) -> frozenset[str]:
        """Going forward, the keys that nothing was used for: a lot was received under them.

        Such a number is no stock of its own: what stands on the receipt is the lot's.
        """
        if self.direction is not Direction.FORWARD:
            return frozenset()
        far = [(edge.link.batch.key, edge.link.use.kind) for edge in self.edges]
        return frozenset(
            {key for key, kind in far if kind is UseKind.RECEIVED}
            - {key for key, kind in far if kind is not UseKind.RECEIVED}
        )

    @property
    def is_known(self) -> bool:
        """Whether the archive knows anything of the number."""
        return bool(self.edges or self.nodes[0].made)


@dataclass(frozen=True)
class Way:
    """What was followed: how far away each number is, all links met, and where it was broken off.

    `is_open`: the last level has more behind it; `is_cut`: there were too many numbers.
    """

    levels: dict[str, int]
    links: tuple[Link, ...]
    is_open: bool
    is_cut: bool


def follow(
    asked: str, direction: Direction, lookup: Lookup, *, levels: int, most: int = MOST_NODES
) -> Way:
    """Go from number to number, a level at a time, as far as `levels`."""
    known = {asked: 0}
    links: list[Link] = []
    edge, is_cut = [asked], False
    for level in range(1, levels + 1):
        found = without_older(lookup.links(edge, direction)) if edge else []
        found += near_links(asked, direction, lookup, found) if level == 1 else []
        links += found
        new = dict.fromkeys(far for _, far in (one.ends(direction) for one in found))
        fresh = [key for key in new if key and key not in known]
        room = max(0, most - len(known))
        is_cut = is_cut or len(fresh) > room
        edge = fresh[:room]
        known |= dict.fromkeys(edge, level)
    is_open = bool(edge) and bool(lookup.links(edge, direction))
    there = tuple(one for one in links if set(one.ends(direction)) <= known.keys())
    return Way(known, there, is_open, is_cut)


def near_links(
    asked: str, direction: Direction, lookup: Lookup, found: Sequence[Link]
) -> list[Link]:
    """Uses that may be misreadings of the number asked for, the likeliest, as links from it.

    Without entries that are read as that number, or may be. Beside a use that is read so, only
    what is likely enough to be told beside it.
    """
    least = SEEN_BESIDE if any(not one.is_possible for one in found) else 0.0
    there = {_entry(one) for one in found}
    near = [one for one in lookup.near(asked, direction) if _entry(one) not in there]
    likely = [one for one in without_older(near) if one.probability >= least]
    return sorted(likely, key=lambda one: -one.probability)[:MOST_NEAR]


def _entry(link: Link) -> tuple[str, str | None, str | None]:
    return link.by.record, link.use.field, link.batch.field


def without_older(links: Iterable[Link]) -> list[Link]:
    """Without what an open or rejected revision says again, word for word, of the one that stands.

    And without all that is said by a rejected revision of a record that stands.
    """
    found = list(links)
    standing = {_said(one) for one in found if one.by.stands}
    return [one for one in found if one.by.stands or _said(one) not in standing]


def _said(link: Link) -> tuple[str, str, str, str | None]:
    return (link.by.family, link.use.key, link.batch.key, link.use.field)


def counted(links: Sequence[Link]) -> dict[int, bool]:
    """For each place whether its quantity is added up: once where two scans say the same.

    Of these an approved one.
    """
    seen: set[tuple[str | None, ...]] = set()
    counts: dict[int, bool] = {}
    in_order = sorted(enumerate(links), key=lambda one: one[1].by.state is not RecordState.APPROVED)
    for place, one in in_order:
        counts[place] = one.by.stands and not one.is_possible and one.alike not in seen
        if counts[place]:
            seen.add(one.alike)
    return counts


def surest(asked: str, direction: Direction, links: Sequence[Link]) -> dict[str, float]:
    """How probable the surest way to each number is; 1 where no step of it is only possible."""
    near: dict[str, list[tuple[str, float]]] = {}
    for one in links:
        begin, end = one.ends(direction)
        share = one.probability if one.is_possible else 1.0
        near.setdefault(begin, []).append((end, share))
    best = {asked: 1.0}
    edge = [asked]
    while edge:
        better: dict[str, float] = {}
        for begin in edge:
            for end, share in near.get(begin, ()):
                reached = best[begin] * share
                if reached > best.get(end, 0.0):
                    best[end] = better[end] = reached
        edge = list(better)
    return best


def circle(links: Iterable[Link]) -> tuple[str, ...]:
    """The numbers that, as the records say, went into themselves; none where all is in order."""
    into = {(one.use.key, one.batch.key) for one in links if not one.is_possible}
    while True:
        begins, ends = {begin for begin, _ in into}, {end for _, end in into}
        kept = {pair for pair in into if pair[0] in ends and pair[1] in begins}
        if kept == into:
            return tuple(sorted({key for pair in into for key in pair}))
        into = kept


def entry_note(link: Link) -> str:
    """What is to be known of a lot whose entry holds more than it."""
    if link.is_possible:
        return f"may be a number of the entry “{link.use.entry}”"
    much = f", {link.of_entry} together" if link.of_entry else ""
    return f"several lots in one entry: “{link.use.entry}”{much}"


def is_nameless(key: str) -> bool:
    """Whether the key is of a batch whose record has no batch number."""
    return key.startswith(NO_NUMBER)


def key_of(asked: str) -> str:
    """The key of a number that a person typed, or of a record without one."""
    text = plain(asked).strip()
    return (text if is_nameless(text) else lot_key(text))[:LONGEST_KEY]
