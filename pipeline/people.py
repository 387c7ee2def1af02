"""People: who has an account, and who signs in with its password.

Every sign-in, refusal and lock is in the trail. `pipeline.sessions` says how long a session lasts,
`pipeline.visits` how somebody signs in at the plant's own provider.
"""

import getpass
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
from pipeline.sessions import (
    SignedIn,
    end_all,
    is_first_signature,
    open_session,
    person_of,
    sign_out,
)
from pipeline.site import HERE, Site, account_added
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow

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
    "person_of",
    "prove",
    "prove_signer",
    "sign_in",
    "sign_out",
]


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
    with writing(site.engine) as session:
        return open_session(session, person, at=site.now(), where=where)


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
    if person.is_at_provider:
        raise SignInRefused(
            "the account has no password here", "sign in at the provider once more to sign"
        )
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


def change_password(
    site: Site, user: str, *, old: str, new: str, where: str, keep: str = ""
) -> Person:
    """Set a new password of one's own; the old one is asked for again.

    All sessions end but the one of the token `keep`: whoever knew the old password is out.
    """
    person = prove(site, user, old, where=where, act="change of password")
    check_password(person.user, new)
    if new == old:
        raise InputRefused("the new password is the old one", "take another")
    password_hash, at = hash_password(new), site.now()
    with writing(site.engine) as session:
        row = session.get_one(AccountRow, person.user)
        row.password_hash, row.must_change_password = password_hash, False
        ended = end_all(session, person.user, at, keep=keep)
        changed = Happening(kind="password_changed", by=person.user, at=at, where=where)
        append(session, replace(changed, new=f"{ended} other sessions ended" if ended else None))
        return person_of_row(row)


def add_person(
    site: Site,
    *,
    user: str,
    name: str,
    role: PersonRole,
    by: Person,
    is_at_provider: bool = False,
    where: str = HERE,
) -> NewAccount:
    """A new account with a one-time password, which has to be changed at the first sign-in.

    One `is_at_provider` has none: it waits for whoever the provider calls by its name.
    """
    require(by, Act.MANAGE)
    printed = plain(name.strip() or user.strip())
    person = Person(
        user_name(user),
        printed,
        role,
        must_change_password=not is_at_provider,
        is_at_provider=is_at_provider,
    )
    account = NewAccount(person, "" if is_at_provider else one_time_password())
    at = site.now()
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
