"""What becomes of accounts: another role, a new one-time password, closed; sessions ended at once.

With the sessions end the account's tokens: whoever holds one would else stay in.

Accounts are closed and never deleted, so that a signature always has its person. Nobody changes
their own role or closes their own account, so that a site keeps an administrator.
"""

from sqlmodel import Session

from pipeline.accounts import (
    Act,
    NewAccount,
    Person,
    PersonRole,
    hash_password,
    one_time_password,
    person_of_row,
    require,
)
from pipeline.errors import InputRefused, NotAllowed
from pipeline.sessions import end_all
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import writing
from pipeline.store.site_tables import AccountRow
from pipeline.tokens import revoke_all


def set_role(site: Site, user: str, role: PersonRole, *, by: Person, where: str = HERE) -> Person:
    """Give the person another role; they have to sign in again."""
    _require_other(by, user)
    with writing(site.engine) as session:
        row = _account(session, user)
        old, row.role = row.role, role.value
        _end_all(session, site, user, by=by, where=where)
        _tell(session, site, "role_changed", user, by=by, where=where, old=old, new=role.value)
        return person_of_row(row)


def reset_password(site: Site, user: str, *, by: Person, where: str = HERE) -> NewAccount:
    """A new one-time password for somebody who lost theirs; a lock is lifted with it.

    An account at the provider becomes one with a password here.
    """
    _require_other(by, user)
    password = one_time_password()
    password_hash = hash_password(password)
    with writing(site.engine) as session:
        row = _account(session, user)
        row.password_hash, row.must_change_password = password_hash, True
        row.at_provider, row.subject = False, None
        row.wrong_passwords, row.locked_until = 0, None
        _end_all(session, site, user, by=by, where=where)
        _tell(session, site, "password_reset", user, by=by, where=where)
        return NewAccount(person_of_row(row), password)


def use_provider(site: Site, user: str, *, by: Person, where: str = HERE) -> Person:
    """From now on the person signs in at the plant's provider; there is no password any more.

    Whom the provider named before is forgotten: the next one that it calls by the account's name
    is bound to it.
    """
    _require_other(by, user)
    with writing(site.engine) as session:
        row = _account(session, user)
        row.password_hash, row.must_change_password = "", False
        row.at_provider, row.subject = True, None
        _end_all(session, site, user, by=by, where=where)
        _tell(session, site, "provider_set", user, by=by, where=where)
        return person_of_row(row)


def close_account(site: Site, user: str, *, by: Person, where: str = HERE) -> Person:
    """Nobody signs in with the account any more; all that it signed stays."""
    _require_other(by, user)
    with writing(site.engine) as session:
        row = _account(session, user)
        if row.closed_at is not None:
            raise InputRefused(f"the account {user} is closed already", "nothing is to be done")
        row.closed_at = site.now()
        _end_all(session, site, user, by=by, where=where)
        _tell(session, site, "account_closed", user, by=by, where=where)
        return person_of_row(row)


def sign_out_everywhere(site: Site, user: str, *, by: Person, where: str = HERE) -> int:
    """End all sessions of oneself, or as an administrator of anybody; gives how many there were."""
    if by.user != user:
        require(by, Act.MANAGE)
    with writing(site.engine) as session:
        _account(session, user)
        count = _end_all(session, site, user, by=by, where=where)
        _tell(session, site, "signed_out_everywhere", user, by=by, where=where, new=str(count))
        return count


def _end_all(session: Session, site: Site, user: str, *, by: Person, where: str) -> int:
    """End the account's sessions and tokens; gives how many sessions there were."""
    at = site.now()
    revoke_all(session, user, by=by, at=at, where=where)
    return end_all(session, user, at)


def _require_other(by: Person, user: str) -> None:
    require(by, Act.MANAGE)
    if by.user == user:
        raise NotAllowed("nobody changes their own account so", "ask another administrator")


def _account(session: Session, user: str) -> AccountRow:
    row = session.get(AccountRow, user)
    if row is None:
        raise InputRefused(f"there is no account {user}", "look for it in the list of people")
    return row


def _tell(
    session: Session,
    site: Site,
    kind: str,
    user: str,
    *,
    by: Person,
    where: str,
    old: str | None = None,
    new: str | None = None,
) -> None:
    """The line of the trail; `new` names the account, and what was set."""
    named = user if new is None else f"{user}: {new}"
    happening = Happening(kind=kind, by=by.user, at=site.now(), where=where, old=old, new=named)
    append(session, happening)
