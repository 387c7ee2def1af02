"""A report as a PDF, by reportlab: the same blocks as the HTML file, the same bytes every time."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from typing import Any

import font_roboto
from reportlab.graphics import renderPDF
from reportlab.graphics import shapes as drawn
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Image, KeepTogether, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import Table as Grid

from pipeline.core.drawing import INK, PAPER, QUIET, Area, Dot, Drawing, Shape, Stroke, Words
from pipeline.core.report import Block, Cell, Command, Paragraph, Plot, Report, Section, Table

_FACE, _BOLD = "report", "report-bold"
_FACES = ((_FACE, font_roboto.Roboto), (_BOLD, font_roboto.RobotoBold))
_MARGIN = 15 * mm
_ROOM = A4[0] - 2 * _MARGIN
_PADDING = 3.0
_ROOM_FOR_ROWS = 30 * mm
"""A table begins on a page where its heading and so much of it have room."""

_BASE = ParagraphStyle("text", fontName=_FACE, fontSize=8.5, leading=12.5, spaceAfter=6)
_SMALL = ParagraphStyle("cell", _BASE, fontSize=6.8, leading=8.8, spaceAfter=0, splitLongWords=1)
_STYLES = {
    "title": ParagraphStyle("title", _BASE, fontName=_BOLD, fontSize=16, leading=20, spaceAfter=10),
    "heading": ParagraphStyle(
        "heading", _BASE, fontName=_BOLD, fontSize=11, leading=15, spaceBefore=12, keepWithNext=1
    ),
    "heading of a table": ParagraphStyle(
        "heading of a table", _BASE, fontName=_BOLD, fontSize=11, leading=15, spaceBefore=12
    ),
    "text": _BASE,
    "caption": ParagraphStyle(
        "caption", _BASE, fontSize=7.5, leading=10.5, textColor=HexColor(QUIET)
    ),
    "command": ParagraphStyle(
        "command",
        _BASE,
        fontSize=8,
        backColor=HexColor("#f2f5f8"),
        borderPadding=5,
        spaceBefore=5,
        spaceAfter=11,
        splitLongWords=1,
    ),
    "cell": _SMALL,
    "number": ParagraphStyle("number", _SMALL, alignment=2),
}


def as_pdf(report: Report) -> bytes:
    """The report on A4 pages, each with its number and how many there are."""
    _register_faces()
    _, count = _built(report, pages=0)
    return _built(report, pages=count)[0]


@cache
def _register_faces() -> None:
    """Both typefaces are embedded, so that it looks the same everywhere."""
    for name, file in _FACES:
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily(_FACE, normal=_FACE, bold=_BOLD, italic=_FACE, boldItalic=_BOLD)


def _built(report: Report, *, pages: int) -> tuple[bytes, int]:
    """The PDF with `pages` as the count below each page, and how many pages it has."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 4 * mm,
        title=report.title,
        creator="Recordroom",
        lang="en",
        invariant=1,
    )
    foot = _foot(report.title, pages)
    story = [_flowing(report.title, "title")]
    story += [flowable for section in report.sections for flowable in _section(section)]
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue(), document.page


def _foot(title: str, pages: int) -> Callable[[Canvas, Any], None]:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.setFont(_FACE, 7)
        canvas.setFillColor(HexColor(QUIET))
        canvas.drawString(_MARGIN, 10 * mm, title)
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"page {document.page} of {pages}")

    return draw


class _Heading(Flowing):  # type: ignore[misc]
    """A heading, which is a bookmark of the document too."""

    def draw(self) -> None:
        """Draws it, and marks its place."""
        words = self.getPlainText()
        self.canv.bookmarkPage(words)
        self.canv.addOutlineEntry(words, words)
        super().draw()


def _section(section: Section) -> Iterator[Any]:
    """The heading stays with what follows it; a long table may begin below it all the same."""
    heading = _Heading(escape(in_this_face(section.heading)), _STYLES["heading"])
    first, *others = section.blocks
    if isinstance(first, Plot):
        yield KeepTogether([heading, _drawing(first.drawing), _flowing(first.caption, "caption")])
    elif isinstance(first, Table):
        heading.style = _STYLES["heading of a table"]
        yield from (CondPageBreak(_ROOM_FOR_ROWS), heading, *_block(first))
    else:
        yield from (heading, *_block(first))
    yield from (flowable for block in others for flowable in _block(block))


def _block(block: Block) -> Iterator[Any]:
    match block:
        case Paragraph(text):
            yield _flowing(text, "text")
        case Command(text):
            yield _flowing(text, "command")
        case Plot(drawing, caption):
            yield KeepTogether([_drawing(drawing), _flowing(caption, "caption")])
        case Table():
            yield _table(block)
            yield Spacer(1, 8)


