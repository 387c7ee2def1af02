"""The rows of API tokens: who made which for what, and until when. The token itself is not kept.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from pipeline.store.columns import Moment
from pipeline.store.site_tables import Row


class TokenRow(Row, table=True):
    """A personal API token. `scopes` are words with a space between; `digest` is of the token.

    It is never deleted: `revoked_at` ends it before `expires_at` does.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("scopes <> ''", name="scopes"),
        CheckConstraint("expires_at > made_at", name="expires"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True, min_length=64, max_length=64)
    user: str = Field(foreign_key="account.user", index=True)
    name: str
    scopes: str
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_by: str | None = None
