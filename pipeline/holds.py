"""Legal holds: records that nobody may destroy, whatever their day, until the hold is lifted.

A hold is on records that were named, or that a search, a form or a batch finds; what it finds later
is held as well. Several holds on one record stand each for itself. One whose search can't be looked
for any more still holds what it held, and `pipeline.retention` keeps what it might be on.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.archive import Reach
from pipeline.core.signed import need
from pipeline.core.values import Signature
from pipeline.errors import InputRefused, NotAllowed
from pipeline.people import Proof
from pipeline.plain import plain
from pipeline.retention_signing import (
    AnyProof,
    Signing,
    add_signature,
    digest_of,
    name_of,
    signatures_of,
    signer_of,
    signing_in,
    use_up,
)
from pipeline.scope import Scope, records_in, scope_of
from pipeline.site import HERE, PROGRAM, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.retention_tables import HeldRecordRow, HoldLiftRow, LegalHoldRow
from pipeline.store.tables import RecordRow

__all__ = ["Hold", "Proof", "Scope", "freshen", "hold_records", "holds", "lift_hold"]

WIDE = Reach.POSSIBLE
"""A hold may be too wide, never too narrow: it is on what may stand in a record, too."""
PLACED = "Place this legal hold"
LIFTED = "Lift this legal hold"


@dataclass(frozen=True)
class Hold:
    """A legal hold as it stands: its records, who signed it, and how it ended.

    `problem` says why it can't be followed: what it would find now is not known.
    """

    number: int
    scope: Scope
    reason: str
    by: str
    at: datetime
    records: tuple[str, ...]
    signature: Signature | None
    lifted: Signature | None
    why_lifted: str = ""
    problem: str = ""


def hold_records(
    site: Site, scope: Scope, reason: str, *, proof: AnyProof, where: str = HERE
) -> Hold:
    """Place a hold, signed; NotAllowed or InputRefused where it can't be."""
    act = "signature of a legal hold"
    signer = signer_of(site, proof, where=where, act=act)
    require(signer, Act.HOLD)
    found, at = _fitting(site, scope, reason), site.now()
    with signing_in(site, signer, act=act, where=where) as session:
        use_up(session, site, proof, bound=_bound_to_hold(scope, reason))
        row = LegalHoldRow(scope=asdict(scope), reason=plain(reason), by=signer.user, at=at)
        session.add(row)
        session.flush()
        number = _number(row)
        line = Happening(
            kind="hold_placed",
            by=signer.user,
            at=at,
            where=where,
            old=scope.words,
            new=name_of("hold", number),
            reason=plain(reason),
        )
        append(session, line)
        _add(session, number, found, line)
        said = [name_of("hold", number), scope.words, plain(reason), sorted(found)]
        signing = Signing(signer, proof, PLACED, at, where)
        add_signature(session, "hold", number, content=digest_of(said), signing=signing)
        return _hold(session, row)


def lift_hold(site: Site, number: int, reason: str, *, proof: AnyProof, where: str = HERE) -> Hold:
    """Lift a hold, signed; what other holds are on stays held."""
    act = f"signature of the lifting of legal hold {number}"
    signer = signer_of(site, proof, where=where, act=act)
    require(signer, Act.HOLD)
    at = site.now()
    with signing_in(site, signer, act=act, where=where) as session:
        row = _to_lift(session, number, reason)
        use_up(session, site, proof, bound=digest_of(_said_of_lift(session, number, reason)))
        session.add(HoldLiftRow(hold=number, reason=plain(reason), by=signer.user, at=at))
        session.flush()
        line = Happening(
            kind="hold_lifted",
            by=signer.user,
            at=at,
            where=where,
            new=name_of("hold", number),
            reason=plain(reason),
        )
        append(session, line)
        for record in _records(session, number):
            append(session, _of(line, record))
        said = _said_of_lift(session, number, reason)
        signing = Signing(signer, proof, LIFTED, at, where)
        add_signature(session, "lift", number, content=digest_of(said), signing=signing)
        return _hold(session, row)


def bound_to_hold(site: Site, scope: Scope, reason: str) -> str:
    """What a sign-in for this hold is bound to; refused where it could not be placed now."""
    _fitting(site, scope, reason)
    return _bound_to_hold(scope, reason)


def bound_to_lift(site: Site, number: int, reason: str) -> str:
    """What a sign-in for this lifting is bound to; refused where the hold can't be lifted now."""
    with reading(site.engine) as session:
        _to_lift(session, number, reason)
        return digest_of(_said_of_lift(session, number, reason))


