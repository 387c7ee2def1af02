"""What checks look at: the record, its form, and what is known around it.

Checks never look at pixels: reading hands over what it found about the pages as `PageEvidence`,
and what the ink of an entry shows stands in its reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cached_property

from extractors.values import Evidence, State
from pipeline.core.catalogue import severity_of
from pipeline.core.forms import Field, MasterForm
from pipeline.core.normal import as_date, as_number, as_time
from pipeline.core.people import Signatory
from pipeline.core.values import Entry, Flag, Record, Severity


@dataclass(frozen=True)
class FoundPage:
    """One page of the scan that belongs to the record.

    `page` is the page of the form, None for a page that fits no form. `is_repeat`: an earlier
    page of the scan is the same page of the form; `is_same_sheet`: it is that very sheet scanned
    again, not one filled in anew. `problems` say in plain words what else makes it a poor scan
    ("it is blurred"). `outside_writing` counts the places with ink outside every field.
    `is_back`: a side without print, empty or with notes. `print_text` is how the print of a page
    that fits no form begins. `scan` is the file of a newer scan that the page came in, else empty.
    """

    scan_page: int
    page: int | None
    form: str | None = None
    version: str | None = None
    effective_dpi: float = 300.0
    residual_mm: float = 0.0
    problems: tuple[str, ...] = ()
    is_cut: bool = False
    is_repeat: bool = False
    is_same_sheet: bool = False
    outside_writing: int = 0
    is_back: bool = False
    print_text: str = ""
    scan: str = ""


@dataclass(frozen=True)
class PageEvidence:
    """All pages of the scan that belong to the record, repeats and strangers too, in its order."""

    pages: tuple[FoundPage, ...]


@dataclass(frozen=True)
class OtherRecords:
    """What a site holds already: records of the same scan, and of the same form and batch."""

    same_scan: tuple[str, ...] = ()
    same_batch: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckContext:
    """What is known around a record when it is checked.

    `form` is None for a scan that fits no form. `scanned_on` is None where nobody knows; nothing
    is then said about the future. `signatories` is None without a signature log. `pages` and
    `others` are None where a record is checked again later: what was found about its pages, and
    about other records, then stays as it was.
    """

    form: MasterForm | None
    scanned_on: date | None = None
    signatories: tuple[Signatory, ...] | None = None
    pages: PageEvidence | None = None
    others: OtherRecords | None = None
    minimum_dpi: float = 140.0
    residual_limit_mm: float = 1.0


@dataclass(frozen=True)
class Written:
    """A field of the form and the entry in it."""

    field: Field
    entry: Entry

    @cached_property
    def state(self) -> State:
        """The entry's current state."""
        return self.entry.state

    @cached_property
    def value(self) -> str:
        """The entry's current value."""
        return self.entry.value

    @cached_property
    def text(self) -> str | None:
        """What is written, None for a blank, void, unreadable or merely marked place."""
        return self.value if self.state is State.FILLED and self.value else None

    @cached_property
    def number(self) -> Decimal | None:
        """The number written here, None where there is none."""
        return None if self.text is None else as_number(self.text)

    @cached_property
    def day(self) -> date | None:
        """The calendar day written here, None where there is none."""
        return None if self.text is None else as_date(self.field, self.text)

    @cached_property
    def time(self) -> time | None:
        """The time of day written here, None where there is none."""
        return None if self.text is None else as_time(self.field, self.text)

    def shows(self, evidence: Evidence) -> bool:
        """Whether the ink shows this."""
        return evidence in self.entry.reading.evidence

    def flag(self, name: str, detail: str, *, severity: Severity | None = None) -> Flag:
        """A flag on this entry."""
        weight = severity or severity_of(name)
        return Flag(name, weight, detail, field=self.field.name, page=self.entry.page)


@dataclass(frozen=True)
class RecordView:
    """A record as the rules see it. `raised` holds what the rules before have found."""

    record: Record
    context: CheckContext
    raised: tuple[Flag, ...] = ()

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """The fields whose pages are in the scan, in the order of the form, with their entries."""
        return tuple(self._written())

    @cached_property
    def _by_name(self) -> dict[str, Written]:
        return {one.field.name: one for one in self.written}

    def find(self, name: str | None) -> Written | None:
        """The entry of that field, None where the scan lacks it."""
        return None if name is None else self._by_name.get(name)

    def in_step(self, step: str | None) -> tuple[Written, ...]:
        """What stands in a step of the process or row of a table."""
        return () if step is None else tuple(self._by_step.get(step, ()))

    @cached_property
    def _by_step(self) -> dict[str | None, list[Written]]:
        steps: dict[str | None, list[Written]] = {}
        for one in self.written:
            steps.setdefault(one.field.step, []).append(one)
        return steps

    def after(self, raised: tuple[Flag, ...]) -> "RecordView":
        """The same view with these flags raised; what was looked up of the record is kept."""
        view = RecordView(self.record, self.context, raised)
        known = ("written", "_by_name", "_by_step")
        vars(view).update({name: vars(self)[name] for name in known if name in vars(self)})
        return view

    def _written(self) -> Iterator[Written]:
        entries = {entry.field: entry for entry in self.record.entries}
        for field in self.context.form.fields if self.context.form else ():
            if field.name in entries:
                yield Written(field, entries[field.name])


def record_flag(
    name: str, detail: str, *, page: int | None = None, severity: Severity | None = None
) -> Flag:
    """A flag on the record as a whole; `page` is the page of the scan to look at first."""
    return Flag(name, severity or severity_of(name), detail, page=page)
