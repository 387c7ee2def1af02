"""A set that was read, flat: each entry with its truth, its reading, and whose hand it is in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.score import (
    Both,
    Pair,
    ReadEntry,
    TrueEntry,
    is_state_right,
    is_value_right,
    is_wrong,
)
from pipeline.forms import load_forms
from pipeline.truth import load_pairs


@dataclass(frozen=True)
class Seen:
    """One entry of one record. `cluster` is its writer, or its record where nobody wrote."""

    record: str
    form: str
    quality: str
    cluster: str
    true: TrueEntry
    read: ReadEntry | None

    @property
    def both(self) -> Both:
        """Truth and reading as the score takes them."""
        return self.true, self.read

    @property
    def is_accepted(self) -> bool:
        """Whether nobody has to look at it."""
        return self.read is not None and self.read.accepted

    @property
    def is_wrong(self) -> bool:
        """Whether its state or its value is wrong."""
        return is_wrong(self.both)

    @property
    def is_state_wrong(self) -> bool:
        """Whether its state is wrong."""
        return not is_state_right(self.both)

    @property
    def is_value_wrong(self) -> bool:
        """Whether its value is wrong, case and spaces aside."""
        return not is_value_right(self.both)

    def is_due(self, flag: str) -> bool:
        """Whether the truth has that flag here."""
        return flag in self.true.flags

    def is_raised(self, flag: str) -> bool:
        """Whether the reading has that flag here."""
        return self.read is not None and flag in self.read.flags


@dataclass(frozen=True)
class SeenSet:
    """All of a set: its records in pairs, and its entries one by one."""

    pairs: tuple[Pair, ...]
    entries: tuple[Seen, ...]


def see(truth: Path, read: Path) -> SeenSet:
    """The set in these folders. Raises InputRefused where the truth can't be used."""
    loaded = load_pairs(truth, read)
    for _, error in loaded.refused:
        raise error
    return SeenSet(loaded.pairs, tuple(_entries(loaded.pairs)))


def _entries(pairs: Iterable[Pair]) -> Iterator[Seen]:
    for pair in pairs:
        for true, read in pair.entries:
            cluster = true.writer or f"record {pair.name}"
            yield Seen(pair.name, pair.form, pair.quality, cluster, true, read)


@dataclass(frozen=True)
class SeenRow:
    """A table's row of one record: its entries, those of one step on one page."""

    cluster: str
    entries: tuple[Seen, ...]

    @property
    def is_void(self) -> bool:
        """Whether it is struck out on the paper."""
        return all(seen.true.fault in ("void", "void_unsigned") for seen in self.entries)

    @property
    def is_found_void(self) -> bool:
        """Whether every entry of it was read as struck out."""
        return not any(_is_not_void(seen) for seen in self.entries)

    @property
    def is_filled(self) -> bool:
        """Whether something is written in at least two of its fields."""
        return len(self._filled) > 1

    @property
    def is_taken_for_void(self) -> bool:
        """Whether more than half of what is written in it was read as struck out."""
        lost = [seen for seen in self._filled if not _is_not_void(seen)]
        return 2 * len(lost) > len(self._filled)

    @property
    def _filled(self) -> list[Seen]:
        return [seen for seen in self.entries if seen.true.state == "filled"]


def _is_not_void(seen: Seen) -> bool:
    return seen.read is None or seen.read.state != "not_applicable"


def rows_of(entries: Iterable[Seen], forms: Path) -> tuple[SeenRow, ...]:
    """The rows of all records, as the master forms' steps tell them."""
    steps = {
        (f"{form.form} version {form.version}", field.name): (field.page, field.step)
        for form in load_forms(forms).forms
        for field in form.fields
        if field.step
    }
    rows: dict[tuple[str, tuple[int, str | None]], list[Seen]] = {}
    for seen in entries:
        step = steps.get((seen.form, seen.true.field))
        if step is not None:
            rows.setdefault((seen.record, step), []).append(seen)
    return tuple(SeenRow(f"record {record}", tuple(row)) for (record, _), row in rows.items())
