"""Who may see which record: the one place that every route of the HTTP API asks.

Two grades, as on the screens (docs/decisions/0019-…): that a record is there and how it stands, in
lists and hits, is for everybody who may read records; what it says, as data that a program keeps,
is for whoever may take it out (`pipeline.export`): an approved one for all roles, another for those
alone that review, approve or administer.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.values import RecordState
from pipeline.errors import NotThere
from pipeline.review import OpenRecord, open_record
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.tables import RecordRow


def seen_by(person: Person) -> tuple[ColumnElement[bool], ...]:
    """What a record has to be so that the person's lists show it: conditions on its row.

    Every role sees every record there is; a role that sees only some adds its condition here.
    """
    return ()


def seen_among(site: Site, records: Collection[str], *, by: Person) -> frozenset[str]:
    """Those of these records that the person's lists show."""
    conditions = seen_by(by)
    if not conditions:
        return frozenset(records)
    with reading(site.engine) as session:
        found = select(RecordRow.id).where(col(RecordRow.id).in_(records), *conditions)
        return frozenset(session.exec(found))


def require_sight(site: Site, record_id: str, *, by: Person) -> None:
    """Refuse what the record says; NotThere where it is none, or none that the person sees."""
    with reading(site.engine) as session:
        wanted = select(RecordRow.state).where(RecordRow.id == record_id, *seen_by(by))
        state = session.exec(wanted).first()
    if state is None:
        raise NotThere(f"there is no record {record_id}", "look for it in the search")
    require(by, Act.EXPORT)
    if state != RecordState.APPROVED.value:
        require(by, Act.EXPORT_OPEN)


def seen_record(site: Site, record_id: str, *, by: Person) -> OpenRecord:
    """The record, for somebody who may see what it says."""
    require_sight(site, record_id, by=by)
    return open_record(site, record_id)
