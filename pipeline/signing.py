"""Signatures: that a record is a true copy, was reviewed, is approved, or is rejected.

The signer sees what is signed, says what for, and proves who they are. What was on the screen is
what is signed: a record that has changed since is not signed at all.
"""

from dataclasses import dataclass, replace

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
from pipeline.errors import NotAllowed
from pipeline.people import Proof, note_signature, prove_signer
from pipeline.plain import plain_fields
from pipeline.review import OpenRecord, unchanged, write
from pipeline.revisions import lineage
from pipeline.site import HERE, Site
from pipeline.store.database import reading, writing
from pipeline.store.manifest import content_digest
from pipeline.store.queue_rows import waits_for_scan
from pipeline.store.record_rows import stored_record
from pipeline.store.tables import EventRow

__all__ = ["Attestation", "Held", "Proof", "approve", "attest", "content_of", "held", "reject"]

MAY_ATTEST = {Attestation.TRUE_COPY: Act.COPY, Attestation.REVIEWED: Act.REVIEW}


@dataclass(frozen=True)
class Held:
    """A signature, and whether what it was given for still stands as it was then."""

    signature: Signature
    holds: bool


def attest(
    site: Site, record_id: str, meaning: Attestation, *, proof: Proof, seen: int, where: str = HERE
) -> OpenRecord:
    """Sign that the record is a true copy, or was reviewed; it stays in review."""
    return _sign(site, record_id, Attest(meaning, ""), proof=proof, seen=seen, where=where)


def approve(
    site: Site, record_id: str, meaning: str, *, proof: Proof, seen: int, where: str = HERE
) -> OpenRecord:
    """Sign the record, which locks it."""
    return _sign(site, record_id, Approve(meaning, ""), proof=proof, seen=seen, where=where)


def reject(
    site: Site, record_id: str, reason: str, *, proof: Proof, seen: int, where: str = HERE
) -> OpenRecord:
    """Sign that the record is sent back for good."""
    return _sign(site, record_id, Reject(reason, ""), proof=proof, seen=seen, where=where)


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
    site: Site, record_id: str, decision: SignedDecision, *, proof: Proof, seen: int, where: str
) -> OpenRecord:
    act = MAY_ATTEST[decision.meaning] if isinstance(decision, Attest) else Act.APPROVE
    signer = prove_signer(site, proof, where=where, act=f"signature of {record_id}")
    require(signer, act)
    with writing(site.engine) as session:
        stored = unchanged(session, record_id, seen)
        if not isinstance(decision, Reject) and waits_for_scan(session, record_id):
            raise NotAllowed(
                "a page of this record is still to be scanned again",
                "wait for the new scan, or let a reviewer take the request back",
            )
        content = content_digest(session, record_id)
        signed = replace(plain_fields(decision), content=content)
        opened = write(site, session, stored, signed, by=signer, where=where)
        if isinstance(decision, Approve | Reject):
            _refuse_who_confirmed(session, record_id, signer)
        note_signature(session, proof, site.now())
        return opened


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
