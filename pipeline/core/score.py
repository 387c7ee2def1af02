"""Readings against the truth: the figures that spec/record.md names.

Denominators come from the truth, matched by record and field. An entry that the reading lacks is
wrong in its state and its value, and is not accepted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from rapidfuzz.distance import Levenshtein

from pipeline.core.figures import Count, Figure, mean, share

HANDWRITING = frozenset({"text", "number", "date", "time", "initials"})
NO_FAULT = "none"
NOT_SCORED = frozenset({"low_confidence"})
BANDS = (0.999, 0.99, 0.95, 0.8, 0.0)
_LEAST = 1e-9  # a probability of 0 or 1 that turns out wrong costs this much, not everything


@dataclass(frozen=True)
class TrueEntry:
    """What is on the paper in one field.

    Where the truth says so, `fault` is what went wrong there, and `writer` who wrote it.
    """

    field: str
    type: str
    value: str
    state: str
    flags: frozenset[str]
    fault: str = NO_FAULT
    writer: str = ""

    @property
    def is_handwriting(self) -> bool:
        """Whether somebody wrote something here that can be spelled."""
        return self.state == "filled" and self.type in HANDWRITING


@dataclass(frozen=True)
class ReadEntry:
    """What a reading says of one field."""

    value: str
    state: str
    confidence: float
    accepted: bool
    flags: frozenset[str]


@dataclass(frozen=True)
class Pair:
    """A record's truth beside its reading. `quality` is the scan's, `entries` are in pairs.

    `spurious` holds the flags on entries that the truth does not have.
    """

    name: str
    form: str
    quality: str
    is_form_found: bool
    entries: tuple[tuple[TrueEntry, ReadEntry | None], ...]
    true_flags: frozenset[str]
    read_flags: frozenset[str]
    spurious: tuple[str, ...] = ()


@dataclass(frozen=True)
class Band:
    """The entries given at least `least` (and less than the band above): said, and found."""

    least: float
    predicted: Figure
    observed: Figure


@dataclass(frozen=True)
class FlagScore:
    """Of a flag: the share that was raised of those due, and that was due of those raised."""

    recall: Figure
    precision: Figure


@dataclass(frozen=True)
class Score:
    """All figures of a set of records."""

    figures: dict[str, Figure]
    bands: tuple[Band, ...]
    log_loss: Figure
    flags: dict[str, FlagScore]


Both = tuple[TrueEntry, ReadEntry | None]


def score_records(pairs: Sequence[Pair]) -> Score:
    """Every figure over these records."""
    return Score(
        figures=_figures(pairs),
        bands=_bands(pairs),
        log_loss=mean([_total(pair, _is_read, _loss) for pair in pairs]),
        flags=_flags(pairs),
    )


def split_entries(
    pairs: Sequence[Pair], key: Callable[[TrueEntry], str]
) -> dict[str, tuple[Pair, ...]]:
    """The same records for each type or fault of an entry, each with those entries only."""
    names = sorted({key(true) for pair in pairs for true, _ in pair.entries})
    return {name: tuple(_only(pair, key, name) for pair in pairs) for name in names}


def split_by(pairs: Sequence[Pair], key: Callable[[Pair], str]) -> dict[str, tuple[Pair, ...]]:
    """The records by something that holds for a whole record: its form, its scan's quality."""
    names = sorted({key(pair) for pair in pairs})
    return {name: tuple(pair for pair in pairs if key(pair) == name) for name in names}


def _only(pair: Pair, key: Callable[[TrueEntry], str], name: str) -> Pair:
    return replace(pair, entries=tuple(both for both in pair.entries if key(both[0]) == name))


def _figures(pairs: Sequence[Pair]) -> dict[str, Figure]:
    def over(among: Callable[[Both], bool], found: Callable[[Both], float]) -> Figure:
        return share([_total(pair, among, found) for pair in pairs])

    return {
        "form_found": share([Count(pair.is_form_found, 1) for pair in pairs]),
        "state_accuracy": over(_any, is_state_right),
        "entry_accuracy": over(_is_handwriting, is_value_right),
        "character_error_rate": _character_error_rate(pairs),
        "accepted": over(_any, _is_accepted),
        "accepted_handwriting": over(_is_handwriting, _is_accepted),
        "silent_errors": over(_is_accepted, is_wrong),
        "silent_errors_handwriting": over(
            lambda both: _is_handwriting(both) and _is_accepted(both), is_wrong
        ),
    }


