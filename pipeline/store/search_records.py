"""Records found as a whole, where a query names nothing that stands in an entry of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from pipeline.core.hit_order import Sort
from pipeline.core.query import About
from pipeline.core.ranking import Row
from pipeline.findable import Matched
from pipeline.store.search_asked import Gathered, Search
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import RecordRow


def gather_records(search: Search, narrowed: Sequence[ColumnElement[bool]]) -> Gathered:
    """Records as a whole, as rows that name their batch."""
    found = (
        select(
            col(RecordRow.id),
            col(RecordRow.batch_number),
            col(RecordRow.form),
            col(RecordRow.version),
            col(RecordRow.state),
            col(RecordRow.received_at),
        )
        .where(*narrowed)
        .order_by(*_first_records(search))
        .limit(search.most + 1)
    )
    got = [_whole(tuple(row)) for row in search.session.connection().execute(found).all()]
    return Gathered(tuple(got[: search.most]), len(got) > search.most)


def _whole(values: tuple[Any, ...]) -> Row:
    record, batch_number, form, version, state, received_at = values
    return Row(
        id=0,
        record=record,
        field=None,
        page=None,
        label="Batch number",
        value=batch_number,
        probability=1.0,
        doubt=0.0,
        unsure="",
        matched=Matched.VALUE.value,
        about="",
        step=None,
        words="",
        context="",
        key="",
        batch_number=batch_number,
        form=form,
        version=version,
        state=state,
        received_at=received_at,
    )


def _first_records(search: Search) -> list[Any]:
    """Which records are taken first: exactly those of the order that is asked for."""
    newest = [col(RecordRow.received_at).desc(), col(RecordRow.id).desc()]
    match search.sort:
        case Sort.OLDEST:
            return [col(RecordRow.received_at), col(RecordRow.id)]
        case Sort.BATCH:
            return [search.index.by_signs(col(RecordRow.batch_number)), *newest]
        case Sort.MADE:
            made = [col(SearchFacetRow.record) == col(RecordRow.id)]
            made += [col(SearchFacetRow.about) == About.MADE.value]
            day = select(func.min(col(SearchFacetRow.term))).correlate(RecordRow).where(*made)
            return [func.coalesce(day.scalar_subquery(), "9999"), *newest]
    return newest
