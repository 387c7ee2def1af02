"""Where the reviewed entries of a record stand on the pages of its scan, as text to be searched.

A reading holds how each page lay: its homography leads from the scan's pixels to the form's
millimetres, and backwards from an entry's box to the place where it was written.
"""

import numpy as np
import numpy.typing as npt

from extractors.pdfa_values import Bookmark, PaperPage, Point, Written
from extractors.values import State
from pipeline.core.forms import MasterForm
from pipeline.core.values import Entry, Record, RecordPage, Source

TALLEST_MM = 6.0
"""The text of a tall box is no taller than handwriting."""
LIFTED = 0.2
"""How far above the lower edge of its box a line stands, as a share of its height."""


def shown_text(entry: Entry) -> str:
    """What is written behind the picture: the value, a mark, `signed`, `N/A`; else nothing."""
    match entry.state:
        case State.FILLED:
            return entry.value or "signed"
        case State.CHECKED:
            return "☒"
        case State.UNCHECKED:
            return "☐"
        case State.NOT_APPLICABLE:
            return "N/A"
    return ""


def paper_page(
    record: Record, form: MasterForm | None, scan_page: int, source: Source
) -> PaperPage:
    """What goes with that page of that scan: text, bookmarks, and which way up it is."""
    here = (one for one in record.pages if (one.source or record.source) == source)
    page = next((one for one in here if one.scan_page == scan_page), None)
    newer = "" if source == record.source else f" {source.file}"
    if page is None:
        return PaperPage(f"Page {scan_page} of the scan{newer}")
    entries = [entry for entry in record.entries if entry.page == page.page]
    placed = [(entry, _written(entry, page)) for entry in entries]
    labels = {field.name: field.label for field in form.fields} if form else {}
    return PaperPage(
        title=f"Page {page.page} of {record.form} version {record.version} "
        f"(scan{newer and f'{newer}, page'} {scan_page})",
        turned=page.turned,
        lines=tuple(line for _, line in placed if line.text),
        bookmarks=tuple(
            Bookmark(_mark_title(entry, labels.get(entry.field, entry.field)), _top(line))
            for entry, line in placed
            if entry.flags or entry.corrections
        ),
    )


def _mark_title(entry: Entry, label: str) -> str:
    noted = [flag.name.replace("_", " ") for flag in entry.flags]
    noted += ["corrected in review"] if entry.corrections else []
    step = f"{entry.step} " if entry.step else ""
    return f"{step}{label}: {', '.join(noted)}"


def _written(entry: Entry, page: RecordPage) -> Written:
    """The entry's text on its base line, in pixels of the scan's page."""
    box = entry.box
    tall = min(box.height, TALLEST_MM)
    middle = box.y + box.height / 2
    base = middle + tall / 2 - LIFTED * tall
    corners = ((box.x, base), (box.right, base), (box.x, base - 0.8 * tall))
    to_scan = np.linalg.inv(np.array(page.homography, dtype=np.float64))
    start, end, top = (_moved(corner, to_scan) for corner in corners)
    return Written(
        shown_text(entry),
        start=start,
        along=(end[0] - start[0], end[1] - start[1]),
        up=(top[0] - start[0], top[1] - start[1]),
    )


def _moved(point: Point, matrix: npt.NDArray[np.float64]) -> Point:
    x, y, scale = matrix @ (*point, 1.0)
    return float(x / scale), float(y / scale)


def _top(line: Written) -> Point:
    return line.start[0] + line.up[0], line.start[1] + line.up[1]
