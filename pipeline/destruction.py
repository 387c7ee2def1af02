"""Destruction lists: records whose day has passed, drawn up by one, signed by two other people.

What two people have signed `pipeline.destroying` carries out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.core.signed import need
from pipeline.core.values import Signature
from pipeline.errors import InputRefused, NotAllowed
from pipeline.holds import freshen
from pipeline.named import Named, named_in
from pipeline.plain import plain
from pipeline.retention import Kept, kept_in
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
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.manifest import content_digest
from pipeline.store.retention_tables import (
    DestroyedRecordRow,
    DestructionEndRow,
    DestructionLineRow,
    DestructionListRow,
    DestructionRunRow,
    RetentionSignatureRow,
)
from pipeline.store.site_tables import AccountRow
from pipeline.store.tables import RecordRow

SIGNERS = 2
AGREED = "Destroy the records of this list"


class ListState(StrEnum):
    """How far a destruction list has come."""

    DRAWN_UP = "drawn_up"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    CARRIED_OUT = "carried_out"


@dataclass(frozen=True)
class ListLine:
    """A record on a destruction list, and what became of it."""

    record: str
    chain: str
    keep_until: date
    rule: str
    content: str
    is_destroyed: bool
    named: Named


@dataclass(frozen=True)
class DestructionList:
    """A destruction list with its signatures. `why` says why it was withdrawn."""

    number: int
    reason: str
    by: str
    at: datetime
    lines: tuple[ListLine, ...]
    signatures: tuple[Signature, ...]
    state: ListState
    why: str = ""


def draw_up(
    site: Site, records: Sequence[str], reason: str, *, by: Person, where: str = HERE
) -> DestructionList:
    """A list of these records and all their revisions; refused where one has to be kept."""
    require(by, Act.DRAW_UP)
    need(reason, "a destruction list needs a reason", "say why these records are destroyed")
    freshen(site)
    with writing(site.engine) as session:
        found = _kept(site, session, records)
        for one in found:
            _refuse_kept(session, one)
        row = DestructionListRow(reason=plain(reason), by=by.user, at=site.now())
        session.add(row)
        session.flush()
        number = _number(row)
        session.add_all(line for one in found for line in _lines(session, number, one))
        session.flush()
        _tell(session, site, "destruction_drawn_up", number, by=by, where=where, reason=reason)
        return _list(session, row)


def sign_list(site: Site, number: int, *, proof: AnyProof, where: str = HERE) -> DestructionList:
    """Sign a list as it stands; neither who drew it up nor the same person twice may."""
    act = f"signature of destruction list {number}"
    signer = signer_of(site, proof, where=where, act=act)
    require(signer, Act.DESTROY)
    with signing_in(site, signer, act=act, where=where) as session:
        row, found = _to_sign(session, number, signer)
        use_up(session, site, proof, bound=content_of(found))
        signing = Signing(signer, proof, AGREED, site.now(), where)
        add_signature(session, "destruction", number, content=content_of(found), signing=signing)
        return _list(session, row)


def bound_to_list(site: Site, number: int, *, signer: Person) -> str:
    """What a sign-in for this signature is bound to; refused where that person can't sign now."""
    with reading(site.engine) as session:
        return content_of(_to_sign(session, number, signer)[1])


def kept_of(site: Site, number: int, *, by: Person) -> dict[str, str]:
    """The records of an open list that may not be destroyed as things stand, each with why."""
    require(by, Act.SEE_RETENTION)
    with reading(site.engine) as session:
        _, found = _known(session, number)
        if found.state not in (ListState.DRAWN_UP, ListState.SIGNED):
            return {}
        chains = defaultdict(list)
        for one in found.lines:
            if not one.is_destroyed:
                chains[one.chain].append(one)
        whys = {
            chain: why_not_destroyed(session, kept_in(site, session, chain), lines)
            for chain, lines in chains.items()
        }
    return {one.record: why for one in found.lines if (why := whys.get(one.chain, ""))}


