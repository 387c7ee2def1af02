"""What a search can find in a record: its values, and what the reader thought they could be.

A value that a person set is certain, and what the machine thought before is no longer looked
for. Marks and signatures are no words and are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from extractors.values import EntryKind
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.values import Entry, Record

KEYS = frozenset(
    {
        Meaning.BATCH_NUMBER,
        Meaning.PRODUCT,
        Meaning.MATERIAL,
        Meaning.LOT,
        Meaning.EQUIPMENT,
        Meaning.DEVIATION,
    }
)
"""Entries that are found by any three signs out of their middle."""

_NO_WORDS = frozenset({EntryKind.CHECKBOX, EntryKind.SIGNATURE})


class Matched(StrEnum):
    """Whether a hit is what stands in the record, or what it might be."""

    VALUE = "value"
    ALTERNATIVE = "alternative"


@dataclass(frozen=True)
class Findable:
    """One thing to be found. `field` and `page` are None for what is on the whole record."""

    value: str
    label: str
    probability: float
    matched: Matched = Matched.VALUE
    field: str | None = None
    page: int | None = None
    is_key: bool = False


def findables(record: Record, form: MasterForm | None) -> tuple[Findable, ...]:
    """All that a search can find in the record; labels come from its form."""
    entries = [one for entry in record.entries for one in _in_entry(entry, form)]
    return (*_on_record(record, form, {one.value for one in entries}), *entries)


def findable_in(entry: Entry, form: MasterForm | None) -> tuple[Findable, ...]:
    """What a search can find in one entry."""
    return tuple(_in_entry(entry, form))


def findable_on(record: Record, form: MasterForm | None) -> tuple[Findable, ...]:
    """What a search can find of the record as a whole."""
    values = {one.value for one in record.entries if one.type not in _NO_WORDS}
    return tuple(_on_record(record, form, values))


def _field_of(form: MasterForm | None, entry: Entry) -> Field | None:
    try:
        return form.field(entry.field) if form else None
    except KeyError:
        return None


def _on_record(record: Record, form: MasterForm | None, values: set[str]) -> Iterator[Findable]:
    if record.batch_number and record.batch_number not in values:
        yield Findable(record.batch_number, "Batch number", 1.0, is_key=True)
    if record.form is not None:
        yield Findable(record.form, "Form", 1.0, is_key=True)
    if form is not None:
        yield Findable(form.title, "Title", 1.0)
    yield Findable(record.source.file, "File", 1.0, is_key=True)


def _in_entry(entry: Entry, form: MasterForm | None) -> Iterator[Findable]:
    if entry.type in _NO_WORDS:
        return
    field = _field_of(form, entry)
    found = Findable(
        value=entry.value,
        label=field.label if field else entry.field,
        probability=entry.confidence if entry.is_as_read else 1.0,
        field=entry.field,
        page=entry.page,
        is_key=field is not None and field.means in KEYS,
    )
    if found.value:
        yield found
    for other in entry.alternatives if entry.is_as_read else ():
        if other.value not in ("", entry.value):
            share = other.probability
            yield replace(found, value=other.value, probability=share, matched=Matched.ALTERNATIVE)
