"""Signatures: that a record is a true copy, was reviewed, is approved, or is rejected.

The signer sees what is signed, says what for, and proves who they are: by their password, or by
signing in at the plant's provider once more. What was on the screen is what is signed: a record
that has changed since is not signed at all.
"""

import hashlib
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.digest import signature_digest
from pipeline.core.review import (
    Approve,
    Attest,
    Attestation,
    EventKind,
    Reject,
    SignedDecision,
)
from pipeline.core.values import Signature
from pipeline.errors import NotAllowed, SignInRefused
from pipeline.people import Proof, prove_signer
from pipeline.plain import plain_fields
from pipeline.review import OpenRecord, unchanged, write
from pipeline.revisions import lineage
from pipeline.sessions import note_signature
from pipeline.site import HERE, Site
from pipeline.store.columns import canonical_json
from pipeline.store.database import reading, writing
from pipeline.store.manifest import content_digest
from pipeline.store.queue_rows import waits_for_scan
from pipeline.store.record_rows import stored_record
from pipeline.store.tables import EventRow
from pipeline.visits import (
    FreshSignIn,
    leave_to_sign,
    prove_fresh,
    spend,
    tell_refused,
    who_leaves,
)
from pipeline.wishes import Wish, WishAct

__all__ = [
    "Attestation",
    "FreshSignIn",
    "Held",
    "Proof",
    "Wish",
    "WishAct",
    "approve",
    "ask_to_sign",
    "attest",
    "content_of",
    "held",
    "reject",
    "sign_wish",
]

MAY_ATTEST = {Attestation.TRUE_COPY: Act.COPY, Attestation.REVIEWED: Act.REVIEW}
AnyProof = Proof | FreshSignIn


@dataclass(frozen=True)
class Held:
    """A signature, and whether what it was given for still stands as it was then."""

    signature: Signature
    holds: bool


def attest(
    site: Site,
    record_id: str,
    meaning: Attestation,
    *,
    proof: AnyProof,
    seen: int,
    where: str = HERE,
) -> OpenRecord:
    """Sign that the record is a true copy, or was reviewed; it stays in review."""
    return _sign(site, record_id, Attest(meaning, ""), proof=proof, seen=seen, where=where)


def approve(
    site: Site, record_id: str, meaning: str, *, proof: AnyProof, seen: int, where: str = HERE
) -> OpenRecord:
    """Sign the record, which locks it."""
    return _sign(site, record_id, Approve(meaning, ""), proof=proof, seen=seen, where=where)


def reject(
    site: Site, record_id: str, reason: str, *, proof: AnyProof, seen: int, where: str = HERE
) -> OpenRecord:
    """Sign that the record is sent back for good."""
    return _sign(site, record_id, Reject(reason, ""), proof=proof, seen=seen, where=where)


def ask_to_sign(site: Site, token: str, wish: Wish) -> str:
    """Send somebody to the provider to prove who they are; gives the address to go to.

    The sign-in there is bound to this wish, to the record as it is now and to the session.
    """
    person, decision = who_leaves(site, token), _wished(wish)
    require(person, _act_of(decision))
    with reading(site.engine) as session:
        unchanged(session, wish.record, wish.seen)
        decision = _with_content(session, wish.record, decision)
    return leave_to_sign(site, token, wish, bound=_bound(wish.record, decision))


def sign_wish(site: Site, wish: Wish, proof: AnyProof, *, where: str = HERE) -> OpenRecord:
    """Sign what was wished."""
    return _sign(site, wish.record, _wished(wish), proof=proof, seen=wish.seen, where=where)


def content_of(site: Site, record_id: str) -> str:
    """The digest of what a signature would bind now."""
    with reading(site.engine) as session:
        return content_digest(session, record_id)


def held(site: Site, record_id: str) -> tuple[Held, ...]:
    """The record's signatures; one does not hold where the record was changed after it."""
    with reading(site.engine) as session:
        stored = stored_record(session, record_id)
        signatures = stored.record.signatures if stored else ()
        return tuple(
            Held(one, _is_of(content_digest(session, record_id, signatures=place), record_id, one))
            for place, one in enumerate(signatures)
        )


def _sign(
    site: Site, record_id: str, decision: SignedDecision, *, proof: AnyProof, seen: int, where: str
) -> OpenRecord:
    signer = _signer(site, proof, record_id, where=where)
    require(signer, _act_of(decision))
    try:
        with writing(site.engine) as session:
            stored = unchanged(session, record_id, seen)
            _refuse_while_awaited(session, record_id, decision)
            signed = _with_content(session, record_id, decision)
            if isinstance(proof, FreshSignIn):
                spend(session, site, proof, bound=_bound(record_id, signed))
            opened = write(site, session, stored, signed, by=signer, where=where)
            if isinstance(decision, Approve | Reject):
                _refuse_who_confirmed(session, record_id, signer)
            note_signature(session, proof.token, site.now())
            return opened
    except SignInRefused as error:
        act = f"signature of {record_id}"
        tell_refused(site, signer.user, act=act, where=where, reason=error.reason)
        raise


def _signer(site: Site, proof: AnyProof, record_id: str, *, where: str) -> Person:
    act = f"signature of {record_id}"
    if isinstance(proof, FreshSignIn):
        return prove_fresh(site, proof, where=where, act=act)
    return prove_signer(site, proof, where=where, act=act)


def _refuse_while_awaited(session: Session, record_id: str, decision: SignedDecision) -> None:
    if not isinstance(decision, Reject) and waits_for_scan(session, record_id):
        raise NotAllowed(
            "a page of this record is still to be scanned again",
            "wait for the new scan, or let a reviewer take the request back",
        )


def _act_of(decision: SignedDecision) -> Act:
    return MAY_ATTEST[decision.meaning] if isinstance(decision, Attest) else Act.APPROVE


def _wished(wish: Wish) -> SignedDecision:
    if wish.act is WishAct.ATTEST:
        return Attest(Attestation(wish.words), "")
    return Approve(wish.words, "") if wish.act is WishAct.APPROVE else Reject(wish.words, "")


def _with_content(session: Session, record_id: str, decision: SignedDecision) -> SignedDecision:
    """The decision with the digest of all that the record says now."""
    return replace(plain_fields(decision), content=content_digest(session, record_id))


def _bound(record_id: str, decision: SignedDecision) -> str:
    """The digest of what would be signed: which record with which content, and what it means."""
    said = {"record": record_id, "decision": type(decision).__name__, **asdict(decision)}
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def _refuse_who_confirmed(session: Session, record_id: str, signer: Person) -> None:
    """A confirmation that answers no flag leaves nothing but its line of the trail: it counts."""
    confirmed = select(EventRow.sequence).where(
        col(EventRow.record).in_(lineage(session, record_id)),
        EventRow.by == signer.user,
        EventRow.kind == EventKind.CONFIRMED.value,
    )
    if session.exec(confirmed.limit(1)).first() is not None:
        raise NotAllowed(
            f"{signer.name} confirmed something in this record", "let somebody else sign it"
        )


def _is_of(content: str, record: str, one: Signature) -> bool:
    """Whether the signature was given for that content of that record."""
    return one.digest == signature_digest(
        record=record, content=content, name=one.name, user=one.user, meaning=one.meaning, at=one.at
    )
