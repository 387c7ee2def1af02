"""Signatures under holds and destruction lists: who, when, what for, and the digest of what."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.accounts import Person
from pipeline.core.digest import signature_digest
from pipeline.core.signed import need
from pipeline.core.values import Signature
from pipeline.errors import SignInRefused
from pipeline.people import Proof, prove_signer
from pipeline.sessions import note_signature
from pipeline.site import Site
from pipeline.store.chain import Happening, append
from pipeline.store.columns import canonical_json
from pipeline.store.database import writing
from pipeline.store.retention_tables import RetentionSignatureRow
from pipeline.visits import FreshSignIn, prove_fresh, spend, tell_refused

NAMES = {
    "hold": "legal hold {}",
    "lift": "lifting of legal hold {}",
    "destruction": "destruction list {}",
}
"""What is signed, as the trail and the digest name it."""

AnyProof = Proof | FreshSignIn
"""A password typed again, or a fresh sign-in at the plant's provider."""


@dataclass(frozen=True)
class Signing:
    """Whose signature, what it means, when and from where."""

    signer: Person
    proof: AnyProof
    meaning: str
    at: datetime
    where: str


def name_of(what: str, number: int) -> str:
    """A hold or a list as the trail names it."""
    return NAMES[what].format(number)


def digest_of(said: Any) -> str:
    """The digest of what is signed."""
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def signer_of(site: Site, proof: AnyProof, *, act: str, where: str) -> Person:
    """Whoever signs, proved by their password or at the provider; every refusal is written."""
    if isinstance(proof, FreshSignIn):
        return prove_fresh(site, proof, where=where, act=act)
    return prove_signer(site, proof, where=where, act=act)


@contextmanager
def signing_in(site: Site, signer: Person, *, act: str, where: str) -> Iterator[Session]:
    """The transaction of a signature; that a sign-in was for another one is written, too."""
    try:
        with writing(site.engine) as session:
            yield session
    except SignInRefused as error:
        tell_refused(site, signer.user, act=act, where=where, reason=error.reason)
        raise


def use_up(session: Session, site: Site, proof: AnyProof, *, bound: str) -> None:
    """A fresh sign-in signs what it was bound to, and once; a password was typed for just this."""
    if isinstance(proof, FreshSignIn):
        spend(session, site, proof, bound=bound)


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
