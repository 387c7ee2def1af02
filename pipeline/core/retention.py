"""Retention: until which day a record has to be kept, from rules, and why.

EU GMP, part I, chapter 4, 4.11: a batch's documents are kept until one year after its expiry date,
or five years after its certification, whichever is the longer. A rule can lengthen that, never
shorten it. Nothing is destroyed on a guess: where the expiry date is not known, the record is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from extractors.values import State
from pipeline.core.answered import cannot_be_read
from pipeline.core.expiry_day import expiry_day
from pipeline.core.forms import MasterForm, Meaning
from pipeline.core.values import Entry, Outcome, Record
from pipeline.errors import InputRefused

AFTER_EXPIRY, AFTER_CERTIFICATION = 1, 5
"""The years of EU GMP chapter 4, 4.11."""
MOST_YEARS = 100
NOT_READ = frozenset({Outcome.TRULY_MISSING, Outcome.CANNOT_BE_READ, Outcome.TAKEN_BACK})


@dataclass(frozen=True)
class RetentionRule:
    """How many years the records of a form are kept; an empty form is every form.

    `after_expiry` is None for a form that bears no expiry date: certification alone counts. For
    a version of it that bears one it is as if nothing were said.
    """

    form: str
    after_expiry: int | None
    after_certification: int

    @property
    def words(self) -> str:
        """The rule as people read it."""
        certified = f"certification + {_years(self.after_certification)}"
        if self.after_expiry is None:
            return f"{certified} (the form bears no expiry date)"
        return f"the longer of expiry + {_years(self.after_expiry)} and {certified}"


GMP = RetentionRule("", AFTER_EXPIRY, AFTER_CERTIFICATION)
"""What holds where no rule says more."""


@dataclass(frozen=True)
class Expiry:
    """The expiry date that a record bears; without a day, why it is not known."""

    day: date | None
    why_not: str = ""


@dataclass(frozen=True)
class Retention:
    """Until which day a record is kept, under which rule; without a day, why it stays."""

    until: date | None
    rule: RetentionRule
    certified: date | None
    expiry: Expiry
    why_kept: str = ""


def checked_rule(rule: RetentionRule, *, form_has_expiry: bool) -> RetentionRule:
    """The rule, if it may be one; InputRefused where it would keep less than GMP asks for."""
    if rule.after_expiry is None and (form_has_expiry or not rule.form):
        raise InputRefused(
            "an expiry date can be left out of account only for a form that bears none",
            "give the years after the expiry date",
        )
    after_expiry = AFTER_EXPIRY if rule.after_expiry is None else rule.after_expiry
    short = after_expiry < AFTER_EXPIRY or rule.after_certification < AFTER_CERTIFICATION
    if short or max(after_expiry, rule.after_certification) > MOST_YEARS:
        raise InputRefused(
            "a rule keeps records for the years of EU GMP chapter 4 (4.11) or longer",
            f"give {AFTER_EXPIRY} to {MOST_YEARS} years after expiry and "
            f"{AFTER_CERTIFICATION} to {MOST_YEARS} after certification",
        )
    return rule


def rule_for(form: str, rules: Iterable[RetentionRule], *, has_expiry: bool) -> RetentionRule:
    """The rule of a form: of GMP's, that of every form and its own, the longer years of each.

    `has_expiry`: the record's own version of the form bears an expiry date, or is not known.
    """
    fitting = [GMP, *(rule for rule in rules if rule.form in ("", form))]
    own = [rule for rule in fitting if rule.form == form and form]
    bears_none = not has_expiry and any(rule.after_expiry is None for rule in own)
    after_expiry = max(rule.after_expiry or 0 for rule in fitting)
    certified = max(rule.after_certification for rule in fitting)
    return RetentionRule(form, None if bears_none else after_expiry, certified)


def retention(
    rule: RetentionRule, *, certified: Sequence[date], expiry: Expiry, is_over: bool
) -> Retention:
    """The longer of the rule's two days. `certified` are the days of all signatures on it.

    A record that nobody certified, or that is still worked on (not `is_over`), has no day.
    """
    last = max(certified, default=None)
    if not is_over or last is None:
        return Retention(None, rule, last, expiry, "it is not approved")
    by_certification = years_after(last, rule.after_certification)
    if rule.after_expiry is None:
        return Retention(by_certification, rule, last, expiry)
    if expiry.day is None:
        return Retention(None, rule, last, expiry, expiry.why_not)
    by_expiry = years_after(expiry.day, rule.after_expiry)
    return Retention(max(by_certification, by_expiry), rule, last, expiry)


def has_expiry(form: MasterForm | None) -> bool:
    """Whether the form bears an expiry date; one that nobody knows might."""
    return form is None or any(one.means is Meaning.EXPIRY_DATE for one in form.fields)


def expiry_of(record: Record, form: MasterForm | None) -> Expiry:
    """The latest expiry date that the record bears.

    One that is not sure, or that is sure and can't be understood as a day, leaves it unknown.
    """
    fields = [one for one in form.fields if one.means is Meaning.EXPIRY_DATE] if form else []
    if not fields or form is None:
        return Expiry(None, "its form bears no expiry date")
    entries = {entry.field: entry for entry in record.entries}
    days = []
    for field in fields:
        entry = entries.get(field.name)
        if entry is None or not is_sure(entry):
            return Expiry(None, f"its expiry date is not known ({field.label})")
        day = expiry_day(field, entry.value)
        if day is None:
            return Expiry(None, f"its expiry date is not understood ({field.label})")
        days.append(day)
    return Expiry(max(days))


def is_sure(entry: Entry) -> bool:
    """Whether an entry was accepted, or a person looked at it and let it stand or corrected it."""
    outcomes = {one.outcome for one in entry.dispositions}
    if entry.state is not State.FILLED or entry.is_unseen_again or cannot_be_read(entry):
        return False
    if entry.corrections:
        return True
    if outcomes & NOT_READ:
        return False
    return Outcome.CONFIRMED in outcomes or (entry.accepted and not entry.flags)


def is_past(until: date, now: datetime) -> bool:
    """Whether the day is over in every time zone of the world."""
    return until < earliest_day(now) - timedelta(days=1)


def earliest_day(now: datetime) -> date:
    """The day that it still is where it is earliest: twelve hours behind UTC."""
    return (now.astimezone(UTC) - timedelta(hours=12)).date()


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, in a common year, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1) if day.year + years <= date.max.year else date.max


def _years(count: int) -> str:
    return f"{count} year{'' if count == 1 else 's'}"
