"""Pictures of single entries out of the scans, each where the reading itself found it.

A reading holds how each page lay (its homography) and the box of each entry, so nothing is
recognised anew: what is shown is what the reader looked at.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from extractors.errors import RecordroomError
from extractors.images import scaled, warped
from extractors.load import load_pages, open_scan
from extractors.preview import page_jpeg
from extractors.values import Box, Matrix, Page, ScanFile
from pipeline.core.evaluate import WrongEntry
from pipeline.core.report import Picture
from pipeline.errors import InputRefused

PIXELS_PER_MM = 8.0
MARGIN_MM = 3.0
LONGEST_MM = 2000

Refused = tuple[Path, RecordroomError]
Key = tuple[str, str]
"""A record's name and a field's."""


@dataclass(frozen=True)
class Crops:
    """Pictures by record and field, and the files that they could not be cut out of."""

    pictures: dict[Key, Picture]
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, eq=False)
class _Place:
    """Where an entry lies in a scan: `to_mm` takes the page's pixels to the form's millimetres."""

    key: Key
    file: str
    sha256: str
    scan_page: int
    box: Box
    to_mm: Matrix = field(repr=False)


def cut_crops(wrong: Sequence[WrongEntry], read: Path, scans: Path) -> Crops:
    """A picture of each of these entries; scans lie in `scans` or in folders below it."""
    places: list[_Place] = []
    refused: list[Refused] = []
    for one in wrong:
        file = read / f"{one.record}.json"
        try:
            places.append(_place(file, one))
        except InputRefused as error:
            refused.append((file, error))
    pictures: dict[Key, Picture] = {}
    for name, digest in sorted({(place.file, place.sha256) for place in places}):
        wanted = [place for place in places if (place.file, place.sha256) == (name, digest)]
        try:
            pictures.update(_cut_out_of(_scan(scans, name, digest), wanted))
        except RecordroomError as error:
            refused.append((scans / name, error))
    return Crops(pictures, tuple({path: (path, error) for path, error in refused}.values()))


def _place(file: Path, one: WrongEntry) -> _Place:
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
        entry = next(each for each in document["entries"] if each["field"] == one.true.field)
        page = next(each for each in document["pages"] if each["page"] == entry["page"])
        scan = page.get("source") or document["source"]
        to_mm = np.array(page["homography"], np.float64).reshape(3, 3)
        box = Box(*(float(side) for side in entry["box"]))
        _check(to_mm, box)
        return _Place(
            key=(one.record, one.true.field),
            file=str(scan["file"]),
            sha256=str(scan["sha256"]),
            scan_page=int(page["scan_page"]),
            box=box,
            to_mm=to_mm,
        )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        StopIteration,
        np.linalg.LinAlgError,
    ) as error:
        reason = f"the place of {one.true.field} in the scan is not in it ({error!r})"
        raise InputRefused(reason, "read the scan anew for pictures of its entries") from error


def _check(to_mm: Matrix, box: Box) -> None:
    """ValueError where no entry of a form can lie like this."""
    has_place = bool(np.isfinite(to_mm).all()) and abs(np.linalg.det(to_mm)) > 0
    if not (has_place and all(0 < side <= LONGEST_MM for side in (box.width, box.height))):
        raise ValueError("no place on a page")


def _scan(scans: Path, name: str, digest: str) -> ScanFile:
    """The scan of that name and SHA-256; a record's words lead nowhere outside the folder."""
    found = sorted(path for path in scans.rglob("*") if path.name == name and path.is_file())
    remedy = "name the folder that was read with --scans"
    if not found:
        raise InputRefused("the scan is not there", remedy)
    for path in found:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputRefused(f"it can't be read ({error.strerror})", "check the file") from error
        if hashlib.sha256(content).hexdigest() == digest:
            return open_scan(path.name, content)
    raise InputRefused("it is not the scan that was read (its SHA-256 is another)", remedy)


def _cut_out_of(scan: ScanFile, places: Sequence[_Place]) -> dict[Key, Picture]:
    """The pictures of these entries of one scan."""
    last = max(place.scan_page for place in places)
    return dict(_cut_pages(load_pages(scan), places, last))


def _cut_pages(
    pages: Iterable[Page], places: Sequence[_Place], last: int
) -> Iterator[tuple[Key, Picture]]:
    for page in pages:
        for place in places:
            if place.scan_page == page.number:
                yield place.key, _cut(page, place)
        if page.number >= last:
            return


def _cut(page: Page, place: _Place) -> Picture:
    """The entry upright in the form's own frame, with a margin around it."""
    width_mm, height_mm = place.box.width + 2 * MARGIN_MM, place.box.height + 2 * MARGIN_MM
    shrink = min(1.0, 2 * PIXELS_PER_MM * float(np.sqrt(abs(np.linalg.det(place.to_mm[:2, :2])))))
    onto = (
        np.diag([PIXELS_PER_MM, PIXELS_PER_MM, 1.0])
        @ np.array([[1, 0, MARGIN_MM - place.box.x], [0, 1, MARGIN_MM - place.box.y], [0, 0, 1.0]])
        @ place.to_mm
        @ np.diag([1 / shrink, 1 / shrink, 1.0])
    )
    size = (round(width_mm * PIXELS_PER_MM), round(height_mm * PIXELS_PER_MM))
    image = warped(scaled(page.image, shrink), onto, size)
    record, name = place.key
    return Picture(page_jpeg(image), width_mm, height_mm, f"{name} of record {record} as scanned")
