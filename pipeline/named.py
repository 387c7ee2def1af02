"""What people call a record: its batch and form, also after it was destroyed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.accounts import Act, Person, require
from pipeline.core.spelling import as_key
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.retention_tables import DestroyedBatchRow, DestroyedRecordRow
from pipeline.store.tables import RecordRow

AT_ONCE = 500


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


def destroyed_batches(
    site: Site, numbers: Iterable[str], *, most: int, by: Person
) -> tuple[Named, ...]:
    """The destroyed records of these batches, the first of them, for somebody who looks for one."""
    require(by, Act.LOOK)
    with reading(site.engine) as session:
        return destroyed_with(session, numbers)[:most]


def destroyed_with(session: Session, numbers: Iterable[str]) -> tuple[Named, ...]:
    """The destroyed records of these batches, however their numbers are written."""
    keys = sorted({as_key(number) for number in numbers} - {""})[:AT_ONCE]
    found = (
        select(DestroyedRecordRow)
        .join(DestroyedBatchRow, col(DestroyedBatchRow.record) == col(DestroyedRecordRow.record))
        .where(col(DestroyedBatchRow.key).in_(keys))
        .order_by(col(DestroyedRecordRow.record))
    )
    return tuple(_destroyed(one.record, one.document) for one in session.scalars(found))


def _destroyed(record: str, said: dict[str, str | None]) -> Named:
    batch, form, version, title = (
        said.get(key) or "" for key in ("batch_number", "form", "version", "title")
    )
    return Named(record, batch, form, version, title, is_destroyed=True)
