"""How many objects a PDF's own index claims, counted before a PDF library opens the file.

A library walks every page as it opens a file, and a few megabytes can hold a million pages. The
index (cross-reference table or stream, PDF 1.7 §7.5.4 and §7.5.8) is followed here only as far
as its headers; whether it is right is for the library to find out.
"""

import re

from extractors.errors import ScanRefused

MAX_OBJECTS = 150_000
"""Pages of scans have about five objects each, so this is many more than 5,000 pages need."""

_TAIL_BYTES = 1_100
_HEAD_BYTES = 20_000
_MOST_PARTS = 1_000
_START = re.compile(rb"startxref\s+(\d{1,12})")
_TABLE = re.compile(rb"\s*xref\s+")
_ROWS = re.compile(rb"\s*(\d{1,10})\s+(\d{1,10})\s*?\r?\n?")
_LINKS = re.compile(rb"/(?:Prev|XRefStm)\s+(\d{1,12})")
_SIZE = re.compile(rb"/Size\s+(\d{1,12})")
_ROW_BYTES = 20


def check_object_count(content: bytes) -> None:
    """Refuse a PDF whose index claims far more objects than a scan needs."""
    start = max(0, content.find(b"%PDF-", 0, 1024))
    found = _START.search(content, max(0, len(content) - _TAIL_BYTES))
    waiting = [start + int(found.group(1))] if found else []
    seen: set[int] = set()
    count = 0
    while waiting and len(seen) < _MOST_PARTS:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        rows, dictionary = _part(content, at)
        count = max(count, rows)
        waiting.extend(start + int(link) for link in _LINKS.findall(dictionary))
    if count > MAX_OBJECTS or waiting:
        raise ScanRefused(
            "the PDF has far more parts than a scan needs",
            "split it into smaller files, best one for each record",
        )


def _part(content: bytes, at: int) -> tuple[int, bytes]:
    """The highest object number that one part of the index claims, and its dictionary."""
    table = _TABLE.match(content, at)
    if table is None:
        dictionary = content[at : at + _HEAD_BYTES].partition(b"stream")[0]
        size = _SIZE.search(dictionary)
        return (int(size.group(1)) if size else 0), dictionary
    end = table.end()
    highest = 0
    while rows := _ROWS.match(content, end):
        first, length = int(rows.group(1)), int(rows.group(2))
        highest = max(highest, first + length)
        end = rows.end() + length * _ROW_BYTES
    return highest, content[end : end + _HEAD_BYTES].partition(b"startxref")[0]
