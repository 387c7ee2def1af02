"""Genealogy of the archive: where a lot went, what went into a batch, and the recall list.

What records say of lots is put with the search index, in the same transaction
(`pipeline.archive.index`); `pipeline.core.lot_uses` says what that is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import pandas as pd
from sqlmodel import Session

from pipeline.accounts import Act, Person, require
from pipeline.archive import frame_as_csv, frame_as_excel
from pipeline.core.forms import Meaning
from pipeline.core.genealogy import (
    MOST_LEVELS,
    Direction,
    Edge,
    Gap,
    GapKind,
    Genealogy,
    Node,
    UnknownLot,
    entry_note,
    is_nameless,
    key_of,
)
from pipeline.core.genealogy_answer import genealogy
from pipeline.core.genealogy_search import FoundLot, not_followed
from pipeline.core.lot_uses import Said, UseKind
from pipeline.core.quantities import quantity_of
from pipeline.core.query import About, Problem, Query, as_text, with_value
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.export import note_export
from pipeline.findable import Reach
from pipeline.lots_due import catch_up
from pipeline.named import Named, count_destroyed, destroyed_with
from pipeline.searching import find
from pipeline.site import HERE, Site
from pipeline.site_forms import forms_of
from pipeline.store.database import reading
from pipeline.store.genealogy_rows import ArchiveLookup

__all__ = [
    "DEFAULT_LEVELS",
    "MOST_UNREAD",
    "Direction",
    "Edge",
    "Gap",
    "Genealogy",
    "Node",
    "Recall",
    "catch_up",
    "recall_as_csv",
    "recall_as_excel",
    "trace",
    "unread_lots",
]

DEFAULT_LEVELS = 5
MOST_UNREAD = 200
"""So many lots without a name are told; of more it is said that there are at least so many."""
MOST_LISTED = 20_000
MOST_MEANT = 3
MOST_COMPARED = 2500
"""So many entries that a search for the lot finds are compared with what was followed."""


def trace(
    site: Site,
    number: str,
    direction: Direction = Direction.FORWARD,
    *,
    by: Person,
    levels: int = DEFAULT_LEVELS,
    only: frozenset[str] | None = None,
) -> Genealogy:
    """Where the lot or batch went, or what went into it; of chosen records alone with `only`.

    Records that are not approved are in it, with their state; superseded ones are not.
    """
    require(by, Act.LOOK)
    if not key_of(number):
        raise InputRefused("a genealogy begins with a number", "give a lot or batch number")
    if not 1 <= levels <= MOST_LEVELS:
        raise InputRefused(
            f"{levels} levels can't be followed", f"ask for 1 to {MOST_LEVELS} levels"
        )
    catch_up(site)
    patterns = batch_patterns(site)
    with reading(site.engine) as session:
        lookup = ArchiveLookup(session, only)
        found = genealogy(number, direction, lookup, levels=levels, batch_patterns=patterns)
        key = key_of(number)
        first = lookup.links([key], direction)
        uses = [*(one.use for one in first), *(one.use for one in lookup.made([key]))]
        stands = any(one.said is Said.VALUE for one in uses)
        there = destroyed_with(session, [found.asked]) if only is None else ()
        is_meant = stands or bool(there) or is_nameless(key)
        meant = () if is_meant else lookup.alike(key, most=MOST_MEANT)
        gone = _gaps_of_destroyed(session, found, there) if only is None else ()
    found = replace(found, meant=meant, gaps=(*found.gaps, *gone))
    if direction is Direction.BACKWARD or is_nameless(key):
        return found
    followed = {edge.link.by.record for edge in found.edges if edge.level == 1}
    followed |= {link.by.record for link in first}
    missed = _not_followed(site, found, followed, only=only)
    return replace(found, gaps=(*found.gaps, *missed))


def _gaps_of_destroyed(
    session: Session, found: Genealogy, there: Sequence[Named]
) -> tuple[Gap, ...]:
    """What records said that are destroyed: nobody can tell any more, but that they were there."""
    key = found.nodes[0].key
    if there:
        named = "; ".join(one.words for one in there)
        detail = f"{found.asked} was destroyed after its retention; a certificate stays: {named}."
        return (Gap(GapKind.DESTROYED, key, detail),)
    count = count_destroyed(session)
    if not count:
        return ()
    records = "1 record was" if count == 1 else f"{count} records were"
    detail = (
        f"{records} destroyed after retention: whether {found.asked} was in them, and how much, "
        "can't be said any more. Their certificates name their batches."
    )
    return (Gap(GapKind.DESTROYED, key, detail),)


def _not_followed(
    site: Site, found: Genealogy, followed: set[str], *, only: frozenset[str] | None
) -> tuple[Gap, ...]:
    """What a search for the lot finds beside what was followed."""
    text = as_text(with_value(Query(), About.LOT, found.asked))
    hits = find(site, text, limit=MOST_COMPARED, only=only, reach=Reach.POSSIBLE)
    if isinstance(hits, Problem):
        return ()
    lots = [
        FoundLot(hit.record, hit.batch_number, hit.field, hit.value)
        for hit in hits
        if hit.state is not RecordState.SUPERSEDED
    ]
    is_cut = len(hits) == MOST_COMPARED
    key = found.nodes[0].key
    return tuple(
        not_followed(number=found.asked, key=key, found=lots, followed=followed, is_cut=is_cut)
    )


def unread_lots(
    site: Site, *, by: Person, only: frozenset[str] | None = None, most: int = MOST_UNREAD
) -> tuple[UnknownLot, ...]:
    """Lots without a name, the newest: each of them may be the lot that is asked for.

    Entries that nobody could read, and quantities beside which no lot stands. Where it is `most`
    there may be more of them.
    """
    require(by, Act.LOOK)
    with reading(site.engine) as session:
        return tuple(ArchiveLookup(session, only).unread(most))


def batch_patterns(site: Site) -> tuple[str, ...]:
    """How batch numbers are written on the site's forms."""
    found = (
        field.pattern
        for form in forms_of(site)
        for field in form.fields
        if field.means is Meaning.BATCH_NUMBER and field.pattern
    )
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Recall:
    """A line of the recall list: one lot in one batch, or a gap.

    `certainty` is `read`, `possible` (what a reading may also be) or `gap`.
    """

    level: int | None
    batch: str
    lot: str
    certainty: str
    probability: float | None
    material: str
    quantity: float | None
    unit: str
    counted: bool | None
    record: str
    record_state: str
    form: str
    version: str
    revision: int | None
    field: str
    page: int | None
    note: str


