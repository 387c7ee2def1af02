"""Plausible records for an archive that is only searched: what each number of a record gives.

Record number N is the same on every run: lots and batches count up, persons, products and dates are
drawn by its number, and one lot in fifty was read in doubt.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pipeline.core.misread import unsure_signs
from pipeline.core.query import About
from pipeline.core.spelling import as_key
from pipeline.findable import Findable, Matched
from pipeline.store.search_put import row_values

ENTRIES = 50
START = date(2006, 1, 2)
PRODUCTS = tuple(f"{name} {dose}" for name in ("Helmacin", "Norvasan", "Cefatab", "Brantol")
                 for dose in (50, 100, 200, 400, 500))  # fmt: skip
MATERIALS = ("lactose", "magnesium stearate", "maize starch", "talc", "povidone", "sucrose")
PEOPLE = tuple(a + b for a in "ABCDEFGH" for b in "JKLMNPRS")
FLAGS = (("correction", "minor"), ("missing_signature", "critical"), ("low_confidence", "major"))
_DOUBT = 0.02
Values = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A record's rows, and what it can be found by."""

    id: str
    batch: str
    lot: str
    near: str
    person: str
    day: date
    scan: Values
    record: Values
    queued: Values
    entries: list[Values]
    flags: list[Values]
    found: list[Values]
    facets: list[Values]


def make(number: int) -> Made:
    """Record number so many, from 0."""
    chance = random.Random(number)
    name, batch = f"made{number:09}-1", f"XB{number // 100_000:02}-{number % 100_000:05}"
    day = START + timedelta(days=number * 7000 // 1_000_000 + chance.randrange(30))
    lots = [_lot(number * 3 + i) for i in range(3)]
    person = chance.choice(PEOPLE)
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 60)
    fields = _fields(chance, batch=batch, lots=lots, person=person, day=day)
    title = "Granulation" if number % 2 else "Compression"
    form = f"BMR-{number % 40:03}"
    flags = [one for one in FLAGS if chance.random() < 0.1]
    context = f"{form} {title} {batch}"
    return Made(
        id=name, batch=batch, lot=lots[0], near=f"{lots[0][:-1]}{'QX'[lots[0][-1] == 'Q']}",
        person=person, day=day, scan=_scan(number, at),
        record=_record(name, number, form=form, title=title, batch=batch, at=at),
        queued=_queued(name, number, form=form, batch=batch, at=at),
        entries=[_entry(name, i, one) for i, one in enumerate(fields)],
        flags=[_flag(name, i, *one) for i, one in enumerate(flags)],
        found=[row_values(name, one, context) for one in fields],
        facets=_facets(name, fields),
    )  # fmt: skip


def _lot(number: int) -> str:
    return (
        f"L{number // 17 % 100_000:05}{'ABCDEFGHJKLMNPRST'[number % 17]}{number // 1_700_000 or ''}"
    )


def _fields(
    chance: random.Random, *, batch: str, lots: list[str], person: str, day: date
) -> list[Findable]:
    found = [
        _one("batch_number", batch, About.BATCH),
        _one("product", chance.choice(PRODUCTS), About.PRODUCT),
    ]
    for i, lot in enumerate(lots):
        material = chance.choice(MATERIALS)
        found += [_one(f"material_{i}", material, About.MATERIAL), *_read(chance, f"lot_{i}", lot)]
    found.append(replace(_one("made", f"{day:%d/%m/%y}", About.MADE), is_key=False, day=day))
    for i in range(12):
        by = person if i < 8 else chance.choice(PEOPLE)
        found.append(replace(_one(f"by_{i}", by, About.SIGNED), is_key=False))
    found.append(_one("machine", f"TP-{chance.randrange(60):03}", About.EQUIPMENT))
    while len(found) < ENTRIES:
        value = f"{chance.randrange(10, 900) / 10:.1f}"
        found.append(
            Findable(value, "Net weight", 0.999, field=f"n{len(found)}", page=1, doubt=1e-3)
        )
    return found


def _one(field: str, value: str, about: About) -> Findable:
    return Findable(value, field.replace("_", " "), 0.9995, field=field, page=1, is_key=True,
                    about=about, doubt=5e-4)  # fmt: skip


def _read(chance: random.Random, field: str, lot: str) -> list[Findable]:
    """A lot as it was read: mostly surely, now and then with an alternative."""
    sure = _one(field, lot, About.LOT)
    if chance.random() > _DOUBT:
        return [sure]
    place = chance.randrange(1, 6)
    other = f"{lot[:place]}{chance.randrange(10)}{lot[place + 1 :]}"
    unsure = unsure_signs(as_key(lot), [(as_key(other), 0.25)])
    first = replace(sure, probability=0.7, doubt=0.05, unsure=unsure)
    return [
        first,
        replace(sure, value=other, probability=0.25, doubt=0.05, matched=Matched.ALTERNATIVE),
    ]


def _facets(name: str, fields: list[Findable]) -> list[Values]:
    rows: dict[tuple[str, str], Values] = {}
    for one in fields:
        if one.about is not None and one.matched is Matched.VALUE:
            value = one.day.isoformat() if one.day else one.value
            term = value if one.day else as_key(value)
            key = (one.about.value, term)
            rows[key] = {"about": key[0], "term": term, "record": name, "value": value}
    return list(rows.values())


def _scan(number: int, at: datetime) -> Values:
    return {
        "id": number + 1, "sha256": f"{number:064x}", "name": f"{number}.pdf", "size": 1,
        "page_count": 1, "state": "read", "problem": "", "tries": 0, "received_at": at,
        "received_by": "control", "read_at": at,
    }  # fmt: skip


def _record(name: str, number: int, *, form: str, title: str, batch: str, at: datetime) -> Values:
    return {
        "id": name, "scan": number + 1, "number": 1, "form": form, "version": "1", "title": title,
        "batch_number": batch, "state": "in_review", "revision": 1, "seen": 1, "recordroom": "0",
        "models": [], "received_at": at,
    }  # fmt: skip


def _entry(name: str, position: int, one: Findable) -> Values:
    return {
        "record": name, "field": f"{one.field}_{position}", "position": position, "page": 1,
        "type": "text", "step": None, "x": 10.0, "y": 10.0, "width": 40.0, "height": 8.0,
        "value": one.value, "state": "filled", "confidence": one.probability, "reader": "two",
        "model": "1", "free_text": one.value, "alternatives": [], "previous": [], "evidence": [],
        "accepted": True,
    }  # fmt: skip


def _flag(name: str, position: int, flag: str, severity: str) -> Values:
    return {
        "record": name, "entry": None, "position": position, "name": flag, "severity": severity,
        "detail": flag, "field": None, "page": None,
    }  # fmt: skip


def _queued(name: str, number: int, *, form: str, batch: str, at: datetime) -> Values:
    return {
        "record": name, "form": form, "version": "1", "batch_number": batch, "received_at": at,
        "standing": "in_review", "is_done": False, "due_at": at, "release_on": date(9999, 12, 31),
        "open_flags": 0, "critical": 0, "major": 0,
    }  # fmt: skip
