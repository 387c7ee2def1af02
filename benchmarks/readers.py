"""Four readers on the same lines: Tesseract, PP-OCRv6, our own, and the last two joined.

python -m benchmarks.readers --set FOLDER [--most 2000] [--out FILE]

A set is what `make samples` makes. Lines are the filled handwriting entries that nothing is wrong
with, cut out by the reader's own stages; each reader reads the same image of a line, freely and
under the field's format. Then the fullest page is read whole on one core, and by Tesseract on one
thread: field by field, and as one image.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ["OMP_THREAD_LIMIT"] = "1"

import pytesseract
from PIL import Image

from extractors.crop import crop, page_ink
from extractors.decode import free_text
from extractors.frames import Frames, Seen
from extractors.images import darkest_channel
from extractors.line import line_image, own_strokes
from extractors.load import load_pages, open_scan
from extractors.long_strokes import void_blocks
from extractors.outside import outside_writing
from extractors.read import read
from extractors.recognise import (
    adapted_reader,
    handwriting_recogniser,
    own_reader,
    paddle_reader,
)
from extractors.register import register
from extractors.streaks import without_streaks
from extractors.values import EntryKind, FieldHint, GreyImage, Page, RegisteredPage
from extractors.writing import ANYTHING, well_formed
from pipeline.core.figures import Count, share
from pipeline.core.score import TrueEntry, plain
from pipeline.forms import load_forms
from pipeline.known import KnownForms, Prepared, prepare
from pipeline.signatories import load_signatories
from pipeline.truth import load_truth

READERS = ("tesseract", "pp-ocrv6", "pp-ocrv6-forms", "recordroom-lines", "joined")
UNTOUCHED = frozenset({"none"})
"""Faults whose entries are compared: those without one."""
LEAST_FIELDS = 60
"""The page whose time is taken has at least so many filled handwriting fields."""


@dataclass(frozen=True, eq=False)
class Line:
    """A filled entry as the readers see it, with what is on the paper."""

    record: str
    hint: FieldHint
    value: str
    image: GreyImage = field(repr=False)


@dataclass(frozen=True)
class Right:
    """Which readers had a line right, freely and under its format."""

    record: str
    kind: str
    free: tuple[bool, ...]
    formatted: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A registered page with the entries that are on it by its truth."""

    record: str
    scanned: Page = field(repr=False)
    page: RegisteredPage = field(repr=False)
    entries: dict[str, TrueEntry] = field(repr=False)


def sheets_of(folder: Path, prepared: Prepared) -> Iterator[Sheet]:
    """The pages of the set's scans of one record each, laid onto their forms."""
    for path in sorted((folder / "scans").iterdir()):
        truth = folder / "truth" / f"{path.stem}.json"
        if not truth.is_file():
            continue
        entries = load_truth(truth)
        seen: set[str] = set()
        for scanned in load_pages(open_scan(path.name, path.read_bytes())):
            found = register(scanned, prepared.registration)
            if isinstance(found, RegisteredPage) and found.key not in seen:
                seen.add(found.key)
                yield Sheet(path.stem, scanned, found, entries)


def lines_of(sheet: Sheet, prepared: Prepared) -> Iterator[Line]:
    """The filled entries of a page that nothing is wrong with."""
    ink = without_streaks(page_ink(sheet.page))
    hints = [hint for hint in prepared.pages[sheet.page.key].hints if _is_compared(hint, sheet)]
    for hint, one in zip(hints, crop(ink, hints), strict=True):
        image = line_image(one, own_strokes(one).own)
        if image is not None:
            yield Line(sheet.record, hint, sheet.entries[hint.key].value, image)


def _is_compared(hint: FieldHint, sheet: Sheet) -> bool:
    entry = sheet.entries.get(hint.key)
    return entry is not None and entry.is_handwriting and entry.fault in UNTOUCHED


def compared(lines: Sequence[Line]) -> list[Right]:
    """What each reader has right of each line."""
    images = [line.image for line in lines]
    alone = (paddle_reader(), adapted_reader(), own_reader())
    by_reader = [[(one,) for one in reader.frames(images)] for reader in alone]
    joined = looked_at(lines)
    found = []
    for place, line in enumerate(lines):
        seen = (*(one[place] for one in by_reader), joined[place])
        typed = tesseract(line.image)
        free = (typed, *(free_text(one) for one in seen))
        formatted = (typed, *(_under_format(one, line.hint) for one in seen))
        true = plain(line.value)
        found.append(
            Right(
                line.record,
                line.hint.kind.value,
                tuple(plain(text) == true for text in free),
                tuple(plain(text) == true for text in formatted),
            )
        )
    return found


