"""Where a scan stands, in plain words with what to do."""

from pipeline.intake import Receipt, ScanProgress, ScanState
from review_ui.parts.words import counted


def standing(now: ScanProgress) -> str:
    """How far a scan is, or why it is no further and what to do."""
    match now.state:
        case ScanState.RECEIVED:
            return "Kept; waits to be read."
        case ScanState.READING if now.at_page:
            return f"Reading page {now.at_page} of {now.pages}."
        case ScanState.READING:
            return f"Being read ({counted(now.pages, 'page')})."
        case ScanState.REFUSED | ScanState.QUARANTINED:
            return f"Refused: {now.problem or 'it can not be read; scan it again'}."
        case ScanState.READ if not now.records:
            return "All its pages are put aside."
        case _:
            found = counted(len(now.records), "record")
            return f"{found} found on {counted(now.pages, 'page')}."


def came_before(receipt: Receipt) -> str:
    """That the same bytes came before, said plainly; nothing for a new scan."""
    if receipt.duplicate_of is None:
        return ""
    return f"The same file came before as {receipt.duplicate_of}; there is no second record. "


def look_of(now: ScanProgress) -> str:
    """How a scan's line looks."""
    match now.state:
        case ScanState.RECEIVED | ScanState.READING:
            return "waiting"
        case ScanState.REFUSED | ScanState.QUARANTINED:
            return "refused"
        case _:
            return "done"
