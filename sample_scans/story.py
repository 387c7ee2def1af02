"""A day's work as it should be: every field of a form filled in correctly, in the order of time.

Nothing is wrong yet; `faults_*.py` put that in afterwards.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from extractors.values import EntryKind, State
from pipeline.core.formats import MONTHS, date_parts
from pipeline.core.forms import Field, Meaning, Role
from sample_scans import profile
from sample_scans.arithmetic import operands, result, rounded
from sample_scans.paper import PaperField, PaperForm
from sample_scans.people import Person, Roster, Team, pick_team
from sample_scans.record import SIGNED, Draft, Work

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
LAST_DAY = date(2025, 10, 31)


def write_correctly(form: PaperForm, roster: Roster, rng: np.random.Generator) -> Work:
    """A record in which all is well."""
    team = pick_team(roster, rng)
    start = _start(form, rng)
    for _ in range(200):
        story = _Story(form, team, start, rng)
        drafts = story.write()
        if _is_plausible(drafts):
            break
    else:
        raise ValueError(f"{form.head.number}: its arithmetic and limits fit no values")
    work = Work(
        form=form,
        team=team,
        roster=roster,
        day=start,
        scanned_on=story.latest + timedelta(days=int(rng.integers(2, 30))),
        drafts=drafts,
        rng=rng,
        order=list(range(1, form.head.page_count + 1)),
    )
    _leave_out(work)
    return work


def _start(form: PaperForm, rng: np.random.Generator) -> datetime:
    first = form.head.effective + timedelta(days=5)
    last = (form.head.superseded or LAST_DAY) - timedelta(days=25)
    day = first + timedelta(days=int(rng.integers(0, (last - first).days)))
    hour = int(rng.integers(form.head.hours[0], form.head.hours[1] + 1))
    return datetime(day.year, day.month, day.day, hour, int(rng.integers(0, 60)))


class _Story:
    """The clock runs through the form once; all draws come from one source of chance."""

    def __init__(
        self, form: PaperForm, team: Team, start: datetime, rng: np.random.Generator
    ) -> None:
        self.form, self.team, self.rng = form, team, rng
        self.start = self.clock = start
        self.latest = start.date()
        self.fields = {paper.field.name: paper for paper in form.fields}
        self.drafts: dict[str, Draft] = {}
        self.marked: dict[str, str] = {}
        self.swap = rng.random(form.head.page_count + 1) < 0.5

    def write(self) -> dict[str, Draft]:
        for paper in self.form.fields:
            self._write(paper)
        return {paper.field.name: self.drafts[paper.field.name] for paper in self.form.fields}

    def _write(self, paper: PaperField) -> str:
        """Fill in one field, after those that it follows from; what stands there now."""
        field = paper.field
        if field.name in self.drafts:
            return self.drafts[field.name].value
        if field.same_as:
            value = self._write(self.fields[field.same_as])
        elif field.type in SIGNED:
            value = self._person(paper).initials if field.type == EntryKind.INITIALS else ""
        elif field.type == EntryKind.CHECKBOX:
            value = "true" if self._is_marked(paper) else "false"
        else:
            value = self._words(paper)
        state = State.FILLED
        if field.type == EntryKind.CHECKBOX:
            state = State.CHECKED if value == "true" else State.UNCHECKED
        draft = Draft(paper, self._person(paper), value, state, moment=self.clock)
        self.drafts[field.name] = draft
        return value

    def _words(self, paper: PaperField) -> str:
        field, fill = paper.field, paper.fill
        if field.type == EntryKind.TIME:
            self.clock += timedelta(
                minutes=int(self.rng.integers(fill.minutes[0], fill.minutes[1] + 1))
            )
            seconds = int(self.rng.integers(0, 60)) if field.format == "HH:MM:SS" else 0
            self.clock = self.clock.replace(second=seconds)
            return write_time(field, self.clock)
        if field.type == EntryKind.DATE:
            return self._date(paper)
        if fill.words:
            return fill.words[int(self.rng.integers(len(fill.words)))]
        if field.type == EntryKind.NUMBER:
            return self._number(paper)
        return from_template(fill.template, self.start, self.rng)

    def _date(self, paper: PaperField) -> str:
        ahead = int(self.rng.integers(paper.fill.days[0], paper.fill.days[1] + 1))
        day = self.clock.date() + timedelta(days=ahead)
        if paper.field.means != Meaning.EXPIRY_DATE:
            self.latest = max(self.latest, day)
        return write_date(paper.field, day)

    def _number(self, paper: PaperField) -> str:
        field, fill = paper.field, paper.fill
        decimals = field.decimals or 0
        if field.equals:
            found = result(field.equals, lambda name: self._write(self.fields[name]))
            return rounded(found or Decimal(0), decimals)
        base = Decimal(0)
        if fill.formula:
            formula = fill.formula.replace("{r}", field.step or "")
            base = result(formula, lambda name: self._write(self.fields[name])) or base
        middle, spread = fill.middle, fill.spread
        if middle is None:
            low, high = float(field.low or 0), float(field.high or 200)
            middle, spread = (low + high) / 2, (high - low) / 9
        value = base + Decimal(repr(float(self.rng.normal(middle, spread))))
        if field.low is not None and field.high is not None:
            margin = (field.high - field.low) / 20
            value = min(max(value, field.low + margin), field.high - margin)
        return rounded(value, decimals)

    def _is_marked(self, paper: PaperField) -> bool:
        group = paper.field.group
        if group is None:
            return bool(self.rng.random() < paper.fill.pick)
        if group not in self.marked:
            boxes = [one for one in self.form.fields if one.field.group == group]
            chances = np.array([one.fill.pick for one in boxes])
            chosen = int(self.rng.choice(len(boxes), p=chances / chances.sum()))
            self.marked[group] = boxes[chosen].field.name
        return self.marked[group] == paper.field.name

    def _person(self, paper: PaperField) -> Person:
        swap = int(self.swap[paper.field.page])
        match paper.field.role:
            case Role.VERIFIED_BY:
                return self.team.checkers[swap]
            case Role.REVIEWED_BY:
                return self.team.supervisor
            case Role.APPROVED_BY:
                return self.team.quality
            case _:
                signer = self._signer_of(paper.field)
                return signer if signer else self.team.operators[swap]

    def _signer_of(self, field: Field) -> Person | None:
        """Who signs a step for review or approval also writes its date."""
        if field.role or not field.step:
            return None
        roles = {
            other.field.role
            for other in self.form.fields
            if other.field.step == field.step and other.field.page == field.page
        } - {None}
        if roles == {Role.REVIEWED_BY}:
            return self.team.supervisor
        return self.team.quality if roles == {Role.APPROVED_BY} else None


def _is_plausible(drafts: dict[str, Draft]) -> bool:
    """Whether all that is calculated is within its limits, and nothing is less than nothing."""
    for draft in drafts.values():
        field = draft.paper.field
        if draft.kind != EntryKind.NUMBER:
            continue
        number = Decimal(draft.value)
        if number < (field.low if field.low is not None else Decimal(0)):
            return False
        if field.high is not None and number > field.high:
            return False
    return True


def _leave_out(work: Work) -> None:
    """What need not be filled in often is not; rows that may stay unused often do."""
    needed = {name for draft in work.drafts.values() for name in operands(draft.paper.field)}
    for draft in work.drafts.values():
        field = draft.paper.field
        if field.required or draft.paper.block or draft.kind == EntryKind.CHECKBOX:
            continue
        if field.required_if and work.drafts[field.required_if].state == State.CHECKED:
            continue
        if field.name in needed or work.rng.random() < draft.paper.fill.often:
            continue
        draft.value = ""
        is_na = draft.kind not in SIGNED and work.rng.random() < profile.OPTIONAL_NA / 0.5
        draft.state = State.NOT_APPLICABLE if is_na else State.BLANK
    blocks = list(work.by_block().items())
    unused = False
    table = ""
    for name, drafts in blocks:
        if name.split(":")[0] != table:
            table, unused = name.split(":")[0], False
        unused = unused or work.rng.random() > profile.SPARE_ROW_USED
        if unused:
            for draft in drafts:
                draft.value = ""
                is_box = draft.kind == EntryKind.CHECKBOX
                draft.state = State.UNCHECKED if is_box else State.BLANK
                draft.value = "false" if is_box else ""


def write_date(field: Field, day: date) -> str:
    """A day as the field's format writes it, the month's name in capitals."""
    words = {
        "DD": f"{day.day:02}",
        "MM": f"{day.month:02}",
        "MMM": MONTHS[day.month - 1],
        "YY": f"{day.year % 100:02}",
        "YYYY": f"{day.year}",
    }
    return "".join(words.get(part, part) for part in date_parts(field.format or "YYYY-MM-DD") or ())


def write_time(field: Field, moment: datetime) -> str:
    """A time of day as the field's format writes it."""
    return moment.strftime("%H:%M:%S" if field.format == "HH:MM:SS" else "%H:%M")


def from_template(template: str, day: datetime, rng: np.random.Generator) -> str:
    """`#` a digit, `@` a capital letter, `YY` the year."""
    words = template.replace("YY", f"{day.year % 100:02}")
    if words.count("#") == len(words) and len(words) > 1:
        words = str(int(rng.integers(1, 10))) + words[1:]
    out = []
    for sign in words:
        if sign == "#":
            sign = str(int(rng.integers(0, 10)))
        elif sign == "@":
            sign = LETTERS[int(rng.integers(len(LETTERS)))]
        out.append(sign)
    return "".join(out)
