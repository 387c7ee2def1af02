"""The audit of accepted entries on a site: samples are drawn, and what they show is added up.

`audit_take` takes in what people keyed. Everything is in the trail.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, func, select
from sqlmodel.sql.expression import SelectOfScalar

from extractors.values import Box, State
from pipeline.audit_sheet import DrawnLine, LineName
from pipeline.core.audit import Audited, Edition, Place, Population, Shown, draw, show
from pipeline.core.forms import Field, Meaning
from pipeline.core.score import HANDWRITING, plain
from pipeline.errors import InputRefused
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of
from pipeline.store.audit_tables import AuditKeyingRow, AuditLineRow, AuditSampleRow
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.page_scans import scan_of_page
from pipeline.store.tables import EntryRow, PageRow, RecordRow

_SEEDS = 2**63


@dataclass(frozen=True)
class Sample:
    """A sample as it was drawn: `asked` lines out of `pool` entries, with that seed."""

    id: int
    seed: str
    population: Population
    asked: int
    pool: int

    def __str__(self) -> str:
        """As its lines are named."""
        return f"S{self.id}"


@dataclass(frozen=True)
class Standing:
    """Where the audit stands. `open` counts the drawn entries that were not keyed yet.

    `rekeyed` counts those that were keyed again; `newest` is what read the newest record.
    """

    shown: tuple[Shown, ...]
    aim: float
    open: int
    rekeyed: int
    newest: Edition | None


def draw_sample(
    site: Site, *, population: Population, count: int, seed: int | None, by: str
) -> Sample | None:
    """Draw and keep a sample; None where no accepted entry is left that was not drawn before."""
    spelled, at = str(secrets.randbelow(_SEEDS) if seed is None else seed), site.now()
    with writing(site.engine) as session:
        pool = _pool(session, population)
        if not pool:
            return None
        row = AuditSampleRow(
            seed=spelled, population=population.value, asked=count, pool=len(pool), by=by, at=at
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        drawn = draw(pool, count, seed=spelled)
        session.add_all(
            AuditLineRow(sample=row.id, position=position, record=one.record, field=one.field)
            for position, one in enumerate(drawn, start=1)
        )
        session.flush()
        sample = _sample(row)
        append(
            session,
            Happening(kind="audit_drawn", by=by, at=at, where=HERE, new=_told(sample, drawn)),
        )
    return sample


def open_sample(site: Site, name: str) -> Sample:
    """The sample of that name, such as `S3`."""
    number = name.strip().upper().removeprefix("S")
    with reading(site.engine) as session:
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        row = session.get(AuditSampleRow, int(number)) if is_number else None
    if row is None:
        raise InputRefused(f"there is no sample {name[:40]!r} here", "name one such as S1")
    return _sample(row)


def lines_of(site: Site, sample: Sample) -> tuple[DrawnLine, ...]:
    """The sample's entries that were not keyed yet, in the order they were drawn."""
    found = (
        select(AuditLineRow, EntryRow, RecordRow)
        .where(AuditLineRow.sample == sample.id, ~_is_keyed())
        .join(EntryRow, _is_entry_of_line())
        .join(RecordRow, col(RecordRow.id) == col(AuditLineRow.record))
        .order_by(col(AuditLineRow.position))
    )
    with reading(site.engine) as session:
        rows = session.exec(found).all()
        places = [
            (scan_of_page(session, record, entry.page).name, _scan_page(session, entry))
            for _, entry, record in rows
        ]
    return tuple(
        _line(site, line, entry, record, scan=scan, scan_page=scan_page)
        for (line, entry, record), (scan, scan_page) in zip(rows, places, strict=True)
    )


def field_of(site: Site, record: RecordRow, name: str) -> Field | None:
    """The field of the record's form; None where the site does not know it."""
    form = form_of(site, record.form, record.version)
    return next((one for one in form.fields if one.name == name), None) if form else None


def standing(site: Site) -> Standing:
    """What the audit shows so far, each edition on its own, that of the newest record first."""
    with reading(site.engine) as session:
        audited = tuple(_audited(session))
        newest = session.exec(
            select(RecordRow).order_by(col(RecordRow.received_at).desc(), col(RecordRow.id))
        ).first()
        return Standing(
            shown=show(audited, site.settings.silent_errors),
            aim=site.settings.silent_errors,
            open=_count(session, select(AuditLineRow.sample).where(~_is_keyed())),
            rekeyed=_count(session, select(AuditKeyingRow.sample).where(AuditKeyingRow.turn == 2)),
            newest=edition_of(newest) if newest else None,
        )


