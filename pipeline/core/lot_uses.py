"""What a record says about lots: which it made, which went into it, and how much.

Out of the meanings of the form's fields. The record is one of a batch: that batch's own number is
what it *made*, and each lot that is entered was *used* for it. A record of goods that came in has
one material, one lot and no product: its lot was *received*, under the record's own number.

A lot's quantity and material stand in its own row: the fields of its step, or beside it on the
page. What a reading may also be is kept with its probability, so that a misread lot is not missing
where somebody asks for the true one; and a lot that nobody can read, or that is not there beside
its quantity, is kept as such. An entry that names several lots is a use of each of them
(`pipeline.core.lot_numbers`).
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from extractors.values import State
from pipeline.core.answered import cannot_be_read, is_only_read
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.lot_numbers import Named, named_in
from pipeline.core.normal import as_number
from pipeline.core.quantities import unit_of
from pipeline.core.values import Entry, Record

NO_NUMBER = "#"
"""How the key of a batch begins whose record has no batch number; the record's id follows."""


MOST_POSSIBLE = 0.99
"""How probable a value is at most where somebody says that its entry can't be read."""
AS_PART = 0.5
"""How probable it is at most that a part of an entry is a number of its own: nobody can tell."""


class UseKind(StrEnum):
    """What the record says of the lot."""

    MADE = "made"
    USED = "used"
    RECEIVED = "received"


class Said(StrEnum):
    """How the record says it."""

    VALUE = "value"  # it is what stands in the record
    ALTERNATIVE = "alternative"  # it is what the reading may also be
    UNREADABLE = "unreadable"  # there is a lot, and nobody can read it
    MISSING = "missing"  # there is a quantity, and no lot beside it
    MISREADING = "misreading"  # it was read in doubt, and may be a misreading of what is asked for