def why_not_destroyed(session: Session, kept: Kept, lines: Sequence[ListLine]) -> str:
    """Why the lines of one chain can't be carried out as things stand; empty where they can."""
    why = why_kept(kept)
    if not why and set(kept.chain) != {one.record for one in lines}:
        why = "it has other revisions than when the list was drawn up"
    if not why and any(content_digest(session, one.record) != one.content for one in lines):
        why = "it says something else than when the list was drawn up"
    if not why and any(kept.retention.until != one.keep_until for one in lines):
        why = "its date is another than when the list was drawn up"
    return why


def withdraw_list(
    site: Site, number: int, reason: str, *, by: Person, where: str = HERE
) -> DestructionList:
    """Take a list back that is not carried out; its records stay."""
    require(by, Act.DRAW_UP if by.role in (PersonRole.DOCUMENT_CONTROL,) else Act.DESTROY)
    need(reason, "a list is taken back for a reason", "say why")
    with writing(site.engine) as session:
        row, found = _known(session, number)
        if found.state not in (ListState.DRAWN_UP, ListState.SIGNED) or any(
            line.is_destroyed for line in found.lines
        ):
            raise NotAllowed(f"this list is {_words(found.state)}", "look at it as it is now")
        if session.get(DestructionRunRow, number) is not None:
            raise NotAllowed(
                "this list is being carried out",
                "put a legal hold on what has to stay: what is not gone yet stays then",
            )
        end(session, site, number, "withdrawn", reason=reason, by=by.user, where=where)
        return _list(session, row)


def destruction_lists(site: Site, *, by: Person) -> tuple[DestructionList, ...]:
    """All lists, the newest first."""
    require(by, Act.SEE_RETENTION)
    with reading(site.engine) as session:
        rows = session.exec(select(DestructionListRow).order_by(col(DestructionListRow.id).desc()))
        return tuple(_list(session, row) for row in rows.all())


def destruction_list(session: Session, number: int) -> DestructionList:
    """The list of that number; InputRefused where there is none."""
    return _known(session, number)[1]


def content_of(found: DestructionList) -> str:
    """The digest of what is signed: the whole list, as it was drawn up."""
    lines = [
        [one.record, one.chain, one.keep_until.isoformat(), one.rule, one.content]
        for one in found.lines
    ]
    return digest_of([name_of("destruction", found.number), found.reason, found.by, lines])


def end(
    session: Session, site: Site, number: int, outcome: str, *, reason: str, by: str, where: str
) -> None:
    """Write what became of a list, with its line of the trail."""
    at, reason = site.now(), plain(reason)
    session.add(DestructionEndRow(list=number, outcome=outcome, reason=reason, by=by, at=at))
    session.flush()
    line = Happening(
        kind=f"destruction_{outcome}",
        by=by,
        at=at,
        where=where,
        new=name_of("destruction", number),
        reason=reason or None,
    )
    append(session, line)


def require_signed(session: Session, found: DestructionList) -> None:
    """Refuse a list unless it stands, and two people who did not draw it up signed just this."""
    if found.state is not ListState.SIGNED:
        raise NotAllowed(
            f"destruction list {found.number} is {_words(found.state)}",
            "let two people sign it first",
        )
    signed = select(RetentionSignatureRow.user).where(
        RetentionSignatureRow.what == "destruction",
        RetentionSignatureRow.number == found.number,
        RetentionSignatureRow.content == content_of(found),
    )
    if len(set(session.exec(signed)) - {found.by}) < SIGNERS:
        raise NotAllowed(
            f"destruction list {found.number} is not what two people signed",
            "run recordroom verify, then draw the list up anew",
        )


def _kept(site: Site, session: Session, records: Sequence[str]) -> list[Kept]:
    """A list's chains, each once."""
    found: dict[str, Kept] = {}
    for record in records:
        if session.get(RecordRow, record) is None:
            raise InputRefused(f"there is no record {record}", "look at its id")
        one = kept_in(site, session, record)
        found[one.record] = one
    if not found:
        raise InputRefused("no record was named", "choose records whose day has passed")
    return list(found.values())


def _refuse_kept(session: Session, one: Kept) -> None:
    why = why_kept(one)
    name = named_in(session, [one.record])[one.record].words
    if why:
        raise NotAllowed(f"the record {name} has to be kept: {why}", "leave it out")
    if one.on_list is not None:
        raise NotAllowed(
            f"the record {name} is on destruction list {one.on_list} already", "leave it out"
        )


