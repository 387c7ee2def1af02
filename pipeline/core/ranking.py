"""Which of the rows that a search has gathered are hits, and in which order they come.

Rows are weighed alike, by the probability that what is looked for stands there: a value by the
probability of its reading, an alternative by its own, and what only looks like it by the doubt that
its reading leaves and by how likely such a misreading is. Ties go to what was received last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rapidfuzz.distance import OSA, LCSseq

from pipeline.core.misread import SHORTEST, SLIP, chance_of, misreadings
from pipeline.core.query import About, Query
from pipeline.core.runs import beside, is_in_run, oddness
from pipeline.core.spelling import LONGEST_KEY, as_key, spell

PART = 0.1
"""What a value counts of which what is looked for is only a part of a word."""
SEEN_BESIDE = 0.005
"""So likely a misreading has to be to be shown beside hits that hold what is looked for."""
MOST_SIMILAR = 60
SURE = 0.5
FAR, LESS = 8e-3, 0.15
"""What a reading in great doubt counts that has all signs of a number, and how much less for each
that is not there: found on older readings of the exams."""
JUNK = 0.25
"""What a sign too many counts beside one that is missing: print or a stamp was read with it."""
FEWEST = 2
"""So many signs of the number have to be there."""
FARTHEST = 3.0
"""So many may be missing, where the number is not missed between its neighbours."""
_ALIKE = str.maketrans("oilzsgb", "0112568")


@dataclass(frozen=True)
class Row:
    """One row of the index with what is known of its record."""

    id: int
    record: str
    field: str | None
    page: int | None
    label: str
    value: str
    probability: float
    doubt: float
    unsure: str
    matched: str
    about: str
    step: str | None
    words: str
    context: str
    key: str
    batch_number: str
    form: str | None
    version: str | None
    state: str
    received_at: datetime


@dataclass(frozen=True)
class Scored:
    """A row that is a hit, and its weight.

    `is_similar`: it holds not what is looked for; `is_far`: nor anything that is near it.
    """

    row: Row
    score: float
    is_similar: bool = False
    is_far: bool = False


@dataclass(frozen=True)
class Sought:
    """What is looked for: one of several texts, each of phrases that all have to be there."""

    texts: tuple[tuple[str, ...], ...]

    def numbers(self) -> tuple[str, ...]:
        """Everything that could be a number or name of its own, as keys are compared."""
        found = [key for phrases in self.texts for key in keys_of(phrases)]
        return tuple(dict.fromkeys(found))


def keys_of(phrases: Sequence[str]) -> tuple[str, ...]:
    """The phrases alone and together, where they are long enough to be told from others."""
    together = "".join(map(as_key, phrases))[:LONGEST_KEY]
    return tuple(
        key for key in dict.fromkeys((*map(as_key, phrases), together)) if len(key) >= SHORTEST
    )


def held(rows: Iterable[Row], sought: Sought) -> Iterator[Scored]:
    """Rows that hold what is looked for, weighed."""
    for row in rows:
        share = max((_share(row, phrases) for phrases in sought.texts), default=1.0)
        yield Scored(row, share * row.probability)


def similar(rows: Iterable[Row], sought: Sought, *, is_far: bool = False) -> Iterator[Scored]:
    """Rows that may be misreadings of what is looked for; with `is_far` from any distance."""
    wanted = tuple(one for phrases in sought.texts for one in _wanted(phrases))
    for row in rows:
        score = max((_likeness(row, one, is_far=is_far) for one in wanted), default=0.0)
        if score > 0:
            yield Scored(row, score, is_similar=True, is_far=is_far)


def least_seen(found: Iterable[Scored]) -> float:
    """So likely a misreading has to be to be shown beside these; no less doubt may it have left."""
    return SEEN_BESIDE if any(one.score >= SURE for one in found) else 0.0


def ranked(hits: Iterable[Scored], nearly: Iterable[Scored], *, least: float) -> tuple[Scored, ...]:
    """All hits, the weightiest first; what is similar only where its entry holds nothing better."""
    found = tuple(hits)
    there = {(one.row.record, one.row.field, one.row.page) for one in found}
    others = [
        one
        for one in nearly
        if one.score >= least and (one.row.record, one.row.field, one.row.page) not in there
    ]
    others.sort(key=by_weight)
    return tuple(sorted((*found, *others[:MOST_SIMILAR]), key=by_weight))


def by_weight(hit: Scored) -> tuple[float, float, str, int]:
    """The order of hits: weight, then the newest record."""
    return -hit.score, -hit.row.received_at.timestamp(), hit.row.record, hit.row.id


def once_each(hits: Iterable[Scored]) -> tuple[Scored, ...]:
    """Of several readings of one entry, or the same value again in its record, the first alone."""
    entries: set[tuple[str, str | None, int | None]] = set()
    values: set[tuple[str, str, str]] = set()
    kept = []
    for hit in hits:
        row = hit.row
        entry, value = (row.record, row.field, row.page), (row.record, row.about, row.key)
        if entry in entries or (row.key and value in values):
            continue
        entries.add(entry)
        values.add(value)
        kept.append(hit)
    return tuple(kept)


def looked_up(nearly: Iterable[Scored], sought: Sought) -> frozenset[str]:
    """The keys of which it has to be known whether they are there, to judge by runs.

    A key without digits is in no run, however many records hold it.
    """
    keys = {*sought.numbers(), *(one.row.key for one in nearly)}
    runs = {key: beside(key) for key in keys}
    return frozenset(one for key, others in runs.items() if others for one in (key, *others))


def by_runs(
    nearly: Iterable[Scored], sought: Sought, present: Mapping[str, int]
) -> Iterator[Scored]:
    """What may be a misreading, weighed by whether it fits the runs of numbers around it."""
    is_missing = any(is_in_run(one, present) and not present.get(one) for one in sought.numbers())
    for one in nearly:
        odd = oddness(one.row.key, present) if is_missing else 1.0
        if is_missing and one.is_far and odd == 1.0:
            continue  # it was read in doubt, but it fits where it is
        if not is_missing and one.is_far and one.score < one.row.doubt * _far_share(FARTHEST):
            continue  # too little of it is there, for a number that nothing says is missed
        yield replace(one, score=min(one.score * odd, max(one.row.doubt, one.score)))


def needs_far(found: Sequence[Scored], sought: Sought) -> bool:
    """Whether it is worth to look through readings in great doubt: nothing sure was found."""
    is_number = any(any(sign.isdigit() for sign in key) for key in sought.numbers())
    return is_number and not any(one.score >= SURE for one in found)


@dataclass(frozen=True)
class Places:
    """Where on the form an entry has to stand, and where it must not; empty for anywhere."""

    fields: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    not_fields: tuple[str, ...] = ()
    not_steps: tuple[str, ...] = ()

    def have(self, field: str | None, label: str, step: str | None) -> bool:
        """Whether an entry of that field, label and step stands in a place that is asked for."""
        return (
            (not self.fields or any(is_named(field, label, one) for one in self.fields))
            and (not self.steps or step in self.steps)
            and not any(is_named(field, label, one) for one in self.not_fields)
            and step not in self.not_steps
        )


def places_of(query: Query) -> Places:
    """The places that a query names."""

    def values(about: About, *, is_out: bool) -> tuple[str, ...]:
        return tuple(one for term in query.about(about, is_out=is_out) for one in term.values)

    return Places(
        fields=values(About.FIELD, is_out=False),
        steps=values(About.STEP, is_out=False),
        not_fields=values(About.FIELD, is_out=True),
        not_steps=values(About.STEP, is_out=True),
    )


def in_place(rows: Iterable[Row], places: Places) -> tuple[Row, ...]:
    """The rows that stand there."""
    return tuple(row for row in rows if places.have(row.field, row.label, row.step))


def is_named(field: str | None, label: str, named: str) -> bool:
    """Whether a field has that name, or these words in its label."""
    return field == named or f" {spell(named)} " in f" {spell(label)} "


def _share(row: Row, phrases: Sequence[str]) -> float:
    """Whether the phrases are words of their own in the row, or only a part of its key."""
    if not row.key or as_key("".join(phrases)) == row.key:
        return 1.0
    words = f" {row.words}"
    return 1.0 if any(f" {spell(one)}" in words for one in phrases if spell(one)) else PART


@dataclass(frozen=True)
class _Wanted:
    """A key that may have been misread, and the words that have to be there beside it."""

    key: str
    beside: tuple[str, ...]


def _wanted(phrases: Sequence[str]) -> Iterator[_Wanted]:
    spelt = [spell(one) for one in phrases]
    for key in keys_of(phrases):
        yield _Wanted(key, tuple(one for one in spelt if one.replace(" ", "") not in key))


def _likeness(row: Row, wanted: _Wanted, *, is_far: bool) -> float:
    """The probability that what is looked for was misread as what stands in the row."""
    if wanted.beside:
        there = f" {row.words} {row.context}"
        if not all(f" {one}" in there for one in wanted.beside):
            return 0.0
    return _far(row, wanted.key) if is_far else _near(row, wanted.key)


def _near(row: Row, key: str) -> float:
    if row.doubt < SLIP and OSA.distance(key, row.key, score_cutoff=1) > 1:
        return 0.0  # nobody doubts what stands there, and it is no slip of the keyboard
    doubt = max(row.doubt, SLIP)
    if row.matched == "alternative":
        doubt *= min(1.0, row.probability / max(1.0 - row.doubt, row.probability))
    melted = misreadings(key).get(row.key, 0.0) if len(key) != len(row.key) else 0.0
    return doubt * max(chance_of(key, row.key, row.unsure), melted)


def _far(row: Row, key: str) -> float:
    if row.matched == "alternative":
        return 0.0
    off = _signs_off(row.key, key)
    return row.doubt * _far_share(off) if off is not None else 0.0


def _far_share(off: float) -> float:
    return float(FAR * LESS**off)


def _signs_off(read: str, key: str) -> float | None:
    """How many signs of the number are not there in their order, and what else is there."""
    there = LCSseq.similarity(read.translate(_ALIKE), key.translate(_ALIKE))
    if there < FEWEST:
        return None
    return len(key) - there + JUNK * (len(read) - there)
