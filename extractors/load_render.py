"""PDF pages as Poppler draws them, through pdf2image: one page a call, never a whole file.

Poppler runs as a program of its own. Where the temporary folder allows programs, it runs under
a limit of memory and processor time, so that a hostile page ends Poppler and not us.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
    PopplerNotInstalledError,
)
from PIL import Image, UnidentifiedImageError

from extractors.errors import ReaderUnavailable, ScanRefused
from extractors.load_limits import plain
from extractors.load_pixels import decoding

MAX_MEMORY_KIB = 900_000
MAX_PROCESSOR_SECONDS = 6
_UNLIMITED_SECONDS = 9
_PATIENCE_SECONDS = 90
"""By the clock, where the processor time is limited: a busy machine must not refuse a page."""

_HARMLESS = re.compile(
    r"optional content group list|hint table|[Aa]nnotation destination|link (action|destination)"
    r"|[Oo]utline"
)
_PROGRAMS = ("pdfinfo", "pdftoppm", "pdftotext")
_OPEN_AGAIN = "print the file to a new PDF and take that, or scan the paper again"


@contextmanager
def limited_poppler() -> Iterator[tuple[Path, str | None]]:
    """A folder of one's own, and where in it Poppler's programs run under limits.

    None where the temporary folder allows no programs: then Poppler runs without limits.
    """
    with ExitStack() as stack:
        with writing_there():
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="recordroom-"))
            starters = [_write_starter(Path(folder), program) for program in _PROGRAMS]
        yield Path(folder), folder if all(starters) else None


@contextmanager
def writing_there() -> Iterator[None]:
    """Say plainly that the temporary folder is full or closed to us."""
    try:
        yield
    except OSError as error:
        raise ReaderUnavailable(
            f"the temporary folder can't be written ({error.strerror or plain(error)})",
            "make room in it, or name another one in TMPDIR",
        ) from error


def _write_starter(folder: Path, program: str) -> bool:
    real = shutil.which(program)
    if real is None:
        raise ReaderUnavailable(
            f"Poppler's {program} is not installed", "install the package poppler-utils"
        )
    starter = folder / program
    starter.write_text(
        "#!/bin/sh\n"
        f"ulimit -v {MAX_MEMORY_KIB}\n"
        f"ulimit -t {MAX_PROCESSOR_SECONDS}\n"
        "unset LD_LIBRARY_PATH\n"
        f'exec {shlex.quote(real)} "$@"\n',
        encoding="utf-8",
    )
    starter.chmod(0o700)
    return _may_run(starter)


def _may_run(program: Path) -> bool:
    return os.access(program, os.X_OK)


def draw_page(
    path: Path, page: int, *, dpi: float, colour: bool, poppler: str | None
) -> npt.NDArray[np.uint8]:
    """The page as Poppler draws it, in grey or in colour (blue, green, red)."""
    where = f"page {page}"
    draw = partial(_draw, path, page, dpi=dpi, colour=colour, poppler=poppler)
    try:
        try:
            pictures = draw(strict=True)
        except PDFSyntaxError as error:
            if not _is_harmless(error):
                raise
            pictures = draw(strict=False)
    except PDFPopplerTimeoutError as error:
        raise ScanRefused(f"{where} takes too long to draw", _OPEN_AGAIN) from error
    except (PDFPageCountError, PDFSyntaxError, ValueError, UnidentifiedImageError) as error:
        raise ScanRefused(f"{where} can't be drawn: {_why(error)}", _OPEN_AGAIN) from error
    except (PopplerNotInstalledError, OSError) as error:
        raise ReaderUnavailable(
            "Poppler can't be started", "install the package poppler-utils, or free some memory"
        ) from error
    return _pixels(_only(pictures, where), where)


def _draw(
    path: Path, page: int, *, dpi: float, colour: bool, poppler: str | None, strict: bool
) -> list[Image.Image]:
    return convert_from_path(
        path,
        dpi=dpi,  # type: ignore[arg-type]
        first_page=page,
        last_page=page,
        grayscale=not colour,
        use_cropbox=True,
        strict=strict,
        timeout=_PATIENCE_SECONDS if poppler else _UNLIMITED_SECONDS,
        poppler_path=poppler,  # type: ignore[arg-type]
    )


def unpacked_picture(path: Path, page: int, *, poppler: str | None) -> Image.Image | None:
    """The one picture of the page with its own pixels; None where Poppler finds none or several."""
    if poppler:
        _write_starter(Path(poppler), "pdfimages")
    program = Path(poppler or "") / "pdfimages"
    command = [str(program), "-png", "-f", str(page), "-l", str(page), str(path)]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        try:
            subprocess.run(
                [*command, f"{folder}/picture"],
                capture_output=True,
                check=True,
                timeout=_PATIENCE_SECONDS if poppler else _UNLIMITED_SECONDS,
            )
        except (subprocess.SubprocessError, OSError):
            return None
        found = list(Path(folder).iterdir())
        if len(found) != 1:
            return None
        with decoding(f"page {page}"), Image.open(found[0]) as picture:
            return picture.copy()


def _is_harmless(error: PDFSyntaxError) -> bool:
    """Whether Poppler complains only of what is not on the page: layers' lists, links, hints."""
    complaints = [line for line in str(error).splitlines() if "Error" in line]
    return all(_HARMLESS.search(line) for line in complaints)


def _only(pictures: list[Image.Image], where: str) -> Image.Image:
    if len(pictures) != 1:
        raise ScanRefused(f"{where} can't be drawn, or takes too much memory or time", _OPEN_AGAIN)
    return pictures[0]


def _pixels(picture: Image.Image, where: str) -> npt.NDArray[np.uint8]:
    with decoding(where), picture:
        if picture.mode == "L":
            return np.array(picture, dtype=np.uint8)
        colour = np.asarray(picture.convert("RGB"), dtype=np.uint8)
        return np.ascontiguousarray(colour[:, :, ::-1])


def _why(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if "Error" in line]
    said = re.sub(r"^Syntax Error( \(\d+\))?: |<[0-9a-f]{2}>", "", lines[0] if lines else "")
    return plain(ValueError(said or "it is broken"))
