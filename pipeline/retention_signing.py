"""Signatures under holds and destruction lists: who, when, what for, and the digest of what."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.accounts import Person
from pipeline.core.digest import signature_digest
from pipeline.core.signed import need
from pipeline.core.values import Signature
from pipeline.people import Proof
from pipeline.sessions import note_signature
from pipeline.store.chain import Happening, append
from pipeline.store.columns import canonical_json
from pipeline.store.retention_tables import RetentionSignatureRow

NAMES = {
    "hold": "legal hold {}",
    "lift": "lifting of legal hold {}",
    "destruction": "destruction list {}",
}
"""What is signed, as the trail and the digest name it."""


@dataclass(frozen=True)
class Signing:
    """Whose signature, what it means, when and from where."""

    signer: Person
    proof: Proof
    meaning: str
    at: datetime
    where: str


def name_of(what: str, number: int) -> str:
    """A hold or a list as the trail names it."""
    return NAMES[what].format(number)


def digest_of(said: Any) -> str:
    """The digest of what is signed."""
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def add_signature(
    session: Session, what: str, number: int, *, content: str, signing: Signing
) -> Signature:
    """Write a signature and its line of the trail, in the caller's transaction."""
    need(signing.meaning, "a signature needs a meaning", "say what the signature stands for")
    by, name = signing.signer, name_of(what, number)
    digest = signature_digest(
        record=name,
        content=content,
        name=by.name,
        user=by.user,
        meaning=signing.meaning,
        at=signing.at,
    )
    session.add(
        RetentionSignatureRow(
            what=what,
            number=number,
            position=len(signatures_of(session, what, number)),
            name=by.name,
            user=by.user,
            meaning=signing.meaning,
            at=signing.at,
            content=content,
            digest=digest,
        )
    )
    session.flush()
    line = Happening(
        kind=f"{what}_signed",
        by=by.user,
        at=signing.at,
        where=signing.where,
        old=content,
        new=name,
        reason=signing.meaning,
    )
    append(session, line)
    note_signature(session, signing.proof.token, signing.at)
    return Signature(by.name, by.user, signing.meaning, signing.at, digest)


def signatures_of(session: Session, what: str, number: int) -> tuple[Signature, ...]:
    """The signatures under a hold, its lifting, or a list, in their order."""
    found = select(RetentionSignatureRow).where(
        RetentionSignatureRow.what == what, RetentionSignatureRow.number == number
    )
    rows = session.exec(found.order_by(col(RetentionSignatureRow.position)))
    return tuple(Signature(row.name, row.user, row.meaning, row.at, row.digest) for row in rows)