def recall_lines(found: Genealogy) -> Iterator[Recall]:
    """The list level by level, and at its end all that the archive does not answer."""
    for edge in found.edges:
        yield _line(edge)
    for gap in found.gaps:
        node = found.by_key.get(gap.key)
        yield replace(
            _GAP,
            level=node.level if node else None,
            batch=node.name if node else "",
            record=gap.record or "",
            field=gap.field or "",
            note=gap.detail,
        )


def unread_lines(unread: Sequence[UnknownLot], *, is_cut: bool) -> Iterator[Recall]:
    """Each lot without a name as a gap of a recall list: it may be the one that is recalled."""
    for one in unread:
        is_there = one.use.said is Said.UNREADABLE
        much = "" if one.use.is_shared else one.use.quantity
        amount = quantity_of(much, one.use.unit)
        yield replace(
            _GAP,
            batch=one.batch.lot or "no batch number",
            material=one.use.material,
            quantity=None if amount is None else float(amount.amount),
            unit=one.use.unit,
            record=one.by.record,
            record_state=one.by.state.value,
            form=one.by.form,
            version=one.by.version,
            revision=one.by.revision,
            field=one.use.field or "",
            page=one.use.page,
            note=f"{'nobody can read this lot' if is_there else 'no lot stands here'}: {_MAY_BE}",
        )
    if is_cut:
        yield replace(_GAP, note=f"There are more lots without a name than {len(unread)}.")


_MAY_BE = "it may be the one that is recalled"
_GAP = Recall(
    level=None,
    batch="",
    lot="",
    certainty="gap",
    probability=None,
    material="",
    quantity=None,
    unit="",
    counted=None,
    record="",
    record_state="",
    form="",
    version="",
    revision=None,
    field="",
    page=None,
    note="",
)


def recall_frame(found: Genealogy, more: Iterable[Recall] = ()) -> pd.DataFrame:
    """The recall list as a table, with more lines at its end."""
    columns = [field.name for field in fields(Recall)]
    every = (*recall_lines(found), *more)
    lines = [[getattr(line, name) for name in columns] for line in every]
    frame = pd.DataFrame(lines, columns=columns)
    return frame.astype({"level": "Int64", "revision": "Int64", "page": "Int64"})


