"""The archive's search: by any entry, batch number or alternative reading; and hits as a table."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from pipeline.core.forms import MasterForm
from pipeline.core.values import Entry, Record, RecordState
from pipeline.findable import Matched, findable_in, findable_on, findables
from pipeline.open_archive import open_archive
from pipeline.plain import as_cell
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.search import ask, put, search_index
from pipeline.store.tables import RecordRow, SearchRow

__all__ = [
    "Hit",
    "Matched",
    "frame_as_csv",
    "frame_as_excel",
    "hits_frame",
    "index",
    "open_archive",
    "search",
]


@dataclass(frozen=True)
class Hit:
    """Where a query was found. `field` and `page` are None where the record as a whole is it."""

    record: str
    batch_number: str
    form: str | None
    version: str | None
    page: int | None
    field: str | None
    label: str
    value: str
    probability: float
    matched: Matched
    state: RecordState


def search(site: Site, query: str, *, limit: int = 100) -> tuple[Hit, ...]:
    """What the query finds, most probable first, then newest.

    Every word has to be there: in the entry's value, or beside one that is in the value also in
    its label, form, title and batch number. Words are whole (letters may go on); batch numbers,
    lots and the like are also found by any three signs out of their middle.
    """
    asked = ask(query)
    if asked is None or limit < 1:
        return ()
    found = (
        select(SearchRow, RecordRow)
        .join(RecordRow, col(RecordRow.id) == col(SearchRow.record))
        .where(search_index(site.engine).matches(asked))
        .order_by(
            col(SearchRow.probability).desc(),
            col(RecordRow.received_at).desc(),
            col(RecordRow.id),
            col(SearchRow.id),
        )
        .limit(limit)
    )
    with reading(site.engine) as session:
        return tuple(_hit(row, record) for row, record in session.exec(found))


def index(session: Session, record: Record, form: MasterForm | None) -> None:
    """Put the record in the search index as it is now, in its writer's transaction."""
    put(session, record.id, findables(record, form), context=_context(record, form))


def index_changed(session: Session, before: Record, after: Record, form: MasterForm | None) -> None:
    """Put in the search index what a correction changed; the rest stands there already."""
    if before.batch_number != after.batch_number:
        index(session, after, form)
        return
    changed = [
        now for was, now in zip(before.entries, after.entries, strict=True) if _found_in(was, now)
    ]
    found = [one for entry in changed for one in findable_in(entry, form)]
    context = _context(after, form)
    fields = [entry.field for entry in changed]
    put(session, after.id, (*findable_on(after, form), *found), context=context, fields=fields)


def _found_in(was: Entry, now: Entry) -> bool:
    """Whether a search finds something else in the entry now."""
    return (was.value, was.state, was.is_as_read) != (now.value, now.state, now.is_as_read)


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


def _hit(row: SearchRow, record: RecordRow) -> Hit:
    return Hit(
        record=record.id,
        batch_number=record.batch_number,
        form=record.form,
        version=record.version,
        page=row.page,
        field=row.field,
        label=row.label,
        value=row.value,
        probability=row.probability,
        matched=Matched(row.matched),
        state=RecordState(record.state),
    )


def _plain(hit: Hit) -> dict[str, Any]:
    return asdict(hit) | {"matched": hit.matched.value, "state": hit.state.value}


def _rows(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return as_cell(value)
    return "" if value is None else str(value)