def edition_of(record: RecordRow) -> Edition:
    """What read the record."""
    return Edition(record.recordroom, tuple((name, model) for name, model in record.models))


def _pool(session: Session, population: Population) -> list[Place]:
    """The accepted entries that may be drawn: those that no sample holds yet."""
    is_drawn = exists().where(_is_entry_of_line())
    found = select(EntryRow.record, EntryRow.field).where(col(EntryRow.accepted), ~is_drawn)
    if population is Population.HANDWRITING:
        is_handwriting = col(EntryRow.type).in_(sorted(HANDWRITING))
        found = found.where(EntryRow.state == State.FILLED.value, is_handwriting)
    return [Place(record, field) for record, field in session.exec(found)]


def _is_keyed() -> ColumnElement[bool]:
    """Whether somebody keyed the drawn line."""
    return exists().where(
        col(AuditKeyingRow.sample) == col(AuditLineRow.sample),
        col(AuditKeyingRow.position) == col(AuditLineRow.position),
    )


def _count(session: Session, found: SelectOfScalar[int]) -> int:
    return session.exec(select(func.count()).select_from(found.subquery())).one()


def _sample(row: AuditSampleRow) -> Sample:
    assert row.id is not None
    return Sample(row.id, row.seed, Population(row.population), row.asked, row.pool)


def _told(sample: Sample, drawn: Sequence[Place]) -> str:
    """What the trail says of a sample, with a digest of its lines in their order."""
    lines = "\n".join(f"{one.record}\t{one.field}" for one in drawn)
    return (
        f"{sample}: {len(drawn)} of {sample.pool} accepted entries ({sample.population.value}), "
        f"seed {sample.seed}, {hashlib.sha256(lines.encode()).hexdigest()}"
    )


def _scan_page(session: Session, entry: EntryRow) -> int | None:
    found = select(PageRow.scan_page).where(
        PageRow.record == entry.record, PageRow.page == entry.page
    )
    return session.exec(found.order_by(col(PageRow.position))).first()


def _line(
    site: Site,
    line: AuditLineRow,
    entry: EntryRow,
    record: RecordRow,
    *,
    scan: str,
    scan_page: int | None,
) -> DrawnLine:
    field = field_of(site, record, entry.field)
    return DrawnLine(
        name=LineName(line.sample, line.position),
        record=record.id,
        batch_number="" if _gives_away(record, entry, field) else record.batch_number,
        form=record.form or "",
        version=record.version or "",
        page=entry.page,
        scan=scan,
        scan_page=scan_page,
        field=entry.field,
        label=field.label if field else "",
        step=entry.step or "",
        type=entry.type,
        box=Box(entry.x, entry.y, entry.width, entry.height),
    )


def _gives_away(record: RecordRow, entry: EntryRow, field: Field | None) -> bool:
    """Whether the record's batch number would show what was read in this very entry."""
    is_batch_number = field is not None and field.means is Meaning.BATCH_NUMBER
    return is_batch_number or plain(entry.value) == plain(record.batch_number)


def _audited(session: Session) -> Iterator[Audited]:
    """Every keyed entry with its last keying, those of the newest records first."""
    last = (
        select(func.max(AuditKeyingRow.turn))
        .where(
            col(AuditKeyingRow.sample) == col(AuditLineRow.sample),
            col(AuditKeyingRow.position) == col(AuditLineRow.position),
        )
        .correlate(AuditLineRow)
        .scalar_subquery()
    )
    found = (
        select(AuditKeyingRow, AuditSampleRow, EntryRow, RecordRow)
        .select_from(AuditLineRow)
        .join(
            AuditKeyingRow,
            (col(AuditKeyingRow.sample) == col(AuditLineRow.sample))
            & (col(AuditKeyingRow.position) == col(AuditLineRow.position))
            & (col(AuditKeyingRow.turn) == last),
        )
        .join(AuditSampleRow, col(AuditSampleRow.id) == col(AuditLineRow.sample))
        .join(EntryRow, _is_entry_of_line())
        .join(RecordRow, col(RecordRow.id) == col(AuditLineRow.record))
        .order_by(col(RecordRow.received_at).desc(), col(RecordRow.id))
    )
    for keying, sample, entry, record in session.exec(found):
        yield Audited(
            drawn=Population(sample.population),
            edition=edition_of(record),
            type=entry.type,
            state=State(entry.state),
            model=f"{entry.reader} {entry.model}".strip(),
            is_right=keying.is_right,
        )


def _is_entry_of_line() -> ColumnElement[bool]:
    return (col(EntryRow.record) == col(AuditLineRow.record)) & (
        col(EntryRow.field) == col(AuditLineRow.field)
    )
