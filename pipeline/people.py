"""People: who signs in, how long a session lasts, and who has an account.

A session ends on the server, when it was idle or open for too long, whatever the browser keeps.
Every sign-in, refusal and lock is in the trail.
"""

import getpass
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from pipeline.accounts import (
    Act,
    NewAccount,
    Person,
    PersonRole,
    add_account,
    check_password,
    hash_password,
    is_password,
    one_time_password,
    person_of_row,
    require,
    user_name,
)
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.plain import plain
from pipeline.site import HERE, Site, account_added
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow, SessionRow

__all__ = [
    "NewAccount",
    "Person",
    "PersonRole",
    "Proof",
    "SignedIn",
    "add_person",
    "change_password",
    "command_line",
    "is_first_signature",
    "list_people",
    "note_signature",
    "person_of",
    "prove",
    "prove_signer",
    "sign_in",
    "sign_out",
]

SEEN_AGAIN = timedelta(seconds=20)
"""A session that is in use is marked as seen no oftener than this."""


@dataclass(frozen=True)
class SignedIn:
    """A session's token for the browser's cookie, and whose it is."""

    token: str = field(repr=False)
    person: Person


@dataclass(frozen=True)
class Proof:
    """Who somebody says they are at a signature: their session, their account and password.

    `user` may be empty, but at the first signature of a session (21 CFR 11.200).
    """

    token: str = field(repr=False)
    user: str
    password: str = field(repr=False)


def command_line() -> Person:
    """Whoever works on the server itself, under the name of their account there."""
    user = getpass.getuser()
    return Person(f"{user} on the server", user, PersonRole.ADMINISTRATOR)


def sign_in(site: Site, user: str, password: str, *, where: str) -> SignedIn:
    """Open a session for the person of that name and password."""
    person = prove(site, user, password, where=where)
    token, at = secrets.token_urlsafe(32), site.now()
    row = SessionRow(
        token_digest=_digest(token), user=person.user, place=where, started_at=at, seen_at=at
    )
    with writing(site.engine) as session:
        session.add(row)
        append(session, Happening(kind="signed_in", by=person.user, at=at, where=where))
    return SignedIn(token, person)


def sign_out(site: Site, token: str) -> None:
    """End the session; an unknown or ended one is left as it is."""
    with writing(site.engine) as session:
        row = session.get(SessionRow, _digest(token))
        if row is not None and row.ended_at is None:
            _end(session, row, site.now(), kind="signed_out", reason=None)


def person_of(site: Site, token: str) -> Person | None:
    """Whose session this is; None where there is none or its time is over."""
    now = site.now()
    with reading(site.engine) as session:
        row = session.get(SessionRow, _digest(token))
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


def prove(site: Site, user: str, password: str, *, where: str, act: str = "sign-in") -> Person:
    """The person of that name and password, at a sign-in or once more at a signature.

    Five wrong passwords in a row lock the account for a while, for the right one too. Each
    refusal is written before it is raised.
    """
    name, now = plain(user.strip().lower()[:64]), site.now()
    with reading(site.engine) as session:
        row = session.get(AccountRow, name)
    is_right = is_password(password, row.password_hash if row else None)
    with writing(site.engine) as session:
        row = session.get(AccountRow, name)
        was_locked_until = row.locked_until if row else None
        refusal = _judge(site, session, row, is_right=is_right, now=now)
        if refusal is not None:
            refused = Happening(
                kind="sign_in_refused", by=name, at=now, where=where, new=act, reason=refusal.reason
            )
            append(session, refused)
            if row is not None and row.locked_until not in (None, was_locked_until):
                append(session, replace(refused, kind="account_locked"))
    if refusal is not None:
        raise refusal
    assert row is not None
    return person_of_row(row)