def why_kept(one: Kept) -> str:
    """Why a record may not be destroyed; empty where it may."""
    if one.holds:
        return f"legal hold {', '.join(map(str, one.holds))} is on it"
    if one.maybe_held:
        return (
            f"legal hold {', '.join(map(str, one.maybe_held))} may be on it: what it searches for "
            "can't be looked for any more"
        )
    if one.retention.until is None:
        return one.retention.why_kept
    return "" if one.is_past else f"until {one.retention.until.isoformat()}"


def _lines(session: Session, number: int, one: Kept) -> list[DestructionLineRow]:
    assert one.retention.until is not None
    return [
        DestructionLineRow(
            list=number,
            record=record,
            chain=one.record,
            keep_until=one.retention.until,
            rule=one.retention.rule.words,
            content=content_digest(session, record),
        )
        for record in one.chain
    ]


def _refuse_signer(session: Session, found: DestructionList, signer: Person) -> None:
    if signer.user == found.by:
        raise NotAllowed(f"{signer.name} drew this list up", "let two other people sign it")
    if signer.user in {one.user for one in found.signatures}:
        raise NotAllowed(f"{signer.name} has signed this list", "let somebody else sign it too")
    has_approver = signer.role is PersonRole.APPROVER or any(
        "approver" in role for role in _roles_of(session, found)
    )
    if found.signatures and not has_approver:
        raise NotAllowed("no approver has signed this list yet", "let an approver sign it")


def _to_sign(
    session: Session, number: int, signer: Person
) -> tuple[DestructionListRow, DestructionList]:
    """A list that waits for a signature which this person may give."""
    row, found = _known(session, number)
    if found.state is not ListState.DRAWN_UP:
        raise NotAllowed(f"this list is {_words(found.state)}", "look at it as it is now")
    _refuse_signer(session, found, signer)
    return row, found


def _roles_of(session: Session, found: DestructionList) -> list[str]:
    """The roles of those who have signed; an account's role now counts."""
    users = [one.user for one in found.signatures]
    return list(session.exec(select(AccountRow.role).where(col(AccountRow.user).in_(users))))


def _known(session: Session, number: int) -> tuple[DestructionListRow, DestructionList]:
    row = session.get(DestructionListRow, number)
    if row is None:
        raise InputRefused(f"there is no destruction list {number}", "choose one of the list")
    return row, _list(session, row)


def _list(session: Session, row: DestructionListRow) -> DestructionList:
    number = _number(row)
    gone = set(
        session.exec(select(DestroyedRecordRow.record).where(DestroyedRecordRow.list == number))
    )
    rows = session.exec(select(DestructionLineRow).where(DestructionLineRow.list == number))
    lines = sorted(rows, key=lambda one: (one.chain, one.record))
    names = named_in(session, (one.record for one in lines))
    signatures = signatures_of(session, "destruction", number)
    ended = session.get(DestructionEndRow, number)
    state = ListState.SIGNED if len(signatures) >= SIGNERS else ListState.DRAWN_UP
    return DestructionList(
        number=number,
        reason=row.reason,
        by=row.by,
        at=row.at,
        lines=tuple(
            ListLine(
                one.record,
                one.chain,
                one.keep_until,
                one.rule,
                one.content,
                one.record in gone,
                names.get(one.record) or Named(one.record, "", "", "", ""),
            )
            for one in lines
        ),
        signatures=signatures,
        state=ListState(ended.outcome) if ended else state,
        why=ended.reason if ended else "",
    )


def _words(state: ListState) -> str:
    return state.value.replace("_", " ")


def _number(row: DestructionListRow) -> int:
    assert row.id is not None
    return row.id


def _tell(
    session: Session, site: Site, kind: str, number: int, *, by: Person, where: str, reason: str
) -> None:
    append(
        session,
        Happening(
            kind=kind,
            by=by.user,
            at=site.now(),
            where=where,
            new=name_of("destruction", number),
            reason=plain(reason),
        ),
    )
