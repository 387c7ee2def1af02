"""Faults in what is written: missing, impossible, wrong, out of order, out of limits.

Each function does one fault to a record, or returns False where the record has no place for it.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from extractors.values import EntryKind, State
from pipeline.core.expressions import holds
from pipeline.core.forms import Field, Meaning
from pipeline.core.normal import as_date, is_well_formed
from sample_scans import profile
from sample_scans.arithmetic import operands, result, rounded
from sample_scans.record import Draft, Work
from sample_scans.slips import misformed
from sample_scans.story import from_template, write_date

WORDS = (EntryKind.TEXT, EntryKind.NUMBER, EntryKind.DATE, EntryKind.TIME)


def may_fail(work: Work, *kinds: EntryKind) -> list[Draft]:
    """Filled entries that a fault may meet: not the deviation, nor what names the record."""
    first = next(
        (d for d in work.drafts.values() if d.paper.field.means == Meaning.BATCH_NUMBER), None
    )
    return [
        draft
        for draft in work.free(*(kinds or WORDS))
        if draft.paper.field.means != Meaning.DEVIATION and draft is not first
    ]


def blank(work: Work) -> bool:
    """A required entry is not there."""
    found = [draft for draft in may_fail(work) if draft.paper.field.required]
    if not found:
        return False
    draft = work.any_of(found)
    draft.value, draft.state, draft.fault = "", State.BLANK, "blank"
    draft.flag("missing_entry")
    work.taken.add(draft.name)
    return True


def not_applicable(work: Work) -> bool:
    """N/A in a field that has to be filled in."""
    found = [
        draft for draft in may_fail(work) if draft.paper.field.required and not draft.paper.comb
    ]
    if not found:
        return False
    draft = work.any_of(found)
    draft.value, draft.state, draft.fault = "", State.NOT_APPLICABLE, "not_applicable"
    draft.flag("na_not_allowed")
    work.taken.add(draft.name)
    return True


def bad_format(work: Work) -> bool:
    """Not written as the form asks: one decimal too many, another order of the date."""
    used = work.references()
    found = [
        draft
        for draft in may_fail(work)
        if draft.name not in used and not draft.paper.field.equals and not draft.paper.comb
        and not draft.paper.field.same_as
    ]  # fmt: skip
    for index in work.rng.permutation(len(found)):
        draft = found[index]
        text = misformed(draft.paper.field, draft.value, work.rng)
        if text and not is_well_formed(draft.paper.field, text):
            draft.value, draft.fault = text, "bad_format"
            draft.flag("bad_format")
            work.taken.add(draft.name)
            return True
    return False


def limit(work: Work) -> bool:
    """A number outside its limits; half the time somebody also wrote a deviation number."""
    used = work.references()
    plain = [
        draft
        for draft in may_fail(work, EntryKind.NUMBER)
        if _has_limits(draft.paper.field)
        and not draft.paper.field.equals
        and draft.name not in used
    ]
    derived = [
        draft
        for draft in may_fail(work, EntryKind.NUMBER)
        if _has_limits(draft.paper.field) and draft.paper.field.equals and draft.name not in used
    ]
    done = False
    if derived and (not plain or work.rng.random() < 0.4):
        done = _shift_operand(work, work.any_of(derived))
    if not done and plain:
        done = _outside(work, work.any_of(plain))
    if done and work.rng.random() < profile.LIMIT_WITH_DEVIATION:
        write_deviation(work)
    return done


def write_deviation(work: Work) -> None:
    """Somebody noticed and wrote the number of a deviation."""
    for draft in work.drafts.values():
        if draft.paper.field.means == Meaning.DEVIATION and draft.state != State.FILLED:
            draft.value = from_template(draft.paper.fill.template, work.day, work.rng)
            draft.state = State.FILLED


def _has_limits(field: Field) -> bool:
    return field.low is not None and field.high is not None


def _outside(work: Work, draft: Draft) -> bool:
    field = draft.paper.field
    low, high = field.low or Decimal(0), field.high or Decimal(0)
    unit = Decimal(1).scaleb(-(field.decimals or 0))
    by = max(unit, (high - low) * Decimal(repr(float(work.rng.uniform(0.02, 0.35)))))
    is_low = work.rng.random() < 0.4 and (low - by >= 0 or low < 0)
    value = rounded(low - by if is_low else high + by, field.decimals or 0)
    if low <= Decimal(value) <= high:
        return False
    draft.value, draft.fault = value, "limit"
    draft.flag("out_of_limit")
    work.taken.add(draft.name)
    return True


def _shift_operand(work: Work, draft: Draft) -> bool:
    """Something was weighed wrong, and what is calculated from it misses its limits."""
    field = draft.paper.field
    if "mean" in (field.equals or "") or "max" in (field.equals or ""):
        return False
    names = [name for name in operands(field) if _is_only_for(work, name, field)]
    if not names or any(name in work.taken for name in operands(field)):
        return False
    operand = work.drafts[work.any_of(names)]
    before = Decimal(operand.value)
    sign = 1 if work.rng.random() < 0.5 else -1
    for step in range(1, 60):
        shifted = before * (1 + sign * Decimal("0.004") * step)
        operand.value = rounded(shifted, operand.paper.field.decimals or 0)
        found = result(field.equals or "0", lambda name: work.drafts[name].value)
        text = rounded(found or Decimal(0), field.decimals or 0)
        low, high = field.low or Decimal(0), field.high or Decimal(0)
        if Decimal(text) >= 0 and not low <= Decimal(text) <= high:
            draft.value, draft.fault = text, "limit"
            draft.flag("out_of_limit")
            work.taken |= {draft.name, *operands(field)}
            return True
    operand.value = str(before)
    return False


def _is_only_for(work: Work, name: str, field: Field) -> bool:
    operand = work.drafts.get(name)
    if operand is None or operand.state != State.FILLED or _has_limits(operand.paper.field):
        return False
    if operand.paper.field.equals:
        return False
    users = [one.field.name for one in work.form.fields if name in operands(one.field)]
    return users == [field.name]


def wrong_sum(work: Work) -> bool:
    """A calculation that does not come out."""
    used = work.references()
    found = [
        draft
        for draft in may_fail(work, EntryKind.NUMBER)
        if draft.paper.field.equals and draft.name not in used and _operands_stand(work, draft)
    ]
    for index in work.rng.permutation(len(found)):
        draft = found[index]
        field = draft.paper.field
        right = result(field.equals or "0", lambda name: work.drafts[name].value)
        wrong = _miscalculated(work, draft, right or Decimal(0))
        if wrong:
            draft.value, draft.fault = wrong, "wrong_sum"
            draft.flag("calculation_mismatch")
            work.taken |= {draft.name, *operands(field)}
            return True
    return False


def _operands_stand(work: Work, draft: Draft) -> bool:
    for name in operands(draft.paper.field):
        operand = work.drafts.get(name)
        if operand is None or operand.state != State.FILLED or name in work.taken:
            return False
    return True


def _miscalculated(work: Work, draft: Draft, right: Decimal) -> str | None:
    field = draft.paper.field
    decimals = field.decimals or 0
    for _ in range(40):
        unit = Decimal(1).scaleb(-decimals) * Decimal(10) ** int(work.rng.integers(0, 3))
        wrong = Decimal(draft.value) + unit * int(work.rng.choice([-9, -3, -2, -1, 1, 2, 3, 9]))
        in_limits = (field.low is None or wrong >= field.low) and (
            field.high is None or wrong <= field.high
        )
        if (
            wrong >= 0
            and in_limits
            and not holds(wrong, right, tolerance=field.tolerance, decimals=field.decimals)
        ):
            return rounded(wrong, decimals)
    return None


def time_order(work: Work) -> bool:
    """An end before its start."""
    for draft, before in _ordered(work, EntryKind.TIME):
        dates = _dates_beside(work, draft) + _dates_beside(work, before)
        if any(date.name in work.taken or date.state != State.FILLED for date in dates):
            continue
        minutes = _minutes(before.value)
        back = int(work.rng.integers(3, 91))
        if minutes <= back:
            continue
        seconds = draft.value[5:]
        draft.value = f"{(minutes - back) // 60:02}:{(minutes - back) % 60:02}{seconds}"
        draft.fault = "time_order"
        draft.flag("time_order")
        work.taken |= {draft.name, before.name, *(date.name for date in dates)}
        return True
    return False


def date_order(work: Work) -> bool:
    """A day before the one that it has to follow."""
    for draft, before in _ordered(work, EntryKind.DATE):
        day = as_date(before.paper.field, before.value)
        if day is None:
            continue
        early = day - timedelta(days=int(work.rng.integers(1, 10)))
        if early < work.form.head.effective:
            continue
        draft.value = write_date(draft.paper.field, early)
        draft.fault = "date_order"
        draft.flag("date_order")
        work.taken |= {draft.name, before.name}
        return True
    return False


def _ordered(work: Work, kind: EntryKind) -> list[tuple[Draft, Draft]]:
    pairs = []
    for draft in may_fail(work, kind):
        before = work.drafts.get(draft.paper.field.not_before or "")
        if before and before.state == State.FILLED and before.name not in work.taken:
            pairs.append((draft, before))
    return [pairs[index] for index in work.rng.permutation(len(pairs))]


def _dates_beside(work: Work, draft: Draft) -> list[Draft]:
    step = draft.paper.field.step
    return [
        other
        for other in work.drafts.values()
        if step and other.paper.field.step == step and other.kind == EntryKind.DATE
    ]


def _minutes(value: str) -> int:
    return int(value[:2]) * 60 + int(value[3:5])


def impossible_date(work: Work) -> bool:
    """The 31st of a month that has 30 days, or a day after the scan."""
    found = may_fail(work, EntryKind.DATE)
    if not found:
        return False
    draft = work.any_of(found)
    field = draft.paper.field
    is_last = all(other.field.not_before != draft.name for other in work.form.fields)
    has_times = any(
        other.kind == EntryKind.TIME and field.step and other.paper.field.step == field.step
        for other in work.drafts.values()
    )
    plain = field.means not in (Meaning.MANUFACTURING_DATE, Meaning.EXPIRY_DATE)
    if is_last and plain and not has_times and work.rng.random() < 0.4:
        later = work.scanned_on + timedelta(days=int(work.rng.integers(25, 400)))
        draft.value = write_date(field, later)
    else:
        draft.value = _not_in_calendar(field, work.day, int(work.rng.integers(5)))
    draft.fault = "impossible_date"
    draft.flag("impossible_date")
    work.taken.add(draft.name)
    return True


def _not_in_calendar(field: Field, day: datetime, choice: int) -> str:
    wrong_day, month = ((31, 4), (31, 6), (31, 9), (31, 11), (30, 2))[choice]
    text = write_date(field, day.replace(day=17, month=month).date())
    parts = (field.format or "YYYY-MM-DD").replace("YYYY", "Y").replace("YY", "Y")
    parts = parts.replace("MMM", "M").replace("MM", "M").replace("DD", "D")
    order = [sign for sign in parts if sign in "DMY"]
    between = [sign for sign in parts if sign not in "DMY"]
    values = text.replace(between[1], between[0]).split(between[0])
    values[order.index("D")] = str(wrong_day)
    return f"{values[0]}{between[0]}{values[1]}{between[1]}{values[2]}"
