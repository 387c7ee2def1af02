"""The words that a blank form's PDF says are printed on it, and where (Poppler's pdftotext)."""

import subprocess
import xml.etree.ElementTree as tree
from pathlib import Path

from extractors.errors import ReaderUnavailable
from extractors.load_render import limited_poppler
from extractors.values import Box, PrintedWord

MAX_SECONDS = 60
_WORD = "{http://www.w3.org/1999/xhtml}word"
_PAGE = "{http://www.w3.org/1999/xhtml}page"
_MM_PER_POINT = 25.4 / 72


def pdf_words(path: Path) -> tuple[tuple[PrintedWord, ...], ...]:
    """The words of each page of a PDF on disk, boxes in millimetres from the top left corner.

    Nothing where the PDF holds pictures alone, or text that Poppler can't make out. Raises
    ReaderUnavailable where Poppler can't run to its end: whether a page has words must not hang on
    how busy the machine is.
    """
    with limited_poppler() as (_, poppler):
        program = f"{poppler}/pdftotext" if poppler else "pdftotext"
        try:
            done = subprocess.run(
                [program, "-bbox", "-cropbox", str(path), "-"],
                capture_output=True,
                timeout=MAX_SECONDS,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            raise _unavailable(path) from error
    if done.returncode < 0:
        raise _unavailable(path)
    try:
        root = tree.fromstring(done.stdout)
    except tree.ParseError:
        return ()
    return tuple(
        tuple(_word(word) for word in page.iter(_WORD) if word.text) for page in root.iter(_PAGE)
    )


def _unavailable(path: Path) -> ReaderUnavailable:
    return ReaderUnavailable(
        f"Poppler can't read the words of {path.parent.name}/{path.name}",
        "install the package poppler-utils, or free some memory; else print the blank to a new PDF",
    )


def _word(word: tree.Element) -> PrintedWord:
    left, top, right, bottom = (
        float(word.get(name, 0)) * _MM_PER_POINT for name in ("xMin", "yMin", "xMax", "yMax")
    )
    return PrintedWord(word.text or "", Box(left, top, right - left, bottom - top))
