"""Small forms and records for the tests of the core: a field and what stands in it, in one line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from extractors.values import Box, EntryKind, Evidence, Previous, Reading, State
from pipeline.core.check import CheckContext, check
from pipeline.core.forms import Field, FormPage, MasterForm
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, RecordState, Source

BOX = Box(10.0, 20.0, 30.0, 8.0)
AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def field(name: str, type: str = "text", *, page: int = 1, **keys: Any) -> Field:
    """A field of a form; keys as in form.yaml."""
    return Field(name, name.capitalize(), EntryKind(type), page, BOX, **keys)


def form(*fields: Field, **keys: Any) -> MasterForm:
    """A form with these fields, on as many pages as they name."""
    pages = tuple(
        FormPage(number, (210.0, 297.0), tuple(one for one in fields if one.page == number))
        for number in range(1, max((one.page for one in fields), default=1) + 1)
    )
    return MasterForm("BMR-077", "12", "Granulation", pages, Path("blank.pdf"), **keys)


def reading(
    value: str = "",
    state: str = "filled",
    *,
    confidence: float = 0.99,
    shows: tuple[str, ...] = (),
    previous: tuple[Previous, ...] = (),
) -> Reading:
    """What the machine makes of a field."""
    return Reading(
        value,
        State(state),
        confidence,
        "handwriting",
        evidence=tuple(Evidence(one) for one in shows),
        previous=previous,
    )


BLANK = reading("", "blank")
NOT_APPLICABLE = reading("", "not_applicable")
UNREADABLE = reading("", "unreadable")
MARKED = reading("true", "checked")
UNMARKED = reading("false", "unchecked")
SIGNED = reading("", "filled")


def record(master: MasterForm | None, **written: Reading | str) -> Record:
    """A record of that form. What is not named is not in the scan; a text is a filled entry."""
    entries = tuple(
        Entry(one.name, one.page, one.type, one.step, one.box, _reading(written[one.name]))
        for one in (master.fields if master else ())
        if one.name in written
    )
    pages = tuple(
        RecordPage(one.page, one.page, 0, 0.98, IDENTITY, 300.0, 0.1)
        for one in (master.pages if master else ())
    )
    return Record(
        form=master.form if master else None,
        version=master.version if master else None,
        batch_number="",
        source=Source("012.pdf", "0" * 64, max(1, len(pages))),
        reader=ReaderInfo("0.1.0", (("handwriting", "1"),)),
        pages=pages,
        entries=entries,
        id="R1",
        state=RecordState.IN_REVIEW,
    )


def _reading(written: Reading | str) -> Reading:
    return reading(written) if isinstance(written, str) else written


def found(master: MasterForm | None, one: Record, **context: Any) -> set[tuple[str | None, str]]:
    """Which flags a check raises: pairs of field and flag."""
    checked = check(one, CheckContext(master, **context))
    return flags_of(checked)


def flags_of(checked: Record) -> set[tuple[str | None, str]]:
    """The flags that stand on a record: pairs of field and flag."""
    on_entries = {(entry.field, flag.name) for entry in checked.entries for flag in entry.flags}
    return on_entries | {(None, flag.name) for flag in checked.flags}


def day(text: str) -> date:
    """A day, as 2024-05-06."""
    return date.fromisoformat(text)


def with_entry(one: Record, changed: Entry) -> Record:
    """The record with that entry in the place of the one of its field."""
    entries = tuple(changed if old.field == changed.field else old for old in one.entries)
    return replace(one, entries=entries)
