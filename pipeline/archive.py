"""The archive's search: by any entry, batch number or alternative reading; and hits as a table."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import pandas as pd
from sqlmodel import Session, select

from pipeline.core.answered import cannot_be_read, is_only_read
from pipeline.core.forms import MasterForm
from pipeline.core.hit_order import Sort
from pipeline.core.lot_uses import lot_uses
from pipeline.core.query import Problem
from pipeline.core.values import Entry, Record
from pipeline.errors import InputRefused
from pipeline.findable import Matched, Reach, findable_in, findable_on, findables, made_on
from pipeline.open_archive import open_archive
from pipeline.plain import as_cell
from pipeline.searching import Hit, SearchPage, SearchQuery, find, look
from pipeline.site import Site
from pipeline.site_forms import form_of
from pipeline.store.database import reading, writing
from pipeline.store.facets import Facet
from pipeline.store.genealogy_rows import put_uses
from pipeline.store.record_rows import known_record
from pipeline.store.search_put import put, put_facets
from pipeline.store.search_tables import SearchDueRow

__all__ = [
    "Facet",
    "Hit",
    "Matched",
    "Reach",
    "SearchPage",
    "SearchQuery",
    "Sort",
    "frame_as_csv",
    "frame_as_excel",
    "hits_frame",
    "index",
    "look",
    "open_archive",
    "records_that_fit",
    "search",
]


EVERY_HIT = 10_000_000
"""More hits than an archive has: nothing that fits is left out."""


def search(
    site: Site, query: str, *, limit: int = 100, only: frozenset[str] | None = None
) -> tuple[Hit, ...]:
    """What the query finds, most probable first, then newest. Each reading is a hit of its own.

    The query is in the language of `pipeline.core.query`; InputRefused says what is wrong with
    one that can't be understood. Free words all have to be in the entry's value, or beside one
    that is in the value also in its label, form, title and batch number, or in other entries of
    the record. Words are whole (letters
    may go on); batch numbers, lots and the like are also found by any three signs out of their
    middle, and where they may be misreadings of the query. `only`, where it is given, are the only
    records in which anything may be found.
    """
    found = find(site, query, limit=limit, only=only)
    if isinstance(found, Problem):
        raise InputRefused(*found.parts)
    return found


def records_that_fit(site: Site, query: str, *, reach: Reach) -> frozenset[str]:
    """All records that the query finds, for what is decided about them by it.

    What is only nearly what was typed is left out with every reach but the widest: a typing error
    must find nothing rather than the numbers beside it. Rows of an older version, which are not
    found by everything, are put anew first.
    """
    while index_due(site):
        pass
    found = find(site, query, limit=EVERY_HIT, reach=reach)
    if isinstance(found, Problem):
        raise InputRefused(*found.parts)
    return frozenset(hit.record for hit in found)


def index(session: Session, record: Record, form: MasterForm | None) -> None:
    """Put the record in the search index as it is now, in its writer's transaction.

    And what it says of lots, for the genealogy.
    """
    put_uses(session, record.id, lot_uses(record, form))
    found = findables(record, form)
    put(session, record.id, found, context=_context(record, form))
    put_facets(session, record.id, found)


def index_changed(session: Session, before: Record, after: Record, form: MasterForm | None) -> None:
    """Put in the search index what a decision changed; the rest stands there already."""
    dated = made_on(after, form)
    if before.batch_number != after.batch_number or made_on(before, form) != dated:
        index(session, after, form)
        return
    changed = _changed(before, after)
    if changed:
        put_uses(session, after.id, lot_uses(after, form))
    found = [one for entry in changed for one in findable_in(entry, form, dated)]
    context = _context(after, form)
    fields = [entry.field for entry in changed]
    put(session, after.id, (*findable_on(after, form), *found), context=context, fields=fields)
    put_facets(session, after.id, findables(after, form))


def index_due(site: Site, *, most: int = 20) -> int:
    """Put some records anew whose rows are of an older version; gives how many there were."""
    with reading(site.engine) as session:
        due = list(session.exec(select(SearchDueRow.record).limit(most)))
    for name in due:
        with writing(site.engine) as session:
            row = session.get(SearchDueRow, name)
            if row is None:
                continue  # another process was faster, or the record was destroyed
            record = known_record(session, name).record
            index(session, record, form_of(site, record.form, record.version))
            session.delete(row)
    return len(due)


def says_otherwise(before: Record, after: Record) -> bool:
    """Whether a search or a genealogy finds something else in the record's entries now."""
    return bool(_changed(before, after))


def _changed(before: Record, after: Record) -> list[Entry]:
    pairs = zip(before.entries, after.entries, strict=True)
    return [now for was, now in pairs if _found_in(was, now)]


def _found_in(was: Entry, now: Entry) -> bool:
    """Whether a search or a genealogy finds something else in the entry now."""
    return _said(was) != _said(now)


def _said(entry: Entry) -> tuple[object, ...]:
    return entry.value, entry.state, is_only_read(entry), cannot_be_read(entry)


def _context(record: Record, form: MasterForm | None) -> str:
    return f"{record.form or ''} {form.title if form else ''} {record.batch_number}"


def hits_frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """The hits as a table, a row each, all columns there even where nothing was found."""
    columns = [field.name for field in fields(Hit)]
    frame = pd.DataFrame([_plain(hit) for hit in hits], columns=columns)
    return frame.astype({"page": "Int64"})  # else a missing page makes 1 a 1.0


def frame_as_csv(frame: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8; what a spreadsheet would run as a formula has a ' before it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows([_text(value) for value in row] for row in _rows(frame))
    return out.getvalue().encode("utf-8-sig")


def frame_as_excel(frame: pd.DataFrame, more: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    """The table as an Excel file; every text is written as text, none is a formula or a link.

    `more` are further tables, each on a sheet of its name.
    """
    out = io.BytesIO()
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": texts}) as writer:
        for name, sheet in {"Hits": frame, **(more or {})}.items():
            sheet.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
    return out.getvalue()


def _plain(hit: Hit) -> dict[str, Any]:
    return asdict(hit) | {"matched": hit.matched.value, "state": hit.state.value}


def _rows(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return as_cell(value)
    return "" if value is None else str(value)
