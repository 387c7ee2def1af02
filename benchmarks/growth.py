"""How the cost of answers grows with the archive, on SQLite and on PostgreSQL side by side.

`python -m benchmarks.growth --out out/growth` fills an archive on each database to 10,000, 100,000
and 1,000,000 entries (`--sizes`), and a genealogy to as many records; times what
`benchmarks.search` and `benchmarks.genealogy` ask; and writes `growth.json`, `growth.md` and the
plot `growth.png` there. PostgreSQL is one of its own that is thrown away, or with `--postgres` the
server at an address with `{database}` in it. Exit status 1 where SQLite misses a target.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg

from benchmarks import genealogy, search
from benchmarks.growth_plot import Measured, growth_plot, growth_table
from benchmarks.throwaway_postgres import cluster
from extractors.draw_pdf import png_of_pdf
from pipeline.report_pdf import drawing_as_pdf
from pipeline.stack import write_whole

SIZES = (10_000, 100_000, 1_000_000)
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
DPI = 144
MEMORY = "'1GB'"
"""What PostgreSQL keeps of its tables; its own default of 128 MB is meant for small machines."""


def main(given: Sequence[str] | None = None) -> int:
    """Measure on both, write the figures and the plot, and say which target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--out", type=Path, default=Path("out/growth"))
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="10000,100000")
    parser.add_argument("--postgres", default="", help="postgresql://…/{database}, databases made")
    said = parser.parse_args(given)
    said.out.mkdir(parents=True, exist_ok=True)
    found = [*_measured(SQLITE, "", said.sizes, said.out / "sqlite")]
    with _server(said.postgres) as address:
        found += _measured(POSTGRES, address, said.sizes, said.out / "postgres")
    document = [asdict(one) for one in found]
    write_whole(said.out / "growth.json", json.dumps(document, indent=1) + "\n")
    write_whole(said.out / "growth.md", growth_table(found))
    picture = png_of_pdf(drawing_as_pdf(growth_plot(found)), dpi=DPI)
    (said.out / "growth.png").write_bytes(picture)
    sys.stdout.write(growth_table(found))
    return int(any(one.is_missed for one in found if one.database == SQLITE))


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(one) for one in text.split(",")))


@contextmanager
def _server(address: str) -> Iterator[str]:
    """The address of a server with the databases that are needed, made where they are not there."""
    if not address:
        with cluster(shared_buffers=MEMORY) as own, _server(own) as made:
            yield made
        return
    with psycopg.connect(address.format(database="postgres"), autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        for name in {"search", "genealogy"} - there:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield address


def _measured(name: str, address: str, sizes: Sequence[int], out: Path) -> Iterator[Measured]:
    """All answers of one database, at one size after the other."""
    out.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        yield from _asked(name, size, out / "search", address.format(database="search"))
        yield from _followed(name, size, out / "genealogy", address.format(database="genealogy"))


def _asked(name: str, size: int, out: Path, address: str) -> Iterator[Measured]:
    file = out.parent / f"search-{size}.json"
    words = ["--entries", str(size), "--out", str(out), "--json", str(file)]
    search.main([*words, "--database", address])
    for kind, question, p50, p95, limit in json.loads(file.read_text(encoding="utf-8")):
        yield Measured(name, size, kind, question, p50, p95, limit)


def _followed(name: str, size: int, out: Path, address: str) -> Iterator[Measured]:
    file = out.parent / f"genealogy-{size}.json"
    words = ["--records", str(size), "--at", str(out), "--json", str(file)]
    genealogy.main([*words, "--database", address])
    for question, p50, p95 in json.loads(file.read_text(encoding="utf-8")):
        yield Measured(name, size, "genealogy", question, p50, p95, genealogy.MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