def holds(site: Site, *, by: Person) -> tuple[Hold, ...]:
    """All holds, the newest first; those that stand hold what their search finds by now."""
    require(by, Act.SEE_RETENTION)
    freshen(site)
    with reading(site.engine) as session:
        rows = session.exec(select(LegalHoldRow).order_by(col(LegalHoldRow.id).desc())).all()
        return tuple(_hold(session, row) for row in rows)


def would_hold(site: Site, scope: Scope, *, by: Person) -> tuple[str, ...]:
    """The records that a hold on that would be on now; nothing is held by looking."""
    require(by, Act.HOLD)
    return records_in(site, scope, reach=WIDE)


def freshen(site: Site) -> None:
    """Put the holds that stand on records that came since, and that their words find.

    One that can't be followed is left as it is, and keeps no other from being followed.
    """
    with reading(site.engine) as session:
        lifted = select(HoldLiftRow.hold)
        standing = session.exec(select(LegalHoldRow).where(col(LegalHoldRow.id).not_in(lifted)))
        wanted = [(_number(row), _there(session, scope_of(row.scope))) for row in standing]
    for number, scope in wanted:
        if scope.problem:
            continue
        found = records_in(site, scope, reach=WIDE)
        with reading(site.engine) as session:
            new = sorted(set(found) - set(_records(session, number)))
        if new:
            _widen(site, number, new)


def _fitting(site: Site, scope: Scope, reason: str) -> tuple[str, ...]:
    """The records that a new hold would be on, at least one; it needs a reason."""
    need(reason, "a legal hold needs a reason", "say what the records are held for")
    found = records_in(site, scope, reach=WIDE)
    if not found:
        raise InputRefused("no record fits", "name records, or another search, form or batch")
    return found


def _bound_to_hold(scope: Scope, reason: str) -> str:
    """Of what is said, and not of what it finds: more may have come meanwhile, and is held too."""
    return digest_of([PLACED, asdict(scope), plain(reason)])


def _to_lift(session: Session, number: int, reason: str) -> LegalHoldRow:
    """A hold that stands, and may be lifted for that reason."""
    need(reason, "the lifting of a hold needs a reason", "say why the records are free again")
    row = session.get(LegalHoldRow, number)
    if row is None:
        raise InputRefused(f"there is no legal hold {number}", "choose one of the list")
    if session.get(HoldLiftRow, number) is not None:
        raise NotAllowed(f"the legal hold {number} is lifted already", "look at it again")
    return row


def _said_of_lift(session: Session, number: int, reason: str) -> list[object]:
    """What the signature of a lifting is of."""
    return [name_of("lift", number), plain(reason), list(_records(session, number))]


def _there(session: Session, scope: Scope) -> Scope:
    """The scope without records that are gone, of which nothing new can come."""
    named = select(RecordRow.id).where(col(RecordRow.id).in_(scope.records))
    return replace(scope, records=tuple(sorted(session.exec(named))))


def _widen(site: Site, number: int, found: Collection[str]) -> None:
    at = site.now()
    with writing(site.engine) as session:
        new = sorted(set(found) - set(_records(session, number)))
        line = Happening(
            kind="hold_widened", by=PROGRAM, at=at, where="site", new=name_of("hold", number)
        )
        if session.get(HoldLiftRow, number) is None:
            _add(session, number, new, line)


def _add(session: Session, number: int, found: Collection[str], line: Happening) -> None:
    """The records that are held, each with a line of its own in the trail."""
    for record in sorted(found):
        session.add(HeldRecordRow(hold=number, record=record, at=line.at))
        append(session, _of(line, record))
    session.flush()


def _of(line: Happening, record: str) -> Happening:
    return Happening(
        kind=line.kind,
        by=line.by,
        at=line.at,
        where=line.where,
        record=record,
        new=line.new,
        reason=line.reason,
    )


def _hold(session: Session, row: LegalHoldRow) -> Hold:
    number, scope = _number(row), scope_of(row.scope)
    lift = session.get(HoldLiftRow, number)
    return Hold(
        number=number,
        scope=scope,
        reason=row.reason,
        by=row.by,
        at=row.at,
        records=_records(session, number),
        signature=next(iter(signatures_of(session, "hold", number)), None),
        lifted=next(iter(signatures_of(session, "lift", number)), None),
        why_lifted=lift.reason if lift else "",
        problem="" if lift else scope.problem,
    )


def _records(session: Session, number: int) -> tuple[str, ...]:
    found = select(HeldRecordRow.record).where(HeldRecordRow.hold == number)
    return tuple(sorted(session.exec(found)))


def _number(row: LegalHoldRow) -> int:
    assert row.id is not None
    return row.id
