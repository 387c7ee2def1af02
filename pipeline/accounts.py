"""Accounts and passwords: who a person is, what they may do, how a password is kept.

Passwords are kept as Argon2id hashes. After OWASP ASVS 5.0 (6.2) a new one is judged by its length
and by how soon it would be guessed, with the lists of breached passwords that `zxcvbn` carries
(Wheeler 2016); rules on its signs make passwords worse.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session
from zxcvbn import zxcvbn

from pipeline.errors import InputRefused, NotAllowed
from pipeline.store.site_tables import AccountRow

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LEAST_GUESSES = 6.0
"""The logarithm (base 10) of how many guesses a password has to stand."""
LONGEST_JUDGED = 72
"""So many signs of a password are judged; what is longer is strong, or repeats itself before."""
_USER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}[a-z0-9]")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""For one-time passwords: no signs that look alike on paper."""


class PersonRole(StrEnum):
    """What a person does here; one account has one role."""

    DOCUMENT_CONTROL = "document_control"  # uploads scans and arranges their pages
    REVIEWER = "reviewer"  # confirms, corrects and answers flags
    APPROVER = "approver"  # signs, or rejects
    READER = "reader"  # searches and reads
    ADMINISTRATOR = "administrator"  # accounts and forms; uploads


class Act(StrEnum):
    """What a role may be needed for, in the words of the message that refuses it."""

    UPLOAD = "upload scans"
    ARRANGE = "arrange the pages of scans"
    REVIEW = "review records"
    KEY = "key entries a second time"
    APPROVE = "approve or reject records"
    COPY = "verify true copies"
    MANAGE = "manage accounts and forms"
    SIGNATORIES = "change the signature log"
    READ_TRAIL = "read the whole trail"
    ASSIGN = "assign records and set release dates"
    HAND_ON = "hand records on"
    AMEND = "begin a new revision of a record"
    READ = "read the archive"
    EXPORT = "take records out"
    EXPORT_OPEN = "take out records that are not approved"


MAY = {
    Act.UPLOAD: (PersonRole.DOCUMENT_CONTROL, PersonRole.ADMINISTRATOR),
    Act.ARRANGE: (PersonRole.DOCUMENT_CONTROL,),
    Act.REVIEW: (PersonRole.REVIEWER,),
    Act.KEY: (PersonRole.REVIEWER, PersonRole.APPROVER),
    Act.APPROVE: (PersonRole.APPROVER,),
    Act.COPY: (PersonRole.DOCUMENT_CONTROL, PersonRole.REVIEWER, PersonRole.APPROVER),
    Act.MANAGE: (PersonRole.ADMINISTRATOR,),
    Act.SIGNATORIES: (PersonRole.DOCUMENT_CONTROL, PersonRole.ADMINISTRATOR),
    Act.READ_TRAIL: (PersonRole.APPROVER, PersonRole.ADMINISTRATOR),
    Act.ASSIGN: (PersonRole.DOCUMENT_CONTROL, PersonRole.APPROVER),
    Act.HAND_ON: (PersonRole.REVIEWER, PersonRole.APPROVER),
    Act.AMEND: (PersonRole.REVIEWER,),
    Act.READ: tuple(PersonRole),
    Act.EXPORT: tuple(PersonRole),
    Act.EXPORT_OPEN: (PersonRole.REVIEWER, PersonRole.APPROVER, PersonRole.ADMINISTRATOR),
}
"""Which roles may do what. Everybody who is signed in may read records and search them."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account, or the command line itself."""

    user: str
    name: str
    role: PersonRole
    must_change_password: bool = False
    is_closed: bool = False
    is_at_provider: bool = False


@dataclass(frozen=True)
class NewAccount:
    """A new account, and the password that is shown once and kept nowhere.

    There is none for an account that signs in at the plant's provider.
    """

    person: Person
    password: str = field(repr=False)


def require(person: Person, act: Act) -> None:
    """Refuse, in plain words, what the person's role does not allow."""
    if person.role in MAY[act]:
        return
    roles = " or ".join(role.value.replace("_", " ") for role in MAY[act])
    raise NotAllowed(
        f"{person.user} may not {act.value} as {person.role.value.replace('_', ' ')}",
        f"ask somebody whose role is {roles}",
    )


def add_account(session: Session, account: NewAccount, at: datetime) -> None:
    """Write the new account's row; the caller refuses a name that is taken."""
    person = account.person
    session.add(
        AccountRow(
            user=person.user,
            name=person.name,
            role=person.role.value,
            password_hash="" if person.is_at_provider else hash_password(account.password),
            must_change_password=person.must_change_password,
            at_provider=person.is_at_provider,
            made_at=at,
        )
    )
    session.flush()


def person_of_row(row: AccountRow) -> Person:
    """The person that the row stands for."""
    return Person(
        row.user,
        row.name,
        PersonRole(row.role),
        row.must_change_password,
        is_closed=row.closed_at is not None,
        is_at_provider=row.at_provider,
    )


def user_name(text: str) -> str:
    """The account's name as it is kept: small letters, no spaces around; others are refused."""
    user = text.strip().lower()
    if not _USER.fullmatch(user):
        raise InputRefused(
            f"{text!r} is no name for an account",
            "take 2 to 64 small letters, digits and . _ - @, such as j.miller",
        )
    return user


def check_password(user: str, password: str) -> None:
    """Refuse a new password that is too short, too long, easily guessed, or the user's name."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputRefused(
            f"the password has {len(password)} characters",
            f"take {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}; a few words with spaces are good",
        )
    if user in password.lower().replace(" ", ""):
        raise InputRefused(
            "the password holds the account's name", "take words that nobody would guess"
        )
    judged = zxcvbn(password[:LONGEST_JUDGED], user_inputs=[user, "recordroom"])
    if judged["guesses_log10"] < LEAST_GUESSES:
        raise InputRefused(
            "the password is one of those that are tried first",
            "take a few words that nobody else would put together",
        )


def one_time_password() -> str:
    """A password to be changed at the first sign-in: four groups of four signs."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; takes as long where there is no account of that name."""
    try:
        return _hasher().verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_hex())
