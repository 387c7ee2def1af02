"""A report as one HTML file that needs nothing beside it and prints well."""

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from pipeline.core.drawing import PAPER, Anchor, Area, Dot, Drawing, Point, Shape, Stroke, Words
from pipeline.core.report import (
    Block,
    Cell,
    Command,
    Paragraph,
    Picture,
    Plot,
    Report,
    Section,
    Table,
)
from pipeline.plain import plain

_STYLE = """
body { font: 15px/1.5 "Source Sans 3", "Source Sans Pro", "Segoe UI", system-ui, sans-serif;
  color: #1f2a33; max-width: 66rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
pre { background: #f2f5f8; padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figcaption { color: #55626f; font-size: .92rem; max-width: 46rem; }
svg { display: block; width: 100%; max-width: 46rem; height: auto; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; }
th { text-align: left; background: #f2f5f8; border-bottom: 1px solid #c9d3dd; color: #45525f; }
th, td { padding: .3rem .45rem; vertical-align: top; }
td { border-bottom: 1px solid #e2e8ee; overflow-wrap: break-word; }
.fixed { table-layout: fixed; width: 100%; } .fixed td { overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; } th { vertical-align: bottom; }
td:first-child { min-width: 7rem; } .fixed td:first-child { min-width: 0; }
td img { display: block; max-width: 100%; border: 1px solid #c9d3dd; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { font-size: 10pt; margin: 0; padding: 0; max-width: none; }
  h2 { break-after: avoid; } figure, tr { break-inside: avoid; }
  .wide { overflow: visible; } table { font-size: 8pt; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PIXELS_PER_MM = 96 / 25.4


def as_html(report: Report) -> str:
    """The report as a page; it loads nothing from anywhere."""
    lines = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(report.title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{escape(report.title)}</h1>",
        *(line for section in report.sections for line in _section(section)),
        "</body>",
        "</html>",
    )
    return plain("\n".join(lines) + "\n")


def _section(section: Section) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{escape(section.heading)}</h2>"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield f"<p>{escape(text)}</p>"
        case Command(text):
            yield f"<pre>{escape(text)}</pre>"
        case Plot(drawing, caption):
            yield f"<figure>{as_svg(drawing)}<figcaption>{escape(caption)}</figcaption></figure>"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    kinds = ["" if place in table.words else ' class="number"' for place in range(len(table.head))]
    yield '<div class="wide">'
    yield '<table class="fixed">' if table.widths else "<table>"
    if table.widths:
        columns = "".join(f'<col style="width: {100 * width:g}%">' for width in table.widths)
        yield f"<colgroup>{columns}</colgroup>"
    heads = zip(kinds, table.head, strict=True)
    yield "<thead><tr>"
    yield "".join(f'<th scope="col"{kind}>{escape(head)}</th>' for kind, head in heads)
    yield "</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = zip(kinds, row, strict=True)
        yield f"<tr>{''.join(f'<td{kind}>{_cell(cell)}</td>' for kind, cell in cells)}</tr>"
    yield "</tbody></table></div>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return _picture(cell)


def _picture(picture: Picture) -> str:
    width, height = (round(side * _PIXELS_PER_MM) for side in (picture.width_mm, picture.height_mm))
    data = b64encode(picture.jpeg).decode("ascii")
    return (
        f'<img src="data:image/jpeg;base64,{data}" width="{width}" height="{height}" '
        f'style="height: auto" alt="{escape(picture.words)}">'
    )


def as_svg(drawing: Drawing) -> str:
    """The drawing as SVG; its title is read out where it can't be seen."""
    shapes = "".join(_shape(shape) for shape in drawing.shapes)
    return (
        f'<svg viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" '
        f'aria-label="{escape(drawing.title)}" font-family="inherit">{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Stroke(points, colour, width, is_dashed):
            dashes = ' stroke-dasharray="5 3"' if is_dashed else ""
            return (
                f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" '
                f'stroke-width="{width:g}"{dashes}/>'
            )
        case Area(points, colour):
            return f'<polygon points="{_points(points)}" fill="{colour}"/>'
        case Dot(middle, radius, colour, is_hollow):
            x, y = middle
            fill = f'fill="{PAPER}" stroke="{colour}"' if is_hollow else f'fill="{colour}"'
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {fill}/>'
        case Words():
            return _words(shape)


def _words(words: Words) -> str:
    x, y = words.place
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if words.is_upright else ""
    anchor = "" if words.anchor is Anchor.START else f' text-anchor="{words.anchor}"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{words.size:g}" fill="{words.colour}"'
        f"{anchor}{turned}>{escape(words.text)}</text>"
    )


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
