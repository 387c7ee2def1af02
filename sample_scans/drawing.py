"""A blank form while it is drawn: fields with their labels, groups of boxes, tables of fields.

What is drawn as a field is also kept as one, so that form.yaml and blank.pdf can't disagree.
Lengths in millimetres from the top left corner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extractors.values import Box, EntryKind
from pipeline.core.forms import Field, Meaning, Role
from sample_scans.drawing_pen import Look, Pen
from sample_scans.paper import Fill, FormHead, PaperField, PaperForm

__all__ = ["Column", "Drawing", "Look", "Row"]

PLAIN = Fill()


@dataclass(frozen=True)
class Column:
    """A table's column. Without a type its cells are printed; `keys` go to every field of it."""

    key: str
    title: str
    width: float
    type: str = ""
    keys: Mapping[str, Any] | None = None
    fill: Fill = PLAIN


@dataclass(frozen=True)
class Row:
    """A table's row: `tag` ends the names of its fields, `printed` fills the printed cells."""

    tag: str
    printed: Mapping[str, str] | None = None
    keys: Mapping[str, Mapping[str, Any]] | None = None
    is_spare: bool = False


class Drawing(Pen):
    """A form while it is drawn. `page()` begins a page, `done()` gives the form."""

    def __init__(self, head: FormHead, look: Look) -> None:
        super().__init__(head, look)
        self._fields: list[PaperField] = []

    def field(
        self,
        name: str,
        label: str,
        type_: str,
        box: tuple[float, float, float, float],
        *,
        fill: Fill = PLAIN,
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
            wide = self.width_of(label, size - 0.5)
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
            wide = self.width_of(line, size, bold=True)
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
        for key in ("equals", "not_before", "same_as"):
            if keys.get(key):
                keys[key] = keys[key].replace("{r}", row.tag)
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
        return PaperForm(
            head=self.head,
            fields=tuple(self._fields),
            blank=self.pdf(),
            print=self.printed,
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
