"""A pen for blank forms: print, boxes, tables and fields, in millimetres from the top left.

The one place where reportlab appears. What is drawn as a field is also kept as one, so that
`form.yaml` and `blank.pdf` can't disagree.
"""

import importlib.util
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import reportlab
from reportlab.graphics.barcode import code128
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extractors.values import Box, EntryKind
from pipeline.core.forms import Field, Meaning, Role
from sample_scans.paper import Fill, FormHead, PaperField, PaperForm

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


@dataclass(frozen=True)
class Column:
    """A table's column. Without a type its cells are printed; `keys` go to every field of it."""

    key: str
    title: str
    width: float
    type: str = ""
    keys: Mapping[str, Any] | None = None
    fill: Fill = Fill()


@dataclass(frozen=True)
class Row:
    """A table's row: `tag` ends the names of its fields, `printed` fills the printed cells."""

    tag: str
    printed: Mapping[str, str] | None = None
    keys: Mapping[str, Mapping[str, Any]] | None = None
    is_spare: bool = False


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


class Drawing:
    """A form while it is drawn. `page()` begins a page, `done()` gives the form."""

    def __init__(self, head: FormHead, look: Look) -> None:
        self.head, self.look = head, look
        self.regular, self.bold = _face(look.face)
        self.page_number = 0
        self.width, self.height = head.size_mm
        self._fields: list[PaperField] = []
        self._print: list[tuple[int, Box]] = []
        self._buffer = io.BytesIO()
        size = (self.width * POINTS_PER_MM, self.height * POINTS_PER_MM)
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1, pageCompression=1)
        self._canvas.setTitle(f"{head.number} version {head.version}")

    # -- print -----------------------------------------------------------------------------

    def page(self) -> None:
        """Begin the next page."""
        if self.page_number:
            self._canvas.showPage()
        self.page_number += 1

    @property
    def page_of(self) -> str:
        """The words that every title block holds: Page 2 of 4."""
        return f"Page {self.page_number} of {self.head.page_count}"

    def text(  # noqa: PLR0913
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
        wide = pdfmetrics.stringWidth(words, self.bold if bold else self.regular, size)
        left = x - {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * wide / POINTS_PER_MM
        tall = size / POINTS_PER_MM
        self._printed(left, y - 0.8 * tall, wide / POINTS_PER_MM, tall)

    def _printed(self, x: float, y: float, w: float, h: float) -> None:
        self._print.append((self.page_number, Box(x, y, w, h)))

    def fitted(self, x: float, y: float, words: str, *, width: float, size: float) -> None:
        """Print words no wider than `width`, in smaller letters or two lines where needed."""
        measure = pdfmetrics.stringWidth(words, self.regular, size) / POINTS_PER_MM
        if measure <= width:
            self.text(x, y, words, size=size)
            return
        parts = words.split()
        if len(parts) > 1 and measure > width * 1.15:
            cut = (len(parts) + 1) // 2
            for offset, part in ((-1.3, parts[:cut]), (1.4, parts[cut:])):
                line = " ".join(part)
                wide = pdfmetrics.stringWidth(line, self.regular, size) / POINTS_PER_MM
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

    # -- fields ----------------------------------------------------------------------------

    def field(
        self,
        name: str,
        label: str,
        type_: str,
        box: tuple[float, float, float, float],
        *,
        fill: Fill = Fill(),  # noqa: B008
        comb: int = 0,
        block: str = "",
        frame: str | None = None,
        **keys: Any,
    ) -> None:
        """A field: kept for form.yaml, and framed as the look says."""
        x, y, w, h = (round(value, 2) for value in box)
        made = Field(
            name=name,
            label=label,
            type=EntryKind(type_),
            page=self.page_number,
            box=Box(x, y, w, h),
            **_typed(keys),
        )
        self._fields.append(PaperField(made, fill, comb, block))
        self._frame(made, frame or self.look.frame, comb)

    def _frame(self, made: Field, frame: str, comb: int) -> None:
        box = made.box
        if made.type == EntryKind.CHECKBOX or frame == "box":
            self.rect(box.x, box.y, box.width, box.height, round_mm=self.look.round_mm)
        elif frame in ("line", "dots"):
            dash = (0.35, 0.9) if frame == "dots" else None
            self.line(box.x, box.bottom, box.right, box.bottom, dash=dash)
        for cell in range(1, comb):
            x = box.x + box.width * cell / comb
            self.line(x, box.y, x, box.bottom, rule=0.15, colour="#555555")

    def entry(
        self,
        name: str,
        label: str,
        type_: str,
        box: tuple[float, float, float, float],
        *,
        label_width: float = 0,
        note: str = "",
        **keys: Any,
    ) -> None:
        """A field with its label: before it (`label_width` wide), or above it where that is 0."""
        x, y, w, h = box
        size = self.look.small
        if label_width:
            self.fitted(x, y + h / 2 + 1, label, width=label_width - 1, size=size)
            box = (x + label_width, y, w, h)
        else:
            wide = pdfmetrics.stringWidth(label, self.regular, size - 0.5) / POINTS_PER_MM
            fit = (size - 0.5) * min(1.0, (w + 2) / max(wide, 0.1))
            self.text(x + 0.3, y - 0.9, label, size=fit)
        self.field(name, label, type_, box, **keys)
        if note:
            self.text(box[0] + box[2] + 1, y + h / 2 + 1, note, size=size - 0.5, colour="#333333")

    def choices(
        self,
        names: Sequence[tuple[str, str, float]],
        at: tuple[float, float],
        *,
        group: str,
        gap: float,
        size: float = 4,
        required: bool = True,
        step: str | None = None,
        is_upright: bool = False,
    ) -> None:
        """Check boxes of one group side by side (or one below the other): name, label, chance."""
        x, y = at
        for name, label, pick in names:
            keys: dict[str, Any] = {
                "group": group,
                "step": step,
                "fill": Fill(pick=pick),
                "required": required,
            }
            self.field(name, label, "checkbox", (x, y, size, size), **keys)
            self.text(x + size + 1.2, y + size - 0.9, label, size=self.look.small)
            x, y = (x, y + gap) if is_upright else (x + gap, y)

    def table(
        self,
        at: tuple[float, float],
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        row_height: float,
        head_height: float = 8,
        head_fill: str | None = None,
        block: str = "",
        inset: float = 0,
    ) -> float:
        """A ruled table of fields; the y of its lower edge. Rows are the steps of its fields."""
        x, y = at
        left = x
        for column in columns:
            self.rect(x, y, column.width, head_height, fill=head_fill or self.look.tint)
            self._heading(x, y, column, head_height)
            x += column.width
        y += head_height
        for row in rows:
            self._row((left, y), columns, row, height=row_height, block=block, inset=inset)
            y += row_height
        return y

    def _heading(self, x: float, y: float, column: Column, height: float) -> None:
        lines = column.title.split("|")
        size = self.look.small - 0.8
        for index, line in enumerate(lines):
            wide = pdfmetrics.stringWidth(line, self.bold, size) / POINTS_PER_MM
            fit = min(size, size * (column.width - 0.8) / max(wide, 0.1))
            base = y + height / 2 + 1 + (index - (len(lines) - 1) / 2) * 2.9
            self.text(x + column.width / 2, base, line, size=fit, bold=True, align="centre")

    def _row(
        self,
        at: tuple[float, float],
        columns: Sequence[Column],
        row: Row,
        *,
        height: float,
        block: str,
        inset: float,
    ) -> None:
        x, y = at
        for column in columns:
            box = (x + inset, y + inset, column.width - 2 * inset, height - 2 * inset)
            self.rect(x, y, column.width, height)
            printed = (row.printed or {}).get(column.key)
            if column.type and printed is None:
                self._cell(column, row, box=box, block=block)
            elif printed:
                words = (x + 0.8, y + height / 2 + 1, printed)
                self.fitted(*words, width=column.width - 1.4, size=self.look.small)
            x += column.width

    def _cell(
        self, column: Column, row: Row, *, box: tuple[float, float, float, float], block: str
    ) -> None:
        keys = dict(column.keys or {}) | dict((row.keys or {}).get(column.key, {}))
        keys = {
            key: value.replace("{r}", row.tag)
            if isinstance(value, str) and key != "pattern"
            else value
            for key, value in keys.items()
        }
        if row.is_spare:
            keys.pop("required", None)
        if column.type == "checkbox":
            x, y, w, h = box
            box = (x + w / 2 - 2, y + h / 2 - 2, 4, 4)
        label = f"{column.title.replace('|', ' ')} {row.tag}"
        fill = keys.pop("fill", column.fill)
        keys.setdefault("step", row.tag)
        self.field(
            f"{column.key}_{row.tag}",
            label,
            column.type,
            box,
            frame="none",
            fill=fill,
            block=f"{block}:{row.tag}" if row.is_spare else "",
            **keys,
        )

    def done(self) -> PaperForm:
        """The finished form."""
        self._canvas.showPage()
        self._canvas.save()
        return PaperForm(
            head=self.head,
            fields=tuple(self._fields),
            blank=self._buffer.getvalue(),
            print=tuple(self._print),
            folder=_folder(self.head),
        )


def _folder(head: FormHead) -> str:
    """The name of the form's folder: its number and version, in letters that any disk takes."""
    words = f"{head.number}-v{head.version}"
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in words)


def _typed(keys: dict[str, Any]) -> dict[str, Any]:
    """Keys as a `Field` has them."""
    made = {key: value for key, value in keys.items() if value is not None}
    for key in ("low", "high", "tolerance"):
        if key in made:
            made[key] = Decimal(str(made[key]))
    if "role" in made:
        made["role"] = Role(made["role"])
    if "means" in made:
        made["means"] = Meaning(made["means"])
    return made