@dataclass(frozen=True)
class LotUse:
    """One lot in one record. `key` is its number as numbers are compared, empty where unknown.

    `quantity` is the number as it stands, empty where none is known. `entry` is the whole entry
    where it holds more than this lot: the quantity is then of several together. On a lot that is
    only possible it says that a part of the entry, or all of it, is taken for a number.
    """

    kind: UseKind
    key: str
    lot: str
    probability: float = 1.0
    said: Said = Said.VALUE
    field: str | None = None
    page: int | None = None
    material: str = ""
    quantity: str = ""
    unit: str = ""
    quantity_field: str | None = None
    entry: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether the quantity is of several lots together: how much of each is not known."""
        return bool(self.entry)


def lot_key(number: str) -> str:
    """A number as numbers are compared: letters and digits alone, whatever their case."""
    spelt = unicodedata.normalize("NFKD", number).casefold()
    return "".join(sign for sign in spelt if sign.isalnum())


def is_same_batch(one: str, other: str) -> bool:
    """Whether two spellings of a batch number are of one batch."""
    return one == other or lot_key(one) == lot_key(other) != ""


def is_receipt(form: MasterForm) -> bool:
    """Whether the form is one of goods that come in: one lot of one material, and no product."""
    count = {meaning: len(_meaning(form, meaning)) for meaning in Meaning}
    return (count[Meaning.LOT], count[Meaning.MATERIAL], count[Meaning.PRODUCT]) == (1, 1, 0)


def lot_uses(record: Record, form: MasterForm | None) -> tuple[LotUse, ...]:
    """All that the record says about lots, its own batch first."""
    if form is None:
        return tuple(_made(record, None, frozenset()))
    sheet = _Sheet(form, {entry.field: entry for entry in record.entries})
    used = [one for field in _meaning(form, Meaning.LOT) for one in _used(sheet, field)]
    taken = {one.quantity_field for one in used if one.kind is UseKind.USED}
    return (*_made(record, sheet, frozenset(name for name in taken if name)), *used)


@dataclass(frozen=True)
class _Sheet:
    """A form, and what stands in its fields."""

    form: MasterForm
    entries: Mapping[str, Entry]

    def value(self, field: Field | None) -> str:
        """What stands in the field; nothing where it is not filled."""
        entry = self.entries.get(field.name) if field else None
        return entry.value if entry is not None and entry.state is State.FILLED else ""

    def number(self, field: Field | None) -> str:
        """The number that stands in the field; nothing where none does."""
        text = self.value(field)
        return text if as_number(text) is not None else ""


def _meaning(form: MasterForm, meaning: Meaning) -> tuple[Field, ...]:
    return tuple(field for field in form.fields if field.means is meaning)


def _used(sheet: _Sheet, field: Field) -> Iterator[LotUse]:
    entry = sheet.entries.get(field.name)
    if entry is None:
        return
    quantity = _beside(sheet.form, field, Meaning.QUANTITY)
    use = LotUse(
        UseKind.RECEIVED if is_receipt(sheet.form) else UseKind.USED,
        "",
        "",
        entry.confidence if is_only_read(entry) else 1.0,
        field=field.name,
        page=field.page,
        material=sheet.value(_beside(sheet.form, field, Meaning.MATERIAL)),
        quantity=sheet.number(quantity),
        unit=unit_of(quantity) if quantity else "",
        quantity_field=quantity.name if quantity else None,
    )
    found = [*_as_it_stands(entry, use, named_in(entry.value, field.pattern))]
    yield from found
    yield from _possible(entry, use, field.pattern, {one.key for one in found})


def _as_it_stands(entry: Entry, use: LotUse, named: Named) -> Iterator[LotUse]:
    """The lots; where nobody can name one, that there is one, and what it may be for all that."""
    if entry.state is State.BLANK and use.quantity:
        yield replace(use, said=Said.MISSING)
    if entry.state not in (State.FILLED, State.UNREADABLE):
        return
    lots = [*_each(use, named, entry.value)] if entry.state is State.FILLED else []
    if not lots or cannot_be_read(entry):
        yield replace(use, said=Said.UNREADABLE)
        lots = [_only_possible(one, MOST_POSSIBLE) for one in lots]
    elif named.has_unread:
        yield replace(use, said=Said.UNREADABLE, entry=entry.value)
    yield from lots


def _each(use: LotUse, named: Named, entry: str) -> Iterator[LotUse]:
    """A use of each lot that the entry names, and of its parts that may be one."""
    for number in named.numbers:
        whole = entry if named.is_shared else ""
        yield replace(use, key=lot_key(number), lot=number, entry=whole)
    for part in named.parts:
        one = replace(use, key=lot_key(part), lot=part, entry=entry)
        yield _only_possible(one, AS_PART)


def _only_possible(use: LotUse, most: float) -> LotUse:
    return replace(use, probability=min(use.probability, most), said=Said.ALTERNATIVE)


def _possible(entry: Entry, use: LotUse, pattern: str | None, known: set[str]) -> Iterator[LotUse]:
    """What the reading may also be, each number once, as long as nobody has set another value."""
    for other in entry.alternatives if is_only_read(entry) else ():
        read = replace(use, probability=other.probability)
        for one in _each(read, named_in(other.value, pattern), other.value):
            if one.key not in known:
                known.add(one.key)
                yield _only_possible(one, other.probability)


def _made(record: Record, sheet: _Sheet | None, taken: frozenset[str]) -> Iterator[LotUse]:
    """The record's own batch: once for each quantity of it, and once for what it may also be."""
    numbers = _numbers(sheet)
    own = next((one for one in numbers if lot_key(one.value) == lot_key(record.batch_number)), None)
    key = lot_key(record.batch_number) or f"{NO_NUMBER}{record.id}"
    product = _the_only(sheet.form, Meaning.PRODUCT) if sheet else None
    made = LotUse(
        UseKind.MADE,
        key,
        record.batch_number,
        own.confidence if own is not None and is_only_read(own) else 1.0,
        field=own.field if own else None,
        page=own.page if own else None,
        material=sheet.value(product) if sheet else "",
    )
    quantities = [*_of_batch(sheet, taken)] if sheet else []
    for field, material in quantities:
        assert sheet is not None
        yield replace(
            made,
            material=material or made.material,
            quantity=sheet.number(field),
            unit=unit_of(field),
            quantity_field=field.name,
        )
    if not quantities:
        yield made
    yield from _other_numbers(numbers, made)


