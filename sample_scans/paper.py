"""What a blank form is to those who fill it in: its fields, and what belongs into each.

`form_*.py` draw the forms with `drawing.py`; `contents.py` fills them in. Millimetres from the
top left corner of the page.
"""

from dataclasses import dataclass, field
from datetime import date

from extractors.values import Box
from pipeline.core.forms import Field


@dataclass(frozen=True)
class Fill:
    """What a worker writes into a field, for what the field's own keys do not say.

    `words`: one of these. `template`: `#` a digit, `@` a capital letter, the rest as it stands.
    `middle` and `spread`: a number near the middle. `formula`: arithmetic over other fields, to
    which the middle is added (`{r}` is the field's own step). `minutes`: how much later than the
    time before it. `days`: how much later than the day of the work. `pick`: the chance that this
    box of its group is marked. `often`: how often a field is filled that need not be.
    """

    words: tuple[str, ...] = ()
    template: str = ""
    middle: float | None = None
    spread: float = 0.0
    minutes: tuple[int, int] = (4, 25)
    days: tuple[int, int] = (0, 0)
    formula: str = ""
    pick: float = 0.5
    often: float = 0.7


@dataclass(frozen=True)
class PaperField:
    """A field and how it stands on the paper.

    `comb` is the number of printed character boxes. `block` names the row or group of fields that
    may stay unused and is then voided in one stroke ("" where it may not).
    """

    field: Field
    fill: Fill = Fill()
    comb: int = 0
    block: str = ""


@dataclass(frozen=True)
class FormHead:
    """A blank form's title block, when it was in force, and at what hours work begins."""

    number: str
    version: str
    title: str
    size_mm: tuple[float, float]
    page_count: int
    effective: date
    superseded: date | None = None
    company: str = ""
    hours: tuple[int, int] = (6, 13)


@dataclass(frozen=True)
class PaperForm:
    """A blank form as drawn: the PDF, every field on it, and the name of its folder.

    `print` is where something is printed (page, box): notes are written elsewhere.
    """

    head: FormHead
    fields: tuple[PaperField, ...]
    blank: bytes = field(repr=False)
    print: tuple[tuple[int, Box], ...] = field(default=(), repr=False)
    folder: str = ""

    def on_page(self, page: int) -> tuple[PaperField, ...]:
        """The fields of one page, in the order in which people fill them in."""
        return tuple(paper for paper in self.fields if paper.field.page == page)
