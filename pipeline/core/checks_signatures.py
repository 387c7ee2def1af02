"""Checks of who signed. Signatures are never compared with each other, initials are."""

from collections.abc import Iterator
from datetime import date

from extractors.values import EntryKind
from pipeline.core.check_context import RecordView, Written
from pipeline.core.checks_dates import fault_of
from pipeline.core.forms import Meaning, Role
from pipeline.core.people import same_initials
from pipeline.core.values import Flag


def same_person(view: RecordView) -> Iterator[Flag]:
    """The same initials stand for who did a step and for who verified it.

    Nobody verifies their own work. Look whether the initials were read right.
    """
    for verifier in _initials(view):
        if verifier.field.role is Role.VERIFIED_BY:
            mine = same_initials(verifier.value)
            for performer in _performers(view, verifier):
                if same_initials(performer.value) == mine:
                    detail = f"{verifier.value} stands for {performer.field.label} too."
                    yield verifier.flag("same_person", f"{verifier.field.label}: {detail}")
                    break


def unknown_signatory(view: RecordView) -> Iterator[Flag]:
    """The signature log holds no person with these initials on the day of the step.

    The day is the step's own date, where that can be, else the date of manufacture, else any of
    the record's. Look whether the initials were read right; else find out who signed.
    """
    if view.context.signatories is None:
        return
    for one in _initials(view):
        days = _days_of(view, one)
        lines = [line for line in view.context.signatories if line.has_initials(one.value)]
        on_day = any(line.signs_on(day) for line in lines for day in days)
        if not lines or (days and not on_day):
            when = f" on {days[0].isoformat()}" if days else ""
            yield one.flag(
                "unknown_signatory",
                f"{one.field.label}: the signature log holds nobody with {one.value}{when}.",
            )


def _initials(view: RecordView) -> Iterator[Written]:
    return (
        one for one in view.written if one.field.type is EntryKind.INITIALS and one.text is not None
    )


def _performers(view: RecordView, verifier: Written) -> Iterator[Written]:
    for one in view.in_step(verifier.field.step):
        is_initials = one.field.type is EntryKind.INITIALS and one.text is not None
        if is_initials and one.field.role is Role.PERFORMED_BY:
            yield one


def _days_of(view: RecordView, one: Written) -> list[date]:
    anywhere = [other for other in view.written if other.field.means is not Meaning.EXPIRY_DATE]
    beside = [other for other in view.in_step(one.field.step) if other in anywhere]
    made = [other for other in anywhere if other.field.means is Meaning.MANUFACTURING_DATE]
    for candidates in (beside, made, anywhere):
        dates = [other for other in candidates if other.field.type is EntryKind.DATE]
        can_be = [other for other in dates if fault_of(other, view.context) is None]
        days = [other.day for other in can_be if other.day is not None]
        if days:
            return days
    return []
