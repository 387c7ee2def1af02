"""What a record says, given to a program: the one place that every route of a record asks.

That a record is there and how it stands, in lists and hits, is for all of the plant's people, as on
the screens; what it says, as data that a program keeps, is for whoever may take it out
(docs/decisions/0019-…): an approved one for all roles, another for those alone that review, approve
or administer. Inspectors read in their reading room, and ask nothing here (`pipeline.http.who`).
"""

from pipeline.accounts import Act, Person, require
from pipeline.core.values import RecordState
from pipeline.review import OpenRecord, open_record
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.record_rows import known_row


def require_given(site: Site, record_id: str, *, by: Person) -> None:
    """Refuse what the record says; NotThere where there is none."""
    with reading(site.engine) as session:
        state = known_row(session, record_id).state
    require(by, Act.EXPORT)
    if state != RecordState.APPROVED.value:
        require(by, Act.EXPORT_OPEN)


def given_record(site: Site, record_id: str, *, by: Person) -> OpenRecord:
    """The record, for somebody who may have what it says."""
    require_given(site, record_id, by=by)
    return open_record(site, record_id)
