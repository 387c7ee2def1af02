"""Certificates of destruction as sheets of paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.core.report import Paragraph, Report, Section, Table

Document = Mapping[str, Any]
_INTRODUCTION = (
    "The records below were destroyed: their entries, page pictures and scans were removed from "
    "Recordroom. The trail, which names them, stays. The digest of each certificate stands there."
)


def certificate_sheets(documents: Sequence[Document]) -> Report:
    """The sheets: one section for each record."""
    first = Section("", (Paragraph(_INTRODUCTION),)) if documents else None
    sections = tuple(_section(one) for one in documents)
    return Report("Certificate of destruction", ((first, *sections) if first else sections))


def _section(one: Document) -> Section:
    form = f"{one['form']} version {one['version']}" if one["form"] else "unknown form"
    drawn = one["list"]
    facts = (
        ("Record", f"{one['record']}, revision {one['revision']}, {one['record_state']}"),
        ("Form", f"{form}, {one['title']}"),
        ("Received", one["received_at"]),
        ("Kept until", f"{one['keep_until']}, by the rule: {one['rule']}"),
        ("Digest of its content", one["content"]),
        ("Digest of its reading", one["reading"]),
        *((f"Scan {scan['name']}", _scan(scan)) for scan in one["scans"]),
        *(("Page picture", sha256) for sha256 in one["pictures"]),
        *((f"Signed by {who['name']}", _signature(who)) for who in one["signatures"]),
        ("Destruction list", f"{drawn['number']}: {drawn['reason']}"),
        ("Drawn up by", f"{drawn['drawn_up_by']}, {drawn['drawn_up_at']}"),
        *((f"Destruction signed by {who['name']}", _signature(who)) for who in drawn["signatures"]),
        ("Destroyed", f"{one['destroyed_at']}, by {one['destroyed_by']}"),
    )
    table = Table(("What", "Says"), facts, words=frozenset({0, 1}), widths=(0.25, 0.75))
    return Section(f"Batch {one['batch_number'] or 'without a number'}", (table,))


def _scan(one: Document) -> str:
    what = "destroyed" if one["is_destroyed"] else "stays, since other records need it"
    pages = "1 page" if one["pages"] == 1 else f"{one['pages']} pages"
    return f"{what}; {pages}, {one['size']} bytes, SHA-256 {one['sha256']}"


def _signature(one: Document) -> str:
    return f"{one['at']}, {one['meaning']} ({one['user']}, {one['digest']})"
