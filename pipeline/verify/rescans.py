"""Pages to be scanned again: what was asked for and what came of it, against the trail."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, inspect

from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import Row, rows_of

TOLD = ("rescan_asked", "rescan_withdrawn", "revised", "approved")
PAGE = re.compile(r"page (\d+)")

Asked = tuple[str, str, str]
"""Why, by whom and when."""
Request = tuple[str, int, Asked, str, str | None]
"""Of which record, which page, as it was asked for, what came of it, and in which revision."""


def check_rescans(connection: Connection, lines: Iterable[Row]) -> Iterator[Finding]:
    """Each request against the lines of the trail, both ways; and that nobody approved before."""
    if not inspect(connection).has_table("rescan"):
        return
    told, early = replayed(lines, _replaced(connection))
    for name in early:
        yield _wrong(name, "it was approved while a page was awaited")
    there = Counter(map(_request, rows_of(connection, "rescan", "id")))
    for record, page, *_ in (there - Counter(told)).elements():
        yield _wrong(record, f"a request for page {page} is not as the trail tells it")
    for record, page, *_ in (Counter(told) - there).elements():
        yield _wrong(record, f"the request for page {page} that the trail tells is gone or changed")


def replayed(
    lines: Iterable[Row], replaced: set[tuple[str, int]]
) -> tuple[list[Request], list[str]]:
    """The requests as the trail leaves them, and the records that were approved too early."""
    waiting: dict[tuple[str, int], Asked] = {}
    over: list[Request] = []
    early: list[str] = []
    for line in lines:
        name, kind = line["record"], line["kind"]
        found = PAGE.fullmatch(line["old"] or "")
        page = int(found[1]) if found else 0
        if kind == "rescan_asked":
            waiting[name, page] = (line["reason"], line["by"], line["at"])
        elif kind == "rescan_withdrawn" and (name, page) in waiting:
            over.append((name, page, waiting.pop((name, page)), "withdrawn", None))
        elif kind == "approved" and any(of == name for of, _ in waiting):
            early.append(name)
        elif kind == "revised":
            for of, one in [place for place in waiting if place[0] == line["old"]]:
                asked = waiting.pop((of, one))
                if (name, one) in replaced:
                    over.append((of, one, asked, "replaced", name))
                else:
                    waiting[name, one] = asked
    return [*over, *((*place, asked, "", None) for place, asked in waiting.items())], early


def _replaced(connection: Connection) -> set[tuple[str, int]]:
    """By revision, the pages that it brought."""
    rows = rows_of(connection, "replaced_page", "record, position")
    return {(row["record"], row["page"]) for row in rows if row["since"] == row["record"]}


def _request(row: Row) -> Request:
    asked = (row["reason"], row["by"], row["at"])
    return row["record"], row["page"], asked, row["outcome"], row["revision"]


def _wrong(record: str, what: str) -> Finding:
    return Finding(Part.RECORD, f"Record {record}: {what}.", record)
