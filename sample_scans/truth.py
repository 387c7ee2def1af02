"""The truth beside a scan, as spec/record.md has it; more keys say how the record was made."""

import json
from typing import Any

from extractors.values import State
from pipeline.core.forms import Meaning
from sample_scans.record import Draft, Work
from sample_scans.values import ScanPlan


def truth_of(work: Work, plan: ScanPlan, *, is_known: bool = True) -> str:
    """The truth of one record as JSON. A sheet of no known form has no entries."""
    document = _head(work) if is_known else _nothing()
    document["scan"] = {
        "quality": plan.quality,
        "dpi": plan.dpi,
        "mode": plan.mode,
        "generations": plan.generations,
        "turns": list(plan.turns),
        "scanned_on": work.scanned_on.isoformat(),
    }
    if is_known:
        document["faults"] = sorted(work.faults)
        document["pages"] = list(work.order)
        document["entries"] = [_entry(draft) for draft in work.drafts.values()]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _nothing() -> dict[str, Any]:
    flags = ["unknown_form"]
    return {"form": None, "version": None, "batch_number": "", "record_flags": flags, "entries": []}


def _head(work: Work) -> dict[str, Any]:
    head = work.form.head
    return {
        "form": head.number,
        "version": head.version,
        "batch_number": batch_number(work),
        "record_flags": sorted(work.flags),
    }


def batch_number(work: Work) -> str:
    """The first one that is written on the record."""
    for draft in work.drafts.values():
        is_batch = draft.paper.field.means == Meaning.BATCH_NUMBER
        if is_batch and draft.state == State.FILLED:
            return draft.value
    return ""


def _entry(draft: Draft) -> dict[str, Any]:
    field = draft.paper.field
    entry: dict[str, Any] = {
        "field": field.name,
        "page": field.page,
        "type": field.type.value,
        "value": draft.value,
        "state": draft.state.value,
        "flags": sorted(draft.flags),
    }
    if draft.previous:
        entry["previous"] = draft.previous
    if draft.state in (State.FILLED, State.CHECKED, State.UNREADABLE):
        entry["writer"] = draft.writer.hand
    if draft.fault:
        entry["fault"] = draft.fault
    return entry
