"""What a search can find in a record: its values, and what the reader thought they could be.

A value that a person set or confirmed is certain, and what the machine thought before is no longer
looked for. Marks and signatures are no words and are left out.

A record was made on the days that its entries of manufacturing dates say; where it has none that
stand for a day, on the days of all its other dates but those of expiry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from extractors.values import EntryKind
from pipeline.core.answered import is_only_read
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.misread import doubt_of, unsure_signs
from pipeline.core.normal import as_date
from pipeline.core.query import About
from pipeline.core.spelling import as_key
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

ABOUT = {
    Meaning.BATCH_NUMBER: About.BATCH,
    Meaning.PRODUCT: About.PRODUCT,
    Meaning.MATERIAL: About.MATERIAL,
    Meaning.LOT: About.LOT,
    Meaning.EQUIPMENT: About.EQUIPMENT,
    Meaning.DEVIATION: About.DEVIATION,
}
"""What an entry of that meaning is found as."""

_NO_WORDS = frozenset({EntryKind.CHECKBOX, EntryKind.SIGNATURE})


class Matched(StrEnum):
    """Whether a hit is what stands in the record, or what it might be."""

    VALUE = "value"  # what is looked for stands there
    ALTERNATIVE = "alternative"  # the reader thought of it, with a smaller probability
    SIMILAR = "similar"  # what stands there is nearly that, and may be a misreading of it


class Reach(StrEnum):
    """How far a search goes from what stands in the records."""

    STANDING = "standing"  # only what stands there
    POSSIBLE = "possible"  # and what a reading may also be
    NEARLY = "nearly"  # and what is nearly that, and may be a misreading


@dataclass(frozen=True)
class Findable:
    """One thing to be found. `field` and `page` are None for what is on the whole record.

    `about` is what it stands for, `day` the day of making that it says, `doubt` what its
    reading leaves for values that are not listed, and `unsure` which of its signs that is about.
    """

    value: str
    label: str
    probability: float
    matched: Matched = Matched.VALUE
    field: str | None = None
    page: int | None = None
    is_key: bool = False
    about: About | None = None
    step: str | None = None
    day: date | None = None
    doubt: float = 0.0
    unsure: str = ""


def findables(record: Record, form: MasterForm | None) -> tuple[Findable, ...]:
    """All that a search can find in the record; labels come from its form."""
    dated = made_on(record, form)
    entries = [one for entry in record.entries for one in _in_entry(entry, form, dated)]
    return (*findable_on(record, form), *entries)


def findable_in(
    entry: Entry, form: MasterForm | None, dated: frozenset[str]
) -> tuple[Findable, ...]:
    """What a search can find in one entry; `dated` are the fields that say when it was made."""
    return tuple(_in_entry(entry, form, dated))


def findable_on(record: Record, form: MasterForm | None) -> tuple[Findable, ...]:
    """What a search can find of the record as a whole."""
    values = {one.value for one in record.entries if one.type not in _NO_WORDS}
    return tuple(_on_record(record, form, values))


def made_on(record: Record, form: MasterForm | None) -> frozenset[str]:
    """The fields whose days are those on which the record was made."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for entry in record.entries:
        field = _field_of(form, entry)
        if field is None or field.type is not EntryKind.DATE:
            continue
        if field.means is not Meaning.EXPIRY_DATE and as_date(field, entry.value) is not None:
            found[field.means is Meaning.MANUFACTURING_DATE].add(entry.field)
    return frozenset(found[True] or found[False])


def _field_of(form: MasterForm | None, entry: Entry) -> Field | None:
    try:
        return form.field(entry.field) if form else None
    except KeyError:
        return None


def _on_record(record: Record, form: MasterForm | None, values: set[str]) -> Iterator[Findable]:
    if record.batch_number and record.batch_number not in values:
        yield Findable(record.batch_number, "Batch number", 1.0, is_key=True, about=About.BATCH)
    if record.form is not None:
        yield Findable(record.form, "Form", 1.0, is_key=True)
    if form is not None:
        yield Findable(form.title, "Title", 1.0)
    for file in dict.fromkeys(source.file for source in record.sources):
        yield Findable(file, "File", 1.0, is_key=True)
    for name, user in dict.fromkeys((one.name, one.user) for one in record.signatures):
        yield Findable(f"{name} ({user})", "Signed by", 1.0, about=About.SIGNED)


def _in_entry(entry: Entry, form: MasterForm | None, dated: frozenset[str]) -> Iterator[Findable]:
    if entry.type in _NO_WORDS:
        return
    field = _field_of(form, entry)
    others = [one for one in entry.alternatives if one.value not in ("", entry.value)]
    is_only_reading = is_only_read(entry)
    doubt = doubt_of(entry.confidence, sum(one.probability for one in others))
    found = Findable(
        value=entry.value,
        label=field.label if field else entry.field,
        probability=entry.confidence if is_only_reading else 1.0,
        field=entry.field,
        page=entry.page,
        is_key=field is not None and field.means in KEYS,
        about=_about(entry, field, dated),
        step=entry.step,
        doubt=doubt if is_only_reading else 0.0,
        unsure=_unsure(entry) if is_only_reading else "",
    )
    if found.value:
        yield _on_day(found, field)
    for other in others if is_only_reading else ():
        share = other.probability
        one = replace(found, value=other.value, probability=share, unsure="")
        yield _on_day(replace(one, matched=Matched.ALTERNATIVE), field)


def _unsure(entry: Entry) -> str:
    """Which signs of the entry the reader was not sure of."""
    others = [(as_key(one.value), one.probability) for one in entry.alternatives]
    return unsure_signs(as_key(entry.value), others)


def _about(entry: Entry, field: Field | None, dated: frozenset[str]) -> About | None:
    if entry.type is EntryKind.INITIALS:
        return About.SIGNED
    if entry.field in dated:
        return About.MADE
    return ABOUT.get(field.means) if field is not None and field.means is not None else None


def _on_day(found: Findable, field: Field | None) -> Findable:
    if found.about is not About.MADE or field is None:
        return found
    return replace(found, day=as_date(field, found.value))
