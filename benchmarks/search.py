"""What a search costs, in an archive of many records that is made without scans.

`python -m benchmarks.search --entries 1000000` makes a site in a folder (`--out`, which may be gone
on with after a stop), fills its tables with records that are only there to be searched, and times
selective searches, broad ranked ones, and the page of a record. With `--database` it fills an empty
PostgreSQL database. Exit status 1 where one takes longer than its target.
"""

import argparse
import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import event, insert, text
from sqlmodel import Session, func, select

from benchmarks.search_rows import ENTRIES, PRODUCTS, Made, make
from pipeline.core.hit_order import Sort
from pipeline.review import open_record
from pipeline.searching import SearchQuery, look
from pipeline.settings import Settings
from pipeline.site import Site, open_site, site_row
from pipeline.site_start import make_site
from pipeline.store.database import is_sqlite, open_engine, writing
from pipeline.store.queue_tables import QueueRow
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import EntryRow, FlagRow, RecordRow, ScanRow, SearchRow
from review_ui.still import keep_still

SELECTIVE_MS, BROAD_MS, RECORD_MS = 20.0, 300.0, 300.0
TRIES = 40
AT_ONCE = 500


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill the archive, ask everything, and say how long it takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path("out/search"))
    parser.add_argument("--database", default="", help="an empty PostgreSQL database")
    parser.add_argument("--tries", type=int, default=TRIES)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    said = parser.parse_args(arguments)
    records = max(1, said.entries // ENTRIES)
    settings = Settings(site=said.out / "site", database=said.database)
    with opened(settings) as site:
        seconds = fill(site, records)
        figures = [*timings(site, records, said.tries)]
    for kind, name, p50, p95, limit in figures:
        mark = "" if p95 <= limit else f"  over {limit:.0f}"
        sys.stdout.write(f"{p50:8.1f} {p95:8.1f} ms  {kind}: {name}{mark}\n")
    size = sum(one.stat().st_size for one in (said.out / "site").rglob("*") if one.is_file())
    sys.stdout.write(f"{records} records, {records * ENTRIES} entries; ")
    sys.stdout.write(f"made in {seconds:.0f} s, {size / 1e6:.0f} MB in the site's folder\n")
    if said.json:
        said.json.write_text(json.dumps(figures, indent=1) + "\n")
    return int(any(p95 > limit for _, _, _, p95, limit in figures))


def opened(settings: Settings) -> Site:
    """The site, made where it is not there yet."""
    if settings.site.exists() and site_row(open_engine(settings.database_url)) is not None:
        return open_site(settings)
    return make_site(settings, is_demo=True).site


def fill(site: Site, records: int) -> float:
    """Bring the archive to so many records; gives the seconds that this took."""
    started = time.perf_counter()
    if is_sqlite(site.engine):
        event.listen(site.engine, "connect", _roomy)
        site.engine.dispose()
    with writing(site.engine) as session:
        there = session.exec(select(func.count()).select_from(ScanRow)).one()
    for first in range(there, records, AT_ONCE):
        made = [make(number) for number in range(first, min(records, first + AT_ONCE))]
        with writing(site.engine) as session:
            write(session, made)
        if first // AT_ONCE % 20 == 0:
            sys.stderr.write(f"{first} of {records} records\n")
    _tidy(site)
    if is_sqlite(site.engine):
        event.remove(site.engine, "connect", _roomy)
        site.engine.dispose()
    return time.perf_counter() - started


def _roomy(connection: sqlite3.Connection, _record: object) -> None:
    """Let SQLite keep more in memory while rows are written: each statement's undoing, and pages.

    By default it writes the first to a file, some 25 writes an entry. Questions are asked without.
    """
    for setting in ("temp_store=MEMORY", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {setting}").close()


def _tidy(site: Site) -> None:
    """What both databases do by themselves in the time that so many records take to come."""
    if not is_sqlite(site.engine):
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        return
    with site.engine.begin() as connection:
        for table in ("search_words", "search_key"):
            connection.execute(text(f"INSERT INTO {table}({table}) VALUES ('optimize')"))
        connection.execute(text("ANALYZE"))


def write(session: Session, made: Sequence[Made]) -> None:
    """All rows of some records at once, past the mapping of objects: a third quicker."""
    for table, rows in (
        (ScanRow, [one.scan for one in made]),
        (RecordRow, [one.record for one in made]),
        (QueueRow, [one.queued for one in made]),
        (EntryRow, [row for one in made for row in one.entries]),
        (FlagRow, [row for one in made for row in one.flags]),
        (SearchRow, [row for one in made for row in one.found]),
        (SearchFacetRow, [row for one in made for row in one.facets]),
    ):
        session.execute(insert(table.__table__), rows)  # type: ignore[union-attr]


def timings(site: Site, records: int, tries: int) -> Iterator[tuple[str, str, float, float, float]]:
    """Each kind of question: what it is, its median and 95th percentile, and what is allowed."""
    keep_still(f"{site.settings.site} of {records}")  # as the app does
    chance = random.Random(3)
    numbers = [chance.randrange(records) for _ in range(tries)]
    made = [make(number) for number in numbers]
    selective: dict[str, list[str] | list[SearchQuery]] = {
        "a lot": [f'"{one.lot}"' for one in made],
        "a lot of a field": [f"lot:{one.lot}" for one in made],
        "a misread lot": [f'"{one.near}"' for one in made],
        "a part of a lot": [f"lot:{one.lot[1:]}" for one in made],
        "a batch": [f"batch:{one.batch}" for one in made],
        "a lot and a person": [f"lot:{one.lot} signed:{one.person}" for one in made],
        "a lot and a word of another entry": [f"{one.lot} {one.person}" for one in made],
        "a lot made in a year": [f"lot:{one.lot} made:{one.day.year}" for one in made],
    }
    broad: dict[str, list[str] | list[SearchQuery]] = {
        "a common word": ["lactose"] * tries,
        "a product": [f'product:"{chance.choice(PRODUCTS)}"' for _ in made],
        "a product and a number beside it": [f"product:{chance.choice(PRODUCTS)}" for _ in made],
        "a person and a flag": [f"signed:{one.person} flag:correction" for one in made],
        "a year without a flag": [f"made:{one.day.year} -flag:correction" for one in made],
        "a form": ["form:BMR-001"] * tries,
        "words beside": ["lactose granulation"] * tries,
        "words of two entries": [f"lactose {one.person}" for one in made],
        "the oldest of a form": [SearchQuery("form:BMR-001", Sort.OLDEST)] * tries,
        "a form by batch": [SearchQuery("form:BMR-001", Sort.BATCH)] * tries,
    }
    for kind, limit, questions in (
        ("selective", SELECTIVE_MS, selective),
        ("broad", BROAD_MS, broad),
    ):
        for name, texts in questions.items():
            yield kind, name, *_times([_asked(site, one) for one in texts]), limit
    ids = [one.id for one in made]
    yield "record", "its page", *_times([_opened(site, one) for one in ids]), RECORD_MS


def _asked(site: Site, query: str | SearchQuery) -> Callable[[], object]:
    asked = query if isinstance(query, SearchQuery) else SearchQuery(query)
    return lambda: look(site, asked)


def _opened(site: Site, record: str) -> Callable[[], object]:
    return lambda: open_record(site, record)


def _times(questions: Sequence[Callable[[], object]]) -> tuple[float, float]:
    questions[0]()
    taken = []
    for ask in questions:
        started = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - started))
    return median(taken), quantiles(taken, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    sys.exit(main())
