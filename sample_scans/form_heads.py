"""Title blocks as different plants print them. Each holds form number, version and page."""

from sample_scans.drawing import Drawing


def band(drawing: Drawing, *, logo: str = "hexagon", margin: float = 12) -> float:
    """A coloured band with the title in white; the y under it."""
    d, head = drawing, drawing.head
    wide = d.width - 2 * margin
    d.rect(margin, 9, wide, 12, fill=d.look.accent, rule=0)
    d.text(margin + 17, 14, head.company, size=8, colour="#ffffff")
    d.text(margin + 17, 19, head.title, size=12, bold=True, colour="#ffffff")
    right = margin + wide - 2
    words = f"{head.number}   Version {head.version}"
    d.text(right, 14, words, size=8.5, bold=True, colour="#ffffff", align="right")
    d.text(right, 19, d.page_of, size=8, colour="#ffffff", align="right")
    _logo(d, logo, margin + 8, 15, "#ffffff")
    return 24


def ruled(drawing: Drawing, *, margin: float = 15, owner: str = "Quality Assurance") -> float:
    """A ruled title table of four cells, black on white; the y under it."""
    d, head = drawing, drawing.head
    wide, top = d.width - 2 * margin, 10
    d.rect(margin, top, wide, 18, rule=0.4)
    left, right = margin + 38, margin + wide - 42
    d.line(left, top, left, top + 18)
    d.line(right, top, right, top + 18)
    d.line(right, top + 6, right + 42, top + 6)
    d.line(right, top + 12, right + 42, top + 12)
    _logo(d, "rings", margin + 7, top + 9, d.look.accent)
    d.text(margin + 14, top + 10, head.company, size=8, bold=True)
    middle = (left + right) / 2
    d.text(middle, top + 8, head.title, size=11.5, bold=True, align="centre")
    d.text(middle, top + 14, f"Issued by: {owner}", size=7, align="centre")
    d.text(right + 2, top + 4.3, f"Form No.: {head.number}", size=8, bold=True)
    d.text(right + 2, top + 10.3, f"Version: {head.version}", size=8)
    d.text(right + 2, top + 16.3, d.page_of, size=8)
    return top + 22


def plain(drawing: Drawing, *, margin: float = 14, logo: str = "leaf") -> float:
    """Logo left, title beside it, a thick rule below; the y under it."""
    d, head = drawing, drawing.head
    _logo(d, logo, margin + 6, 15, d.look.accent)
    d.text(margin + 15, 14, head.company, size=8, colour="#333333")
    d.text(margin + 15, 20, head.title, size=14, bold=True)
    right = d.width - margin
    d.text(right, 13, f"Form {head.number}", size=9, bold=True, align="right")
    d.text(right, 17, f"Version {head.version}", size=8, align="right")
    d.text(right, 21, d.page_of, size=8, align="right")
    d.line(margin, 23.5, right, 23.5, rule=0.9, colour=d.look.accent)
    return 27


def footer(drawing: Drawing, *, margin: float = 14) -> float:
    """Only the title at the top; number, version and page in a line at the foot."""
    d, head = drawing, drawing.head
    d.text(d.width / 2, 15, head.title.upper(), size=13, bold=True, align="centre")
    d.line(margin, 17.5, d.width - margin, 17.5, rule=0.6)
    d.line(margin, 19, d.width - margin, 19, rule=0.2)
    base = d.height - 9
    d.line(margin, base - 4, d.width - margin, base - 4, rule=0.3)
    d.text(margin, base, f"{head.company}", size=7)
    words = f"Form {head.number} · Version {head.version}"
    d.text(d.width / 2, base, words, size=8, bold=True, align="centre")
    d.text(d.width - margin, base, d.page_of, size=8, align="right")
    return 23


def corner(drawing: Drawing, *, margin: float = 12) -> float:
    """A black tab with the number in the left corner, the title beside it; the y under it."""
    d, head = drawing, drawing.head
    d.rect(margin, 8, 44, 14, fill="#000000", rule=0)
    d.text(margin + 22, 14, head.number, size=14, bold=True, colour="#ffffff", align="centre")
    words = f"Version {head.version}  {d.page_of}"
    d.text(margin + 22, 19.5, words, size=8, colour="#ffffff", align="centre")
    d.text(margin + 48, 14, head.title, size=13, bold=True)
    d.text(margin + 48, 20, head.company, size=8)
    d.line(margin, 22, d.width - margin, 22, rule=0.7)
    return 26


def _logo(d: Drawing, kind: str, x: float, y: float, colour: str) -> None:
    if kind == "hexagon":
        points = [(x - 5, y), (x - 2.5, y - 4), (x + 2.5, y - 4), (x + 5, y), (x + 2.5, y + 4)]
        d.polygon([*points, (x - 2.5, y + 4)], fill=colour)
        d.circle(x, y, 1.8, fill=d.look.accent)
    elif kind == "rings":
        for offset in (-2, 2):
            d.circle(x + offset, y, 3.4, fill=colour)
        d.circle(x, y, 1.4, fill="#ffffff")
    elif kind == "leaf":
        d.polygon([(x - 5, y + 5), (x - 3, y - 3), (x + 5, y - 5), (x + 3, y + 3)], fill=colour)
        d.line(x - 5, y + 5, x + 4, y - 4, rule=0.5, colour="#ffffff")
    else:
        d.polygon([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], fill=colour)