def _total(pair: Pair, among: Callable[[Both], bool], found: Callable[[Both], float]) -> Count:
    """One record's entries among those that count, and the sum of what is found there."""
    counted = [both for both in pair.entries if among(both)]
    return Count(sum(found(both) for both in counted), len(counted))


def _character_error_rate(pairs: Sequence[Pair]) -> Figure:
    counts = []
    for pair in pairs:
        written = [both for both in pair.entries if _is_handwriting(both)]
        length = sum(len(plain(true.value)) for true, _ in written)
        counts.append(Count(sum(map(_distance, written)), length))
    figure = mean(counts)
    return figure if figure.value else share(counts)


def _distance(both: Both) -> int:
    true, read = both
    return Levenshtein.distance(plain(true.value), plain(read.value) if read else "")


def plain(value: str) -> str:
    """A value as it is compared: case and spaces aside."""
    return "".join(value.split()).casefold()


def _any(both: Both) -> bool:
    return True


def _is_read(both: Both) -> bool:
    return both[1] is not None


def _is_handwriting(both: Both) -> bool:
    return both[0].is_handwriting


def _is_accepted(both: Both) -> bool:
    return both[1] is not None and both[1].accepted


def is_state_right(both: Both) -> bool:
    """Whether an entry's state is what is on the paper."""
    return both[1] is not None and both[1].state == both[0].state


def is_value_right(both: Both) -> bool:
    """Whether an entry's value is what is on the paper, case and spaces aside."""
    return both[1] is not None and plain(both[1].value) == plain(both[0].value)


def is_wrong(both: Both) -> bool:
    """Whether an entry's state or its value is not what is on the paper."""
    return not (is_state_right(both) and is_value_right(both))


def _loss(both: Both) -> float:
    confidence = _confidence(both)
    return -log(max(1 - confidence if is_wrong(both) else confidence, _LEAST))


def _confidence(both: Both) -> float:
    return both[1].confidence if both[1] else 0.0


def _bands(pairs: Sequence[Pair]) -> tuple[Band, ...]:
    """What was predicted and what was found, from the surest entries down."""
    bands = []
    above = float("inf")
    for least in BANDS:
        among = _in_band(least, above)
        predicted = mean([_total(pair, among, _confidence) for pair in pairs])
        observed = share([_total(pair, among, lambda both: not is_wrong(both)) for pair in pairs])
        bands.append(Band(least, predicted, observed))
        above = least
    return tuple(bands)


def _in_band(least: float, above: float) -> Callable[[Both], bool]:
    return lambda both: _is_read(both) and least <= _confidence(both) < above


def _flags(pairs: Sequence[Pair]) -> dict[str, FlagScore]:
    """Recall and precision of every flag that is due or raised anywhere."""
    due = [tuple(_due(pair)) for pair in pairs]
    raised = [tuple(_raised(pair)) for pair in pairs]
    names = sorted({flag for flags in (*due, *raised) for _, flag in flags} - NOT_SCORED)
    return {name: _flag_score(name, due, raised) for name in names}


Raised = tuple[str, str]
"""A place (the field, or empty for the record) and a flag there."""


def _due(pair: Pair) -> Iterator[Raised]:
    yield from (("", flag) for flag in pair.true_flags)
    yield from ((true.field, flag) for true, _ in pair.entries for flag in true.flags)


def _raised(pair: Pair) -> Iterator[Raised]:
    yield from (("", flag) for flag in pair.read_flags)
    yield from ((true.field, flag) for true, read in pair.entries if read for flag in read.flags)
    yield from ((f"not in the truth {at}", flag) for at, flag in enumerate(pair.spurious))


def _flag_score(
    name: str, due: Iterable[Sequence[Raised]], raised: Iterable[Sequence[Raised]]
) -> FlagScore:
    recall, precision = [], []
    for of_truth, of_reading in zip(due, raised, strict=True):
        wanted = {place for place, flag in of_truth if flag == name}
        given = {place for place, flag in of_reading if flag == name}
        recall.append(Count(len(wanted & given), len(wanted)))
        precision.append(Count(len(wanted & given), len(given)))
    return FlagScore(share(recall), share(precision))