def looked_at(lines: Sequence[Line]) -> list[Seen]:
    """What the readers that are asked for each kind of entry saw in each line."""
    found: dict[int, Seen] = {}
    for kind in EntryKind:
        places = [place for place, line in enumerate(lines) if line.hint.kind is kind]
        images = [lines[place].image for place in places]
        found.update(zip(places, handwriting_recogniser().look(images, kind), strict=True))
    return [found[place] for place in range(len(lines))]


def _under_format(seen: tuple[Frames, ...], hint: FieldHint) -> str:
    best = well_formed(seen, hint.grammar or ANYTHING, hint).best
    return best[0].text if best else ""


def tesseract(image: GreyImage) -> str:
    """A line as Tesseract reads it, told that it is one."""
    text: str = pytesseract.image_to_string(Image.fromarray(image), config="--psm 7")
    return text.strip()


@dataclass(frozen=True)
class Speed:
    """A page read whole on one core, and by Tesseract on one thread; in seconds."""

    fields: int
    whole: float
    readers: float
    tesseract_fields: float
    tesseract_page: float


def speed(sheet: Sheet, lines: Sequence[Line], prepared: Prepared) -> Speed:
    """The time of a page, from its pixels to its readings; models loaded before."""
    images = [line.image for line in lines]
    looked_at(lines)
    began = time.perf_counter()
    _read_whole(sheet.scanned, prepared)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    looked_at(lines)
    readers = time.perf_counter() - began
    began = time.perf_counter()
    for image in images:
        tesseract(image)
    by_field = time.perf_counter() - began
    began = time.perf_counter()
    pytesseract.image_to_string(Image.fromarray(darkest_channel(sheet.page.image)))
    return Speed(len(lines), whole, readers, by_field, time.perf_counter() - began)


def _read_whole(scanned: Page, prepared: Prepared) -> None:
    """All that a page goes through, as in `pipeline/run.py`."""
    found = register(scanned, prepared.registration)
    assert isinstance(found, RegisteredPage)
    ink = without_streaks(page_ink(found))
    hints = prepared.pages[found.key].hints
    read(tuple(crop(ink, hints)), handwriting_recogniser(), void_blocks(ink, hints))
    outside_writing(ink, hints)


def table(rights: Sequence[Right]) -> str:
    """The shares right by reader, as a Markdown table: under the format, and freely."""
    lines = ["| entries | n | " + " | ".join(READERS) + " |", "|---|---|" + "---|" * len(READERS)]
    for name, rows in _groups(rights):
        for how in ("formatted", "free"):
            cells = [_cell(rows, how, place) for place in range(len(READERS))]
            label = f"{name}, under the format" if how == "formatted" else f"{name}, freely"
            lines.append(f"| {label} | {len(rows)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _groups(rights: Sequence[Right]) -> Iterator[tuple[str, list[Right]]]:
    yield "all", list(rights)
    for kind in sorted({one.kind for one in rights}):
        yield kind, [one for one in rights if one.kind == kind]


def _cell(rows: Sequence[Right], how: str, place: int) -> str:
    """A share with its interval, records drawn again."""
    counts: dict[str, list[bool]] = {}
    for one in rows:
        counts.setdefault(one.record, []).append(getattr(one, how)[place])
    figure = share([Count(sum(each), len(each)) for each in counts.values()])
    return f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("--set", type=Path, required=True, dest="folder")
    parser.add_argument("--most", type=int, default=2000, help="lines to compare")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    chosen = parser.parse_args(given)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    forms = load_forms(chosen.folder / "forms").forms
    prepared = prepare(KnownForms(forms, load_signatories(chosen.folder / "signatories.csv")))
    rights: list[Right] = []
    fullest: Speed | None = None
    for sheet in sheets_of(chosen.folder, prepared):
        lines = list(lines_of(sheet, prepared))
        rights += compared(lines)
        if len(lines) >= LEAST_FIELDS and fullest is None:
            fullest = speed(sheet, lines, prepared)
        sys.stderr.write(f"\r{len(rights)} lines    ")
        if len(rights) >= chosen.most and fullest:
            break
    sys.stdout.write(f"\n{table(rights)}\n\n{fullest}\n")
    if chosen.out:
        found = {"lines": [asdict(one) for one in rights], "speed": fullest and asdict(fullest)}
        chosen.out.write_text(json.dumps(found) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
