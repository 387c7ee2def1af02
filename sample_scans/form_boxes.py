"""A check list of a shift: next to nothing but check boxes, three a point, in two sizes.

No record of the exam is written on it: it is for sets that need very many boxes on few pages.
"""

from datetime import date
from functools import cache

from sample_scans import form_heads
from sample_scans.drawing import Drawing, Look
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="SHL-140",
    version="2",
    title="Shift check list",
    size_mm=(210, 297),
    page_count=1,
    effective=date(2018, 4, 2),
    company="Norvia Pharma",
)

_THINGS = (
    "Hopper", "Feed frame", "Turret", "Dust extraction", "Deduster", "Metal detector",
    "Conveyor", "Blister line", "Cartoner", "Check weigher", "Shrink tunnel",
)  # fmt: skip
_STATES = (
    ("clean", "clean and dry"),
    ("guard", "guards closed"),
    ("label", "status label attached"),
    ("empty", "empty of the last batch"),
)
_ANSWERS = (("yes", "Yes", 0.8), ("no", "No", 0.1), ("na", "N/A", 0.1))
_ROW = 10.0
_COLUMNS = ((14.0, 4.4), (108.0, 3.6))
"""Where each column of points begins, and how large its boxes are."""


@cache
def draw() -> PaperForm:
    """The blank form: 44 points of three boxes each."""
    d = Drawing(HEAD, Look("source", accent="#444444", rule=0.25, small=8))
    d.page()
    y = form_heads.plain(d, logo="rings")
    d.entry(
        "batch_number",
        "Batch",
        "text",
        (14, y + 2, 40, 8),
        label_width=16,
        required=True,
        means="batch_number",
        pattern=r"\d{8}",
        fill=Fill(template="########"),
    )
    points = [
        (f"{tag}_{number}", f"{thing} {words}")
        for number, thing in enumerate(_THINGS, start=1)
        for tag, words in _STATES
    ]
    half = len(points) // 2
    for (x, size), part in zip(_COLUMNS, (points[:half], points[half:]), strict=True):
        _column(d, (x, y + 20), part, size=size)
    return d.done()


def _column(
    d: Drawing, at: tuple[float, float], points: list[tuple[str, str]], *, size: float
) -> None:
    x, y = at
    for index, (_, words, _) in enumerate(_ANSWERS):
        d.text(x + 56 + 12 * index, y - 2, words, size=7.5, bold=True)
    for name, words in points:
        d.line(x, y, x + 90, y, rule=0.15)
        d.fitted(x + 1, y + _ROW / 2 + 1, words, width=52, size=8)
        for index, (tag, answer, pick) in enumerate(_ANSWERS):
            d.field(
                f"{name}_{tag}",
                f"{words}: {answer}",
                "checkbox",
                (x + 56 + 12 * index, y + (_ROW - size) / 2, size, size),
                group=name,
                required=True,
                step=name,
                fill=Fill(pick=pick),
            )
        y += _ROW
