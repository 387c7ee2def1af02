"""The rows of a site itself: its people, its master forms, its signature log.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, MetaData
from sqlmodel import Field, SQLModel

from pipeline.store.columns import Day, Moment

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Row(SQLModel):
    """What all rows share: constraints have names, the same on both databases."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def share(column: str) -> CheckConstraint:
    """The column holds a probability."""
    return CheckConstraint(f"{column} BETWEEN 0 AND 1", name=column)


class SiteRow(Row, table=True):
    """The one row that says that this database is a site's, and which."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: int = Field(default=1, primary_key=True)
    key: str
    is_demo: bool
    made_at: datetime = Field(sa_type=Moment)


ROLES = (
    "document_control", "reviewer", "approver", "reader", "administrator", "inspector",
)  # fmt: skip


class AccountRow(Row, table=True):
    """A person who may sign in. Accounts are closed, never deleted.

    One `at_provider` has no password here; `subject` is who the provider says it is, with the
    provider's own address, from its first sign-in on.
    """

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", *ROLES),
        CheckConstraint("wrong_passwords >= 0", name="wrong_passwords"),
        Index("uq_account_subject", "subject", unique=True),
    )
    user: str = Field(primary_key=True)
    name: str
    role: str
    password_hash: str
    must_change_password: bool
    wrong_passwords: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    made_at: datetime = Field(sa_type=Moment)
    at_provider: bool = False
    subject: str | None = None


class SessionRow(Row, table=True):
    """Somebody signed in. Only a digest of the token that their browser holds is kept.

    `signed_at` is when they first signed something in it.
    """

    __tablename__ = "session"
    token_digest: str = Field(primary_key=True)
    user: str = Field(foreign_key="account.user", index=True)
    place: str
    started_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    signed_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class FormRow(Row, table=True):
    """A version of a master form that the site took in, with the digest of its files."""

    __tablename__ = "form"
    form: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    title: str
    folder: str
    digest: str
    added_at: datetime = Field(sa_type=Moment)


class SignatureLogRow(Row, table=True):
    """A version of the plant's signature log; the newest counts."""

    __tablename__ = "signature_log"
    version: int = Field(primary_key=True)
    digest: str
    added_at: datetime = Field(sa_type=Moment)


class SignatoryRow(Row, table=True):
    """A line of a signature log. `sample` is the digest of a picture of how the person signs."""

    __tablename__ = "signatory"
    log: int = Field(primary_key=True, foreign_key="signature_log.version")
    position: int = Field(primary_key=True)
    initials: str
    name: str
    role: str
    start: date | None = Field(default=None, sa_type=Day)
    end: date | None = Field(default=None, sa_type=Day)
    sample: str | None = None


class VisitRow(Row, table=True):
    """Somebody was sent to the provider: to sign in, or once more for a signature.

    Only digests are kept of the state that comes back, of what the browser holds meanwhile, and
    of the ticket that a sign-in for a signature gives. `wish` is what is to be signed, and `bound`
    its digest. A visit ends once (`ended_at`), its ticket is used once (`used_at`).
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("(session IS NULL) = (bound IS NULL)", name="signature_of_session"),
        CheckConstraint("(session IS NULL) = (wish IS NULL)", name="wish_of_session"),
        CheckConstraint("used_at IS NULL OR ticket IS NOT NULL", name="ticket_used"),
    )
    state: str = Field(primary_key=True)
    browser: str
    nonce: str
    verifier: str
    there: str
    session: str | None = Field(default=None, foreign_key="session.token_digest")
    wish: str | None = None
    bound: str | None = None
    made_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    subject: str | None = Field(default=None, index=True)
    proved_at: datetime | None = Field(default=None, sa_type=Moment)
    ticket: str | None = Field(default=None, unique=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
