"""What people call a record: its batch and form, also after it was destroyed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, func, select, type_coerce
from sqlmodel import Session, col

from pipeline.accounts import Act, Person, require
from pipeline.core.spelling import as_key
from pipeline.site import Site
from pipeline.store.columns import canonical_json
from pipeline.store.database import reading
from pipeline.store.retention_tables import DestroyedRecordRow
from pipeline.store.tables import RecordRow

AT_ONCE = 500
BETWEEN = " -_/."
"""What stands between the parts of a number, and is written now so, now so."""


@dataclass(frozen=True)
class Named:
    """A record by its batch, form and title; `is_destroyed` tells that a certificate names it."""

    record: str
    batch_number: str
    form: str
    version: str
    title: str
    is_destroyed: bool = False

    @property
    def words(self) -> str:
        """The record in a sentence."""
        batch = f"batch {self.batch_number}" if self.batch_number else "no batch number"
        return f"{self.record} ({batch}, {self.form_words})"

    @property
    def form_words(self) -> str:
        """The form with its version."""
        return f"{self.form} v{self.version}" if self.form else "unknown form"


def named(site: Site, records: Iterable[str], *, by: Person) -> dict[str, Named]:
    """These records by their ids; of an id that was never one there is nothing."""
    require(by, Act.LOOK)
    with reading(site.engine) as session:
        return named_in(session, records)


def named_in(session: Session, records: Iterable[str]) -> dict[str, Named]:
    """The same within a transaction of the caller."""
    ids = sorted(set(records))
    found: dict[str, Named] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        gone_ones = select(DestroyedRecordRow).where(col(DestroyedRecordRow.record).in_(some))
        for gone in session.scalars(gone_ones):
            found[gone.record] = _destroyed(gone.record, gone.document)
        there = select(
            col(RecordRow.id),
            col(RecordRow.batch_number),
            col(RecordRow.form),
            col(RecordRow.version),
            col(RecordRow.title),
        ).where(col(RecordRow.id).in_(some))
        for name, batch, form, version, title in session.connection().execute(there):
            found[name] = Named(name, batch, form or "", version or "", title)
    return found


def count_destroyed(session: Session) -> int:
    """How many records have a certificate of destruction."""
    return session.scalars(select(func.count()).select_from(DestroyedRecordRow)).one()


def destroyed_batch(site: Site, numbers: Iterable[str], *, by: Person) -> tuple[Named, ...]:
    """The destroyed records of these batches, for somebody who looks for them."""
    require(by, Act.LOOK)
    keys = {as_key(one): one for one in numbers if as_key(one)}
    with reading(site.engine) as session:
        if not keys or not count_destroyed(session):
            return ()
        return tuple(found for one in keys.values() for found in destroyed_with(session, one))


def destroyed_with(session: Session, batch_number: str) -> tuple[Named, ...]:
    """The destroyed records of that batch, however its number is written."""
    key = as_key(batch_number)
    said = canonical_json({_closed_up("batch_number"): key})[1:-1]  # as it reads in the certificate
    document: Any = func.lower(type_coerce(col(DestroyedRecordRow.document), String))
    for sign in BETWEEN:
        document = func.replace(document, sign, "")
    found = select(DestroyedRecordRow).where(document.contains(said, autoescape=True))
    rows = session.scalars(found.order_by(col(DestroyedRecordRow.record)))
    there = (_destroyed(one.record, one.document) for one in rows)
    return tuple(one for one in there if key and as_key(one.batch_number) == key)


def _closed_up(text: str) -> str:
    return "".join(sign for sign in text if sign not in BETWEEN)


def _destroyed(record: str, said: dict[str, str | None]) -> Named:
    batch, form, version, title = (
        said.get(key) or "" for key in ("batch_number", "form", "version", "title")
    )
    return Named(record, batch, form, version, title, is_destroyed=True)
