"""The readings of the records that were opened last, kept in memory.

A reading is never changed once it is written (the database itself refuses it), and a record of
many pages has thousands of them: a reviewer's next step must not read them all again. Only what
has been committed is kept; what people did stands beside it and is always read anew.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool
from sqlmodel import Session, col, func, select

from pipeline.core.values import Entry
from pipeline.store import noun_rows as nouns
from pipeline.store.tables import EntryRow

MOST_RECORDS = 24
DONE = ("flags", "corrections", "dispositions", "keyings")
"""What people and checks add to an entry."""


@dataclass(frozen=True, eq=False)
class Readings:
    """A record's entries as they were read, in order, with nothing that people did on them."""

    entries: tuple[Entry, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each field's entry stands."""
        return {one.field: place for place, one in enumerate(self.entries)}

    @cached_property
    def unaccepted(self) -> frozenset[str]:
        """The fields whose entries were not accepted when this was kept."""
        return frozenset(one.field for one in self.entries if not one.accepted)


_lock = Lock()
_kept: WeakKeyDictionary[Pool, OrderedDict[str, Readings]] = WeakKeyDictionary()


def readings_of(session: Session, record: str) -> Readings:
    """What was read of the record, out of memory where it is there."""
    bind = session.get_bind()
    pool = bind.pool if isinstance(bind, Engine) else bind.engine.pool
    of_record = col(EntryRow.record) == record
    count = session.exec(select(func.count()).select_from(EntryRow).where(of_record)).one()
    with _lock:
        found = _kept.setdefault(pool, OrderedDict()).get(record)
    if found is not None and len(found.entries) == count:
        return found
    read = Readings(_read(session, record))
    if not bind.get_execution_options().get("writes", False):
        with _lock:
            kept = _kept.setdefault(pool, OrderedDict())
            kept[record] = read
            while len(kept) > MOST_RECORDS:
                kept.popitem(last=False)
    return read


def _read(session: Session, record: str) -> tuple[Entry, ...]:
    found = select(EntryRow).where(col(EntryRow.record) == record)
    rows = session.exec(found.order_by(col(EntryRow.position))).all()
    nothing: dict[str, tuple[()]] = dict.fromkeys(DONE, ())
    return tuple(nouns.entry_of(row, **nothing) for row in rows)
