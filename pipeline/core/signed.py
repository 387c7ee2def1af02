"""Signatures of a record: that it is a true copy, was reviewed, is approved, or is rejected."""

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.core.answered import open_flags, worked_on_by
from pipeline.core.catalogue import title_of
from pipeline.core.decisions import (
    Approve,
    Attest,
    Attestation,
    Event,
    EventKind,
    Reject,
    Reviewer,
    SignedDecision,
)
from pipeline.core.digest import signature_digest
from pipeline.core.keyed import open_round
from pipeline.core.values import Record, RecordState, Signature
from pipeline.errors import NotAllowed

REJECTED = "Rejected: "
"""How the meaning of the signature at a rejection begins; its reason follows."""


@dataclass(frozen=True)
class Signing:
    """Who signs, when, what for, and the digest of what."""

    by: Reviewer
    at: datetime
    meaning: str
    content: str


def sign(
    record: Record, decision: SignedDecision, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    """The record with one more signature, and its event; NotAllowed where it can't be signed."""
    match decision:
        case Attest(meaning, content):
            if meaning is Attestation.REVIEWED:
                _refuse_open(record, "the review is signed")
                _refuse_waiting(record)
            signing = Signing(by, at, meaning.value, content)
            return _signed(record, EventKind.ATTESTED, signing, meaning.value)
        case Approve(meaning, content):
            need(meaning, "a signature needs a meaning", "say what the signature stands for")
            _refuse_open(record, "the approval")
            _refuse_waiting(record)
            _refuse_own_work(record, by, "approve")
            approved = replace(record, state=RecordState.APPROVED)
            signing = Signing(by, at, meaning, content)
            return _signed(approved, EventKind.APPROVED, signing, meaning)
        case Reject(reason, content):
            need(reason, "a rejection needs a reason", "say why the record is rejected")
            _refuse_own_work(record, by, "reject")
            rejected = replace(record, state=RecordState.REJECTED)
            signing = Signing(by, at, f"{REJECTED}{reason}", content)
            return _signed(rejected, EventKind.REJECTED, signing, reason)


def need(text: str, reason: str, remedy: str) -> None:
    """Refuse an empty text."""
    if not text.strip():
        raise NotAllowed(reason, remedy)


def _refuse_open(record: Record, before: str) -> None:
    waiting = open_flags(record)
    if waiting:
        named = ", ".join(sorted({title_of(flag.name) for flag in waiting}))
        reason = f"{len(waiting)} flag(s) have no answer yet ({named})"
        raise NotAllowed(reason, f"answer every flag before {before}")


def _refuse_waiting(record: Record) -> None:
    waiting = [entry.field for entry in record.entries if open_round(entry.keyings)]
    if waiting:
        raise NotAllowed(
            f"{len(waiting)} correction(s) wait for another person's keying ({', '.join(waiting)})",
            "let somebody who has not keyed them do so first",
        )


def _refuse_own_work(record: Record, by: Reviewer, verb: str) -> None:
    """What closes a record takes two people, whatever their roles were when they worked on it."""
    if by.user in worked_on_by(record):
        raise NotAllowed(
            f"{by.name} corrected, keyed or answered something in this record",
            f"let somebody else {verb} it",
        )
    if any(
        one.user == by.user and one.meaning == Attestation.REVIEWED for one in record.signatures
    ):
        raise NotAllowed(
            f"{by.name} signed the review of this record", f"let somebody else {verb} it"
        )


def _signed(record: Record, kind: EventKind, signing: Signing, reason: str) -> tuple[Record, Event]:
    """The record with one more signature, and the event that names what was signed."""
    need(signing.content, "a signature needs to be of something", "open the record again")
    by, at = signing.by, signing.at
    digest = signature_digest(
        record=record.id,
        content=signing.content,
        name=by.name,
        user=by.user,
        meaning=signing.meaning,
        at=at,
    )
    signature = Signature(by.name, by.user, signing.meaning, at, digest)
    signed = replace(record, signatures=(*record.signatures, signature))
    state = record.state.value
    return signed, Event(kind, record.id, None, signing.content, state, reason, by.user, at)
