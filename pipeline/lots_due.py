"""Records of an older version of Recordroom: what they say of lots and batches is put here."""

from sqlmodel import Session, col, select

from pipeline.core.lot_uses import lot_uses
from pipeline.site import Site
from pipeline.site_forms import form_of
from pipeline.store.database import reading, writing
from pipeline.store.genealogy_rows import put_uses
from pipeline.store.genealogy_tables import LotUseTodoRow
from pipeline.store.record_rows import stored_record

_AT_ONCE = 200


def catch_up(site: Site) -> int:
    """Put what records of an older version of Recordroom say of lots; gives how many there were."""
    done = 0
    while some := _waiting(site):
        with writing(site.engine) as session:
            for record in some:
                done += _put(site, session, record)
    return done


def _waiting(site: Site) -> list[str]:
    with reading(site.engine) as session:
        asked = select(LotUseTodoRow.record).order_by(col(LotUseTodoRow.record)).limit(_AT_ONCE)
        return list(session.exec(asked))


def _put(site: Site, session: Session, record: str) -> int:
    """One record that waited; 0 where another process was faster."""
    row = session.get(LotUseTodoRow, record)
    stored = stored_record(session, record)
    if row is None or stored is None:
        return 0
    form = form_of(site, stored.record.form, stored.record.version)
    put_uses(session, record, lot_uses(stored.record, form))
    session.delete(row)
    return 1
