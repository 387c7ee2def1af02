"""Second keying: which entries wait for whom, and what a second or third person keyed.

Whoever keys a second time sees the crop and the field's name and format, nothing that was keyed
before. A third person, where the two differ, sees both values without their names.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from extractors.values import State
from pipeline.accounts import Act, Person, require
from pipeline.core.entries import entry_named, given
from pipeline.core.forms import Field, MasterForm
from pipeline.core.keyed import Keying, KeyingStep, open_round
from pipeline.core.review import KeyAgain, Settle
from pipeline.core.same_entry import same_entry
from pipeline.core.values import Entry
from pipeline.errors import Conflict
from pipeline.plain import plain, plain_fields
from pipeline.review import OpenRecord, write
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of
from pipeline.store.database import reading, writing
from pipeline.store.keying_rows import Rounds, open_rounds
from pipeline.store.record_rows import Stored, known_record
from pipeline.store.tables import RecordRow

__all__ = [
    "Candidate",
    "Sheet",
    "Waiting",
    "count_waiting",
    "key_again",
    "settle",
    "sheet",
    "waiting",
]


@dataclass(frozen=True)
class Waiting:
    """An entry that waits for this person's keying: where on which form, and since when.

    It needs a decision where two people keyed different things. The batch is not named: it may be
    what is to be keyed.
    """

    record: str
    form: str
    field: str
    label: str
    page: int
    step: str | None
    since: datetime
    needs_decision: bool


@dataclass(frozen=True)
class Candidate:
    """What one of two people keyed who did not agree."""

    value: str
    state: State


@dataclass(frozen=True)
class Sheet:
    """What a person sees of an entry that they are to key: where it stands, and its format.

    `candidates` are what two people keyed, in the order of their letters; empty at a second keying.
    """

    entry_box_mm: tuple[float, float]
    page: int
    form: MasterForm
    field: Field
    candidates: tuple[Candidate, ...]


def waiting(site: Site, *, by: Person) -> tuple[Waiting, ...]:
    """The entries that wait for a keying by this person, the oldest first; none keyed by them."""
    require(by, Act.KEY)
    with reading(site.engine) as session:
        mine = _rounds_for(session, by)
        rows = {record: session.get_one(RecordRow, record) for record, _ in mine}
    forms = {(row.form, row.version): None for row in rows.values()}
    known = {key: form_of(site, *key) for key in forms}
    return tuple(
        _waiting(rows[record], known[rows[record].form, rows[record].version], field, going_on)
        for (record, field), going_on in mine.items()
    )


def count_waiting(site: Site, *, by: Person) -> int:
    """How many entries wait for a keying by this person."""
    require(by, Act.KEY)
    with reading(site.engine) as session:
        return len(_rounds_for(session, by))


def sheet(site: Site, record_id: str, field: str, *, by: Person) -> Sheet:
    """The entry to be keyed; Conflict where it does not wait for this person any more."""
    require(by, Act.KEY)
    with reading(site.engine) as session:
        stored = known_record(session, record_id)
    entry, going_on = _waiting_entry(stored, field)
    if by.user in _who(going_on):
        raise _over()
    form = _form(site, stored)
    candidates = (Candidate(one.value, one.state) for one in going_on)
    return Sheet(
        entry_box_mm=(entry.box.width, entry.box.height),
        page=entry.page,
        form=form,
        field=form.field(field),
        candidates=_in_order(*candidates) if _needs_decision(going_on) else (),
    )


def key_again(
    site: Site,
    record_id: str,
    field: str,
    value: str,
    *,
    by: Person,
    state: State | None = None,
    where: str = HERE,
) -> OpenRecord:
    """Key the entry as the second person; where both say the same, it is corrected."""
    require(by, Act.KEY)
    with writing(site.engine) as session:
        stored = known_record(session, record_id)
        entry, (first, *_) = _waiting_entry(stored, field)
        keyed = given(entry, plain(value), state)
        on = _form(site, stored).field(field)
        agrees = same_entry(on, (first.value, first.state), keyed)
        decision = KeyAgain(field, *keyed, agrees=agrees)
        return write(site, session, stored, decision, by=by, where=where)


def settle(
    site: Site,
    record_id: str,
    field: str,
    value: str,
    reason: str,
    *,
    by: Person,
    state: State | None = None,
    where: str = HERE,
) -> OpenRecord:
    """Decide, as a third person, what the ink shows; it may be what neither of the two keyed."""
    require(by, Act.KEY)
    decision = plain_fields(Settle(field, value, reason, state))
    with writing(site.engine) as session:
        stored = known_record(session, record_id)
        return write(site, session, stored, decision, by=by, where=where)


def _rounds_for(session: Session, by: Person) -> Rounds:
    rounds = open_rounds(session)
    return {place: one for place, one in rounds.items() if by.user not in _who(one)}


def _waiting(
    row: RecordRow, form: MasterForm | None, name: str, going_on: tuple[Keying, ...]
) -> Waiting:
    field = next((one for one in (form.fields if form else ()) if one.name == name), None)
    return Waiting(
        record=row.id,
        form=f"{row.form} v{row.version}",
        field=name,
        label=field.label if field else name,
        page=field.page if field else 1,
        step=field.step if field else None,
        since=going_on[-1].at,
        needs_decision=_needs_decision(going_on),
    )


def _waiting_entry(stored: Stored, field: str) -> tuple[Entry, tuple[Keying, ...]]:
    entry = entry_named(stored.record, field)
    going_on = open_round(entry.keyings)
    if not going_on:
        raise _over()
    return entry, going_on


def _form(site: Site, stored: Stored) -> MasterForm:
    form = form_of(site, stored.record.form, stored.record.version)
    if form is None:
        raise Conflict("the form of this record is not known here", "take the form in again")
    return form


def _needs_decision(going_on: tuple[Keying, ...]) -> bool:
    return going_on[-1].step is KeyingStep.DISAGREED


def _who(going_on: tuple[Keying, ...]) -> set[str]:
    return {one.by for one in going_on}


def _in_order(*candidates: Candidate) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda one: (one.value, one.state)))


def _over() -> Conflict:
    return Conflict("the entry does not wait for your keying any more", "go on with the next one")