def _other_numbers(numbers: Sequence[Entry], made: LotUse) -> Iterator[LotUse]:
    """What the batch number may also be, and what other pages say that it is."""
    known = {made.key, ""}
    for entry in numbers:
        said = [(entry.value, entry.confidence if is_only_read(entry) else 1.0)]
        if is_only_read(entry):
            said += [(other.value, other.probability) for other in entry.alternatives]
        for number, probability in said:
            key = lot_key(number)
            if key not in known:
                known.add(key)
                yield replace(
                    made,
                    key=key,
                    lot=number,
                    probability=probability,
                    said=Said.ALTERNATIVE,
                    field=entry.field,
                    page=entry.page,
                )


def _numbers(sheet: _Sheet | None) -> tuple[Entry, ...]:
    fields = _meaning(sheet.form, Meaning.BATCH_NUMBER) if sheet else ()
    entries = sheet.entries if sheet else {}
    return tuple(entries[field.name] for field in fields if field.name in entries)


def _of_batch(sheet: _Sheet, taken: frozenset[str]) -> Iterator[tuple[Field, str]]:
    """The quantities of the batch itself: of each product's row, or else the last on the form.

    What stands last is what came out; what stands before it was planned or put in.
    """
    filled = [
        field
        for field in _meaning(sheet.form, Meaning.QUANTITY)
        if field.name not in taken and sheet.number(field)
    ]
    in_rows = [(field, _row_product(sheet, field)) for field in filled if field.step]
    of_products = [(field, sheet.value(product)) for field, product in in_rows if product]
    if of_products:
        yield from of_products
    elif filled:
        yield filled[-1], ""


def _row_product(sheet: _Sheet, quantity: Field) -> Field | None:
    products = _meaning(sheet.form, Meaning.PRODUCT)
    return next((one for one in products if one.step and one.step == quantity.step), None)


def _beside(form: MasterForm, lot: Field, meaning: Meaning) -> Field | None:
    """The field of that meaning which belongs to the lot.

    The one of its step on its page; of several, or where it has no step, the one beside it; and on
    a form with a single lot the only one that there is.
    """
    fields = [one for one in _meaning(form, meaning) if one.page == lot.page]
    of_step = [one for one in fields if lot.step is not None and one.step == lot.step]
    if len(of_step) == 1 and len(_lots_of_step(form, lot)) == 1:
        return of_step[0]
    others = of_step or [one for one in fields if None in (one.step, lot.step)]
    beside = [one for one in others if _is_beside(lot, one)]
    if len(beside) == 1:
        return beside[0]
    is_alone = len(_meaning(form, Meaning.LOT)) == 1 and is_receipt(form)
    return _the_only(form, meaning) if is_alone else None


def _lots_of_step(form: MasterForm, lot: Field) -> tuple[Field, ...]:
    lots = _meaning(form, Meaning.LOT)
    return tuple(one for one in lots if (one.page, one.step) == (lot.page, lot.step))


def _is_beside(one: Field, other: Field) -> bool:
    """Whether the middle of each lies within the other's height."""
    a, b = one.box, other.box
    middle_a, middle_b = a.y + a.height / 2, b.y + b.height / 2
    return b.y <= middle_a <= b.y + b.height and a.y <= middle_b <= a.y + a.height


def _the_only(form: MasterForm, meaning: Meaning) -> Field | None:
    fields = _meaning(form, meaning)
    return fields[0] if len(fields) == 1 else None
