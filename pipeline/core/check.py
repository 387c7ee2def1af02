"""All checks over one record. They look at current values, so they run again after a correction.

A rule is a plain function from the record to its flags, named after its flag; its docstring is
the help that a reviewer sees. What is blank or can't be read is never judged by arithmetic.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from inspect import getdoc

from extractors.values import State
from pipeline.core.catalogue import CATALOGUE
from pipeline.core.check_context import (
    CheckContext,
    FoundPage,
    OtherRecords,
    PageEvidence,
    RecordView,
)
from pipeline.core.checks_dates import date_order, impossible_date, time_order
from pipeline.core.checks_entries import (
    bad_format,
    choice_conflict,
    correction,
    missing_entry,
    missing_signature,
    na_not_allowed,
    obliterated,
    overwritten,
    uninitialled_correction,
    unreadable,
    void_unsigned,
)
from pipeline.core.checks_identity import (
    batch_number_mismatch,
    duplicate_page,
    duplicate_record,
    missing_page,
    page_order,
    rewritten_page,
    unknown_form,
    wrong_version,
)
from pipeline.core.checks_quantities import calculation_mismatch, no_deviation, out_of_limit
from pipeline.core.checks_scan import outside_writing, page_cut, poor_scan
from pipeline.core.checks_signatures import same_person, unknown_signatory
from pipeline.core.forms import MasterForm, Meaning
from pipeline.core.triage import LOW_CONFIDENCE, is_being_keyed, low_confidence
from pipeline.core.values import Entry, Flag, Record

__all__ = ["CheckContext", "FoundPage", "OtherRecords", "PageEvidence", "check", "help_of"]

Rule = Callable[[RecordView], Iterator[Flag]]

SCAN_RULES: tuple[Rule, ...] = (
    poor_scan,
    page_cut,
    outside_writing,
    unknown_form,
    missing_page,
    duplicate_page,
    rewritten_page,
    page_order,
)
"""Rules about the pages of the scan; they need `PageEvidence`."""

ENTRY_RULES: tuple[Rule, ...] = (
    batch_number_mismatch,
    missing_entry,
    missing_signature,
    void_unsigned,
    na_not_allowed,
    unreadable,
    overwritten,
    obliterated,
    bad_format,
    choice_conflict,
    correction,
    uninitialled_correction,
    same_person,
    unknown_signatory,
    impossible_date,
    date_order,
    time_order,
    calculation_mismatch,
    out_of_limit,
)
"""Rules about entries, each by itself or beside others."""

RULES: tuple[Rule, ...] = (
    *SCAN_RULES,
    wrong_version,
    duplicate_record,
    *ENTRY_RULES,
    no_deviation,
)
"""All rules in their order; `no_deviation` comes last, since it looks at what the others found."""

_ORDER = {kind.name: place for place, kind in enumerate(CATALOGUE)}


def check(record: Record, context: CheckContext) -> Record:
    """The record with the flags that its current values give, and the batch number they say.

    Flags of an earlier check go. What `context` says nothing about stays: flags about pages
    without `pages`, about other records without `others`, and triage's `low_confidence` on an
    entry that nobody has corrected since. That flag comes back with a correction that is taken
    back: what was read is then looked at once more. One about a keying that was not taken over
    stays while the entry says the same. An entry with a flag is not accepted.
    """
    if record.form is not None and context.form is None:
        raise ValueError(f"form {record.form} is needed to check a record of it")
    view = RecordView(record, context, raised=_kept(record, context))
    for rule in RULES:
        view = view.after(_once((*view.raised, *rule(view))))
    on = _by_field(view.raised)
    return replace(
        record,
        batch_number=_batch_number(view, context.form),
        entries=tuple(_with_flags(entry, on.get(entry.field, ())) for entry in record.entries),
        flags=tuple(flag for flag in view.raised if flag.field is None),
    )


def help_of(flag: str) -> str:
    """What a reviewer is told about a flag of that name: what it means and what to do."""
    helps = {rule.__name__: getdoc(rule) or "" for rule in RULES} | LOW_CONFIDENCE
    return helps.get(flag, "")


def _kept(record: Record, context: CheckContext) -> tuple[Flag, ...]:
    names: set[str] = set()
    if context.pages is None:
        names |= {rule.__name__ for rule in SCAN_RULES} | {wrong_version.__name__}
    if context.others is None:
        names.add(duplicate_record.__name__)
    kept = [flag for flag in record.flags if flag.name in names and not _is_of_day(flag)]
    for entry in record.entries:
        if any(is_being_keyed(entry, flag) for flag in entry.flags):
            kept.extend(flag for flag in entry.flags if is_being_keyed(entry, flag))
        elif entry.is_unseen_again:
            kept.append(low_confidence(entry))
        elif not entry.corrections:
            kept.extend(flag for flag in entry.flags if flag.name in LOW_CONFIDENCE)
    return tuple(kept)


def _is_of_day(flag: Flag) -> bool:
    """Whether it is the date of manufacture that the version does not fit, and not a page."""
    return flag.name == wrong_version.__name__ and flag.page is None


def _once(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Each flag once in its place, in the order of the catalogue."""
    first: dict[tuple[str | None, str], Flag] = {}
    for flag in flags:
        first.setdefault((flag.field, flag.name), flag)
    return tuple(sorted(first.values(), key=lambda flag: _ORDER.get(flag.name, len(_ORDER))))


def _by_field(raised: tuple[Flag, ...]) -> dict[str | None, tuple[Flag, ...]]:
    on: dict[str | None, tuple[Flag, ...]] = {}
    for flag in raised:
        on[flag.field] = (*on.get(flag.field, ()), flag)
    return on


def _with_flags(entry: Entry, flags: tuple[Flag, ...]) -> Entry:
    accepted = entry.accepted and not flags
    if (entry.flags, entry.accepted) == (flags, accepted):
        return entry
    return replace(entry, flags=flags, accepted=accepted)


def _batch_number(view: RecordView, form: MasterForm | None) -> str:
    """What the first field for it says; as it was where the form has none or nothing is there."""
    for one in view.written if form else ():
        if one.field.means is Meaning.BATCH_NUMBER and one.state is State.FILLED:
            return one.value
    return view.record.batch_number