def recall_as_csv(
    site: Site,
    found: Genealogy,
    *,
    by: Person,
    where: str = HERE,
    only: frozenset[str] | None = None,
) -> bytes:
    """The recall list as CSV; the trail says that it was taken out.

    Forward, it ends with all lots without a name; those of chosen records alone with `only`.
    """
    content = frame_as_csv(_whole_frame(site, found, by=by, only=only))
    return _told(site, found, content, "csv", by=by, where=where)


def recall_as_excel(
    site: Site,
    found: Genealogy,
    *,
    by: Person,
    where: str = HERE,
    only: frozenset[str] | None = None,
) -> bytes:
    """The same list as an Excel file; the trail says that it was taken out."""
    frame = _whole_frame(site, found, by=by, only=only)
    content = frame_as_excel(frame, {"Numbers": _numbers_frame(found)})
    return _told(site, found, content, "xlsx", by=by, where=where)


def _whole_frame(
    site: Site, found: Genealogy, *, by: Person, only: frozenset[str] | None
) -> pd.DataFrame:
    """The recall list as it is taken out, with all lots without a name."""
    return recall_frame(found, _unread(site, found, by=by, only=only))


def _unread(
    site: Site, found: Genealogy, *, by: Person, only: frozenset[str] | None
) -> Iterator[Recall]:
    if found.direction is Direction.FORWARD:
        unread = unread_lots(site, by=by, only=only, most=MOST_LISTED)
        yield from unread_lines(unread, is_cut=len(unread) == MOST_LISTED)


def recall_name(found: Genealogy, kind: str) -> str:
    """What the file is called."""
    number = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in found.asked)
    return f"{found.direction.value}-{number}.{kind}"


def _told(
    site: Site, found: Genealogy, content: bytes, kind: str, *, by: Person, where: str
) -> bytes:
    note_export(site, recall_name(found, kind), content, by=by, where=where)
    return content


def _line(edge: Edge) -> Recall:
    link = edge.link
    use, by = link.use, link.by
    quantity = link.quantity
    is_received = use.kind is UseKind.RECEIVED
    return Recall(
        level=edge.level,
        batch=link.batch.lot or "no batch number",
        lot=use.lot,
        certainty="possible" if link.is_possible else "read",
        probability=round(link.probability, 4),
        material=use.material,
        quantity=None if quantity is None else float(quantity.amount),
        unit=use.unit,
        counted=edge.counts,
        record=by.record,
        record_state=by.state.value,
        form=by.form,
        version=by.version,
        revision=by.revision,
        field=use.field or "",
        page=use.page,
        note="; ".join(_notes(edge, is_received=is_received)),
    )


def _notes(edge: Edge, *, is_received: bool) -> Iterator[str]:
    link = edge.link
    if is_received:
        yield "received"
    if link.use.is_shared:
        yield entry_note(link)
    elif link.use.said is Said.ALTERNATIVE:
        yield "the lot may also be read so"
    if link.batch.said is Said.ALTERNATIVE:
        yield "the batch number may also be read so"
    if Said.MISREADING in (link.use.said, link.batch.said):
        yield "may be a misreading of the number asked for"
    if not link.by.stands:
        yield "not added up: another revision stands, or the record was rejected"
    elif not edge.counts and not link.is_possible:
        yield "not added up: another record says the same"


def _numbers_frame(found: Genealogy) -> pd.DataFrame:
    """Each batch and lot of the genealogy with what is known of its quantities."""
    lines = [
        {
            "level": node.level,
            "number": node.name,
            "possible": node.is_possible,
            "materials": (one.material if one else "") or ", ".join(node.materials),
            "unit": one.unit if one else "",
            "made_or_received": _float(one.there) if one else None,
            "went_in": _float(one.went_in) if one else None,
            "used": _float(one.used) if one else None,
            "rest": _float(one.rest) if one else None,
            "possibly_used": _float(one.possible) if one else None,
            "records": ", ".join(dict.fromkeys(made.by.record for made in node.made)),
        }
        for node in found.nodes
        for one in node.balances or (None,)
    ]
    return pd.DataFrame(lines)


def _float(amount: object) -> float | None:
    return None if amount is None else float(str(amount))
