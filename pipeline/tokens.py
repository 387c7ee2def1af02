"""Personal API tokens: made by an account for a program, for some scopes and some days.

A token is 256 random bits behind the prefix `rr_`; only its SHA-256 is kept, and it is shown once.
Its person is looked up at each request: a closed account or another role counts at once. Making and
revoking are lines of the trail.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from pipeline.accounts import MAY, Act, Person, person_of_row, require
from pipeline.core.scopes import (
    Scope,
    TokenLife,
    check_life,
    check_name,
    in_order,
    why_not,
)
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.plain import plain
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.columns import canonical_json, moment_text
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow
from pipeline.store.token_tables import TokenRow

__all__ = ["NewToken", "Scope", "Token", "make_token", "may_hold", "revoke_token", "tokens_of"]

PREFIX = "rr_"
MOST_TOKENS = 20
"""So many tokens that count may one account have."""
USED_AGAIN = timedelta(minutes=1)
"""A token that is in use is marked as used no oftener than this."""
NEEDS = {
    Scope.RECORDS: Act.LOOK,
    Scope.ARCHIVE: Act.LOOK,
    Scope.TRAIL: Act.READ_TRAIL,
    Scope.UPLOAD: Act.UPLOAD,
    Scope.EXPORT: Act.EXPORT,
}
"""What a role must allow for a scope."""


@dataclass(frozen=True)
class Token:
    """What is kept of a token."""

    id: int
    user: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def counts_at(self, now: datetime) -> bool:
        """Whether it was not revoked and has not expired."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class NewToken:
    """A new token, and the text that is shown once and kept nowhere."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Bearer:
    """Whoever a token speaks for, and the token."""

    person: Person
    token: Token


def may_hold(person: Person) -> tuple[Scope, ...]:
    """The scopes that the person's role allows; inspectors, who have no API, hold none."""
    return tuple(scope for scope in Scope if person.role in MAY[NEEDS[scope]])


def make_token(
    site: Site,
    user: str,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int,
    by: Person,
    where: str = HERE,
) -> NewToken:
    """A new token of that account: of oneself, or made on the server itself."""
    _require_owner(user, by, where)
    name = plain(name.strip())
    check_name(name)
    check_life(days)
    if not scopes:
        raise InputRefused("a token without a scope opens nothing", "choose at least one scope")
    secret, now = PREFIX + secrets.token_urlsafe(32), site.now()
    with writing(site.engine) as session:
        person = _open_account(session, user)
        for scope in in_order(scopes):
            require(person, NEEDS[scope])
        _refuse_too_many(session, user, now)
        row = TokenRow(
            digest=_digest(secret),
            user=user,
            name=name,
            scopes=" ".join(in_order(scopes)),
            made_at=now,
            made_by=by.user,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        append(session, _happening("token_made", row, by=by, at=now, where=where))
        return NewToken(_token(row), secret)


def revoke_token(site: Site, token_id: int, *, by: Person, where: str = HERE) -> Token:
    """End a token at once: one's own, or as an administrator anybody's."""
    with writing(site.engine) as session:
        row = session.get(TokenRow, token_id)
        if row is None:
            raise InputRefused(f"there is no token {token_id}", "look for it in the list of tokens")
        if row.user != by.user:
            require(by, Act.MANAGE)
        if row.revoked_at is not None:
            raise InputRefused(f"the token {token_id} is revoked already", "nothing is to be done")
        now = site.now()
        row.revoked_at, row.revoked_by = now, by.user
        session.flush()
        append(session, _happening("token_revoked", row, by=by, at=now, where=where))
        return _token(row)


def revoke_all(session: Session, user: str, *, by: Person, at: datetime, where: str) -> None:
    """End all tokens of the account that count, each with a line, in the caller's transaction."""
    found = select(TokenRow).where(
        TokenRow.user == user, col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > at
    )
    for row in session.exec(found.order_by(col(TokenRow.id))).all():
        row.revoked_at, row.revoked_by = at, by.user
        session.flush()
        append(session, _happening("token_revoked", row, by=by, at=at, where=where))


def tokens_of(site: Site, user: str | None = None, *, by: Person) -> tuple[Token, ...]:
    """The tokens of one's own account, or as an administrator of any or all; the newest first."""
    if user != by.user:
        require(by, Act.MANAGE)
    found = select(TokenRow).order_by(col(TokenRow.id).desc())
    if user is not None:
        found = found.where(TokenRow.user == user)
    with reading(site.engine) as session:
        return tuple(map(_token, session.exec(found)))


def bearer_of(site: Site, secret: str) -> Bearer:
    """Whoever the token speaks for, with the role of this moment; else SignInRefused."""
    now = site.now()
    with reading(site.engine) as session:
        row = session.exec(select(TokenRow).where(TokenRow.digest == _digest(secret))).first()
        if row is None:
            raise SignInRefused("there is no such token", "make one on your account's page")
        account = session.get_one(AccountRow, row.user)
    reason = why_not(
        TokenLife(
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            is_account_closed=account.closed_at is not None,
            must_change_password=account.must_change_password,
        ),
        now,
    )
    if reason is not None:
        raise SignInRefused(reason, "make a new one on your account's page")
    if row.used_at is None or now - row.used_at >= USED_AGAIN:
        _mark_used(site, _token(row).id, now)
    return Bearer(person_of_row(account), _token(row))


def _mark_used(site: Site, token_id: int, now: datetime) -> None:
    with writing(site.engine) as session:
        session.get_one(TokenRow, token_id).used_at = now


def _require_owner(user: str, by: Person, where: str) -> None:
    """Nobody makes a token that speaks for somebody else, but whoever works on the server."""
    if by.user != user and where != HERE:
        raise NotAllowed("a token speaks for its own account", "let the person make it")
    if by.user != user:
        require(by, Act.MANAGE)


def _open_account(session: Session, user: str) -> Person:
    row = session.get(AccountRow, user)
    if row is None or row.closed_at is not None:
        raise InputRefused(f"there is no open account {user}", "look for it in the list of people")
    return person_of_row(row)


def _refuse_too_many(session: Session, user: str, now: datetime) -> None:
    counting: list[ColumnElement[bool]] = [
        col(TokenRow.user) == user,
        col(TokenRow.revoked_at).is_(None),
        col(TokenRow.expires_at) > now,
    ]
    if session.exec(select(func.count()).select_from(TokenRow).where(*counting)).one() >= (
        MOST_TOKENS
    ):
        raise InputRefused(
            f"the account {user} has {MOST_TOKENS} tokens already", "revoke one that is not used"
        )


def _token(row: TokenRow) -> Token:
    assert row.id is not None
    return Token(
        id=row.id,
        user=row.user,
        name=row.name,
        scopes=tuple(Scope(word) for word in row.scopes.split()),
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )


def _happening(kind: str, row: TokenRow, *, by: Person, at: datetime, where: str) -> Happening:
    """The line about a token; its digest is of all that it may, so that a change of that shows."""
    said = f"{row.user}: {row.name} ({row.scopes}; until {row.expires_at:%Y-%m-%d})"
    return Happening(kind=kind, by=by.user, at=at, where=where, old=_digest_of(row), new=said)


def _digest_of(row: TokenRow) -> str:
    said = {
        "id": row.id,
        "digest": row.digest,
        "user": row.user,
        "name": row.name,
        "scopes": row.scopes,
        "made_at": moment_text(row.made_at),
        "made_by": row.made_by,
        "expires_at": moment_text(row.expires_at),
    }
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
