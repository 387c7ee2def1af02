"""Sessions: somebody signed in, until they sign out or their time is over.

A session ends on the server, when it was idle or open for too long, whatever the browser keeps.
Only a digest of the token that the browser holds is kept.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from pipeline.accounts import Person, person_of_row
from pipeline.site import Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow, SessionRow

SEEN_AGAIN = timedelta(seconds=20)
"""A session that is in use is marked as seen no oftener than this."""


@dataclass(frozen=True)
class SignedIn:
    """A session's token for the browser's cookie, and whose it is."""

    token: str = field(repr=False)
    person: Person


def open_session(
    session: Session, person: Person, *, at: datetime, where: str, how: str | None = None
) -> SignedIn:
    """A new session of somebody who has just proved who they are, in the caller's transaction."""
    token = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            token_digest=digest_of(token), user=person.user, place=where, started_at=at, seen_at=at
        )
    )
    append(session, Happening(kind="signed_in", by=person.user, at=at, where=where, new=how))
    return SignedIn(token, person)


def sign_out(site: Site, token: str) -> None:
    """End the session; an unknown or ended one is left as it is."""
    with writing(site.engine) as session:
        row = session.get(SessionRow, digest_of(token))
        if row is not None and row.ended_at is None:
            _end(session, row, site.now(), kind="signed_out", reason=None)


def person_of(site: Site, token: str) -> Person | None:
    """Whose session this is; None where there is none or its time is over."""
    now = site.now()
    with reading(site.engine) as session:
        row = session.get(SessionRow, digest_of(token))
        if row is None or row.ended_at is not None:
            return None
        account = session.get_one(AccountRow, row.user)
    if account.closed_at is not None:
        return None
    over = _over(site, row, now)
    if over is None and now - row.seen_at < SEEN_AGAIN:
        return person_of_row(account)
    with writing(site.engine) as session:
        row = session.get_one(SessionRow, row.token_digest)
        if row.ended_at is None and over is not None:
            _end(session, row, now, kind="session_ended", reason=over)
        elif row.ended_at is None:
            row.seen_at = max(now, row.seen_at)
    return person_of_row(account) if row.ended_at is None else None


def end_all(session: Session, user: str, at: datetime, *, keep: str = "") -> int:
    """End what is open, whatever browsers keep, but the session of that token; gives how many."""
    is_open = (col(SessionRow.user) == user) & col(SessionRow.ended_at).is_(None)
    others = select(SessionRow).where(is_open, SessionRow.token_digest != digest_of(keep))
    rows = session.exec(others).all()
    for row in rows:
        row.ended_at = at
    return len(rows)


def is_first_signature(site: Site, token: str) -> bool:
    """Whether nothing was signed in this session yet, so that the account's name is asked for."""
    with reading(site.engine) as session:
        row = session.get(SessionRow, digest_of(token))
        return row is None or row.signed_at is None


def note_signature(session: Session, token: str, at: datetime) -> None:
    """Note that something was signed in this session, in the signature's own transaction."""
    row = session.get_one(SessionRow, digest_of(token))
    row.signed_at = row.signed_at or at


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _over(site: Site, row: SessionRow, now: datetime) -> str | None:
    """Why the session's time is over, None while it is not."""
    if now - row.seen_at >= timedelta(minutes=site.settings.session_idle_minutes):
        return "idle for too long"
    if now - row.started_at >= timedelta(hours=site.settings.session_hours):
        return "open for too long"
    return None


def _end(session: Session, row: SessionRow, at: datetime, *, kind: str, reason: str | None) -> None:
    row.ended_at = at
    append(session, Happening(kind=kind, by=row.user, at=at, where=row.place, reason=reason))