def _flowing(text: str, style: str) -> Any:
    return Flowing(escape(in_this_face(text)), _STYLES[style])


def in_this_face(text: str) -> str:
    """The text with every sign that the typeface lacks written out, as `U+4E2D`."""
    known = pdfmetrics.getFont(_FACE).face.charToGlyph
    return "".join(sign if ord(sign) in known else f"U+{ord(sign):04X}" for sign in text)


def _table(table: Table) -> Any:
    widths = [share * _ROOM for share in table.widths or _widths(table)]
    styles = ["cell" if place in table.words else "number" for place in range(len(table.head))]
    rows: list[tuple[Cell, ...]] = [table.head, *table.rows]
    grid = [
        [_cell(*each) for each in zip(row, styles, widths, strict=True)]
        for row in rows
    ]  # fmt: skip
    return Grid(
        grid,
        colWidths=widths,
        repeatRows=1,
        splitInRow=1,  # a row may be taller than a page
        hAlign="LEFT",
        style=[
            ("FONTNAME", (0, 0), (-1, -1), _FACE),  # else it names one that is not embedded
            ("BACKGROUND", (0, 0), (-1, 0), HexColor("#f2f5f8")),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#d5dde4")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((f"{side}PADDING", (0, 0), (-1, -1), _PADDING) for side in ("LEFT", "RIGHT")),
            *((f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("TOP", "BOTTOM")),
        ],
    )


def _widths(table: Table) -> list[float]:
    """Numbers get the room that they need; words share what is left, and are broken there."""
    columns = list(zip(table.head, *table.rows, strict=True))
    wanted = [_width(column, is_words=place in table.words) for place, column in enumerate(columns)]
    words = sum(width for place, width in enumerate(wanted) if place in table.words)
    left = _ROOM - (sum(wanted) - words)
    shrink = min(1.0, max(left, 0.1 * _ROOM) / words) if words else 1.0
    return [
        width * (shrink if place in table.words else 1.0) / _ROOM
        for place, width in enumerate(wanted)
    ]


def _width(column: Sequence[Cell], *, is_words: bool) -> float:
    """How wide a column is without breaking a line, but for a number's head between its words."""
    head, *cells = (str(cell) for cell in column)
    lines = [*cells, *([head] if is_words else head.split())]
    size = _SMALL.fontSize
    widest: float = max(pdfmetrics.stringWidth(line, _FACE, size) for line in lines)
    return 2 * _PADDING + 1 + widest


def _cell(cell: Cell, style: str, width: float) -> Any:
    if isinstance(cell, str):
        return _flowing(cell, style)
    shrink = min(1.0, (width - 2 * _PADDING) / (cell.width_mm * mm))
    size = (cell.width_mm * mm * shrink, cell.height_mm * mm * shrink)
    return Image(io.BytesIO(cell.jpeg), *size)


def drawing_as_pdf(drawing: Drawing) -> bytes:
    """The drawing alone, on a page of its own size."""
    _register_faces()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(drawing.width, drawing.height), invariant=1)
    canvas.setTitle(drawing.title)
    renderPDF.draw(_drawing(drawing), canvas, 0, 0)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _drawing(drawing: Drawing) -> Any:
    canvas = drawn.Drawing(drawing.width, drawing.height)
    for shape in drawing.shapes:
        canvas.add(_shape(shape, drawing.height))
    return canvas


def _shape(shape: Shape, height: float) -> Any:
    """The shape with y upwards, as reportlab has it."""
    match shape:
        case Stroke(points, colour, width, is_dashed):
            return drawn.PolyLine(
                [value for x, y in points for value in (x, height - y)],
                strokeColor=HexColor(colour),
                strokeWidth=width,
                strokeDashArray=[5, 3] if is_dashed else None,
            )
        case Area(points, colour):
            corners = [value for x, y in points for value in (x, height - y)]
            return drawn.Polygon(corners, fillColor=HexColor(colour), strokeColor=None)
        case Dot(middle, radius, colour, is_hollow):
            x, y = middle
            edge = HexColor(colour) if is_hollow else None
            inside = HexColor(PAPER if is_hollow else colour)
            return drawn.Circle(x, height - y, radius, fillColor=inside, strokeColor=edge)
        case Words():
            return _words(shape, height)


def _words(words: Words, height: float) -> Any:
    x, y = words.place
    text = drawn.String(
        0,
        0,
        in_this_face(words.text),
        fontName=_FACE,
        fontSize=words.size,
        fillColor=HexColor(words.colour or INK),
        textAnchor=words.anchor.value,
    )
    group = drawn.Group(text)
    group.translate(x, height - y)
    if words.is_upright:
        group.rotate(90)
    return group