def prove_signer(site: Site, proof: Proof, *, where: str, act: str) -> Person:
    """Whoever signs: the person of the session, of the account given, and of the password."""
    person = person_of(site, proof.token)
    if person is None:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    named = plain(proof.user.strip().lower()[:64])
    if not named and is_first_signature(site, proof.token):
        raise SignInRefused(
            "this is the first signature of your session", "give your account's name too"
        )
    if named not in ("", person.user):
        _tell_refused(site, person.user, where=where, act=act, reason=f"in the name of {named}")
        raise SignInRefused(
            "the account's name is not that of this session", "sign as yourself, or sign out"
        )
    signer = prove(site, person.user, proof.password, where=where, act=act)
    if signer.must_change_password:
        raise NotAllowed("a one-time password signs nothing", "change the password first")
    return signer


def is_first_signature(site: Site, token: str) -> bool:
    """Whether nothing was signed in this session yet, so that the account's name is asked for."""
    with reading(site.engine) as session:
        row = session.get(SessionRow, _digest(token))
        return row is None or row.signed_at is None


def note_signature(session: Session, proof: Proof, at: datetime) -> None:
    """Note that something was signed in this session, in the signature's own transaction."""
    row = session.get_one(SessionRow, _digest(proof.token))
    row.signed_at = row.signed_at or at


def change_password(site: Site, user: str, *, old: str, new: str, where: str) -> Person:
    """Set a new password of one's own; the old one is asked for again."""
    person = prove(site, user, old, where=where, act="change of password")
    check_password(person.user, new)
    if new == old:
        raise InputRefused("the new password is the old one", "take another")
    password_hash, at = hash_password(new), site.now()
    with writing(site.engine) as session:
        row = session.get_one(AccountRow, person.user)
        row.password_hash, row.must_change_password = password_hash, False
        append(session, Happening(kind="password_changed", by=person.user, at=at, where=where))
        return person_of_row(row)


def add_person(
    site: Site, *, user: str, name: str, role: PersonRole, by: Person, where: str = HERE
) -> NewAccount:
    """A new account with a one-time password, which has to be changed at the first sign-in."""
    require(by, Act.MANAGE)
    printed = plain(name.strip() or user.strip())
    person = Person(user_name(user), printed, role, must_change_password=True)
    account, at = NewAccount(person, one_time_password()), site.now()
    with writing(site.engine) as session:
        if session.get(AccountRow, person.user) is not None:
            raise InputRefused(f"there is an account {person.user} already", "take another name")
        add_account(session, account, at)
        append(session, account_added(person, by=by.user, at=at, where=where))
    return account


def list_people(site: Site) -> tuple[Person, ...]:
    """Everybody with an account, by their account's name."""
    with reading(site.engine) as session:
        rows = session.exec(select(AccountRow).order_by(col(AccountRow.user))).all()
    return tuple(person_of_row(row) for row in rows)


def _tell_refused(site: Site, user: str, *, where: str, act: str, reason: str) -> None:
    with writing(site.engine) as session:
        append(
            session,
            Happening(
                kind="sign_in_refused", by=user, at=site.now(), where=where, new=act, reason=reason
            ),
        )


def _judge(
    site: Site, session: Session, row: AccountRow | None, *, is_right: bool, now: datetime
) -> SignInRefused | None:
    """Why this attempt is refused, if it is; counts wrong passwords on the account."""
    if row is None:
        return SignInRefused("the name or the password is wrong", "try again, or ask for help")
    if row.closed_at is not None:
        return SignInRefused("the account is closed", "ask an administrator")
    if row.locked_until is not None and now < row.locked_until:
        return SignInRefused(
            "the account is locked after too many wrong passwords",
            f"wait until {row.locked_until:%H:%M} UTC, then try again",
        )
    row.locked_until = None
    if is_right:
        row.wrong_passwords = 0
        return None
    row.wrong_passwords += 1
    if row.wrong_passwords >= site.settings.wrong_passwords:
        row.wrong_passwords, row.locked_until = (
            0,
            now + timedelta(minutes=site.settings.lock_minutes),
        )
    return SignInRefused("the name or the password is wrong", "try again, or ask for help")


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


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
