"""A pen for print: words, rules, rectangles, logos and bar codes, in millimetres.

The one place in the samples where reportlab appears. Typefaces come out of Python packages and
are embedded, so a blank looks the same on every machine.
"""

import importlib.util
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import reportlab
from reportlab.graphics.barcode import code128
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extractors.values import Box
from sample_scans.paper import FormHead

POINTS_PER_MM = 72 / 25.4

_FACES = {
    "vera": ("", "Vera.ttf", "VeraBd.ttf"),
    "roboto": ("font_roboto", "Roboto-Regular.ttf", "Roboto-Bold.ttf"),
    "lato": ("font_lato", "Lato-Regular.ttf", "Lato-Bold.ttf"),
    "caladea": ("font_caladea", "Caladea-Regular.ttf", "Caladea-Bold.ttf"),
    "source": ("font_source_sans_pro", "SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"),
}


@dataclass(frozen=True)
class Look:
    """How a plant's forms look: typeface, colour, how fields are framed, rule width in mm."""

    face: str
    accent: str = "#000000"
    frame: str = "box"  # box, line, dots or none
    rule: float = 0.25
    small: float = 7.0
    tint: str = "#eeeeee"
    round_mm: float = 0.0


@cache
def _face(face: str) -> tuple[str, str]:
    """Regular and bold, registered with reportlab. All are embedded, so any machine prints them."""
    package, *files = _FACES[face]
    if not package:
        folder = Path(reportlab.__file__).parent / "fonts"
    else:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            raise ModuleNotFoundError(f"the typeface {face} is missing; pip install {package}")
        folder = Path(spec.origin).parent / "files"
    names = (f"{face}", f"{face}-bold")
    for name, file in zip(names, files, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    return names


class Pen:
    """Prints on one page after the other, and remembers where. `page()` begins a page."""

    def __init__(self, head: FormHead, look: Look) -> None:
        self.head, self.look = head, look
        self.regular, self.bold = _face(look.face)
        self.page_number = 0
        self.width, self.height = head.size_mm
        self._print: list[tuple[int, Box]] = []
        self._buffer = io.BytesIO()
        size = (self.width * POINTS_PER_MM, self.height * POINTS_PER_MM)
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1, pageCompression=1)
        self._canvas.setTitle(f"{head.number} version {head.version}")

    def page(self) -> None:
        """Begin the next page."""
        if self.page_number:
            self._canvas.showPage()
        self.page_number += 1

    @property
    def page_of(self) -> str:
        """The words that every title block holds: Page 2 of 4."""
        return f"Page {self.page_number} of {self.head.page_count}"

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 8,
        bold: bool = False,
        colour: str = "#000000",
        align: str = "left",
    ) -> None:
        """Print words with their baseline at y."""
        self._canvas.setFont(self.bold if bold else self.regular, size)
        self._canvas.setFillColor(HexColor(colour))
        put = {
            "left": self._canvas.drawString,
            "right": self._canvas.drawRightString,
            "centre": self._canvas.drawCentredString,
        }[align]
        put(x * POINTS_PER_MM, (self.height - y) * POINTS_PER_MM, words)
        wide = self.width_of(words, size, bold=bold)
        left = x - {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * wide
        tall = size / POINTS_PER_MM
        self._printed(left, y - 0.8 * tall, wide, tall)

    def _printed(self, x: float, y: float, w: float, h: float) -> None:
        self._print.append((self.page_number, Box(x, y, w, h)))

    def fitted(self, x: float, y: float, words: str, *, width: float, size: float) -> None:
        """Print words no wider than `width`, in smaller letters or two lines where needed."""
        measure = self.width_of(words, size)
        if measure <= width:
            self.text(x, y, words, size=size)
            return
        parts = words.split()
        if len(parts) > 1 and measure > width * 1.15:
            cut = (len(parts) + 1) // 2
            for offset, part in ((-1.3, parts[:cut]), (1.4, parts[cut:])):
                line = " ".join(part)
                wide = self.width_of(line, size)
                self.text(x, y + offset, line, size=min(size, size * width / wide))
            return
        self.text(x, y, words, size=size * width / measure)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        fill: str | None = None,
        rule: float | None = None,
        colour: str = "#000000",
        round_mm: float = 0,
    ) -> None:
        """A rectangle; `rule` 0 leaves out the outline."""
        if fill is not None:
            self._printed(x, y, w, h)
        else:
            for edge in ((x, y, w, 0.3), (x, y + h, w, 0.3), (x, y, 0.3, h), (x + w, y, 0.3, h)):
                self._printed(*edge)
        rule = self.look.rule if rule is None else rule
        self._canvas.setFillColor(HexColor(fill) if fill else Color(1, 1, 1))
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(rule * POINTS_PER_MM)
        u = POINTS_PER_MM
        place = (x * u, (self.height - y - h) * u, w * u, h * u)
        if round_mm:
            self._canvas.roundRect(*place, round_mm * u, stroke=rule > 0, fill=fill is not None)
        else:
            self._canvas.rect(*place, stroke=rule > 0, fill=fill is not None)

    def line(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        *,
        rule: float | None = None,
        colour: str = "#000000",
        dash: tuple[float, float] | None = None,
    ) -> None:
        """A rule from point to point."""
        self._printed(min(x, x2), min(y, y2), abs(x2 - x) + 0.3, abs(y2 - y) + 0.3)
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth((self.look.rule if rule is None else rule) * POINTS_PER_MM)
        self._canvas.setDash(*([[d * POINTS_PER_MM for d in dash]] if dash else []))
        u, top = POINTS_PER_MM, self.height
        self._canvas.line(x * u, (top - y) * u, x2 * u, (top - y2) * u)
        self._canvas.setDash()

    def circle(self, x: float, y: float, radius: float, *, fill: str | None = None) -> None:
        """A circle, for logos."""
        self._canvas.setFillColor(HexColor(fill or "#ffffff"))
        self._canvas.setStrokeColor(HexColor(fill or "#000000"))
        self._printed(x - radius, y - radius, 2 * radius, 2 * radius)
        u = POINTS_PER_MM
        self._canvas.circle(x * u, (self.height - y) * u, radius * u, fill=1)

    def polygon(self, points: Sequence[tuple[float, float]], *, fill: str) -> None:
        """A filled polygon, for logos."""
        path = self._canvas.beginPath()
        for index, (x, y) in enumerate(points):
            place = (x * POINTS_PER_MM, (self.height - y) * POINTS_PER_MM)
            path.lineTo(*place) if index else path.moveTo(*place)
        path.close()
        self._canvas.setFillColor(HexColor(fill))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def bar_code(self, x: float, y: float, words: str, *, height: float) -> None:
        """A Code 128 bar code whose top left corner is there."""
        self._printed(x, y, 42, height)
        code = code128.Code128(words, barHeight=height * POINTS_PER_MM, barWidth=0.7)
        code.drawOn(self._canvas, x * POINTS_PER_MM, (self.height - y - height) * POINTS_PER_MM)

    def width_of(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide these words are in print."""
        face = self.bold if bold else self.regular
        return float(pdfmetrics.stringWidth(words, face, size)) / POINTS_PER_MM

    @property
    def printed(self) -> tuple[tuple[int, Box], ...]:
        """Where something is printed: page and box."""
        return tuple(self._print)

    def pdf(self) -> bytes:
        """The finished document."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()
