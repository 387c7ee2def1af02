"""One field of form.yaml: which keys its type has, and each key's value."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from extractors.values import Box, EntryKind
from pipeline import form_yaml as yaml_of
from pipeline.core.expressions import NotArithmetic, parse
from pipeline.core.formats import TIME_FORMATS, date_parts
from pipeline.core.forms import Field, Meaning, Role
from pipeline.core.patterns import fault_of
from pipeline.form_yaml import Cell, Table

_NAME = re.compile(r"[a-z][a-z0-9_.]*")

_ANY_FIELD = frozenset(
    {"name", "label", "type", "box", "required", "required_if", "step", "role"}
    | {"same_as", "not_before", "equals", "tolerance", "means"}
)

_EXTRA: dict[EntryKind, frozenset[str]] = {
    EntryKind.TEXT: frozenset({"pattern", "choices"}),
    EntryKind.NUMBER: frozenset({"decimals", "unit", "low", "high"}),
    EntryKind.DATE: frozenset({"format"}),
    EntryKind.TIME: frozenset({"format"}),
    EntryKind.CHECKBOX: frozenset({"group"}),
    EntryKind.INITIALS: frozenset(),
    EntryKind.SIGNATURE: frozenset(),
}

_ALL_KEYS = _ANY_FIELD.union(*_EXTRA.values())


@dataclass(frozen=True)
class FieldOfFile:
    """A field and the table of the file that it comes from, for the lines of its keys."""

    field: Field
    table: Table

    def cell(self, key: str) -> Cell:
        """The cell of one of the field's keys."""
        return self.table.need(key)


def read_field(item: Cell, *, page: int, size_mm: tuple[Decimal, Decimal]) -> FieldOfFile:
    """The field that one item of `fields` describes; refuses anything that does not fit."""
    table = yaml_of.table(item, _ALL_KEYS, what="in a field")
    name, type = _name(table.need("name")), _one_of(EntryKind, table.need("type"), "type")
    for key, cell in table.cells.items():
        if key not in _ANY_FIELD | _EXTRA[type]:
            remedy = "leave it out, or correct the type"
            raise cell.refuse(f"a field of type `{type}` has no key `{key}` ({name})", remedy)
    field = Field(
        name=name,
        label=yaml_of.words(table.need("label")),
        type=type,
        page=page,
        box=_box(table.need("box"), size_mm, name),
    )
    values = {key: _READ[key](cell) for key, cell in table.cells.items() if key in _READ}
    field = replace(field, format=_format(table, type), **values)
    _fits_together(field, table)
    return FieldOfFile(field, table)


def _name(cell: Cell) -> str:
    name = yaml_of.words(cell)
    if _NAME.fullmatch(name) is None or len(name) > 100:
        remedy = "begin with a small letter, then small letters, digits, `_` and `.`"
        raise cell.refuse(f"`{name[:60]}` is no name for a field", remedy)
    return name


def _box(cell: Cell, size_mm: tuple[Decimal, Decimal], name: str) -> Box:
    x, y, width, height = yaml_of.numbers(cell, 4)
    if width <= 0 or height <= 0:
        raise cell.refuse(f"the box of `{name}` has no area", "give it a width and a height")
    if x < 0 or y < 0 or x + width > size_mm[0] or y + height > size_mm[1]:
        page = f"{size_mm[0]} × {size_mm[1]} mm"
        raise cell.refuse(
            f"the box of `{name}` is outside its page of {page}",
            "give x, y, width and height in millimetres from the top left corner",
        )
    return Box(float(x), float(y), float(width), float(height))


Named = TypeVar("Named", bound=StrEnum)


def _one_of(names: type[Named], cell: Cell, what: str) -> Named:
    given = yaml_of.words(cell)
    if given not in {name.value for name in names}:
        known = ", ".join(name.value for name in names)
        raise cell.refuse(f"unknown {what} `{given[:60]}`", f"known are {known}")
    return names(given)


def _pattern(cell: Cell) -> str:
    pattern = yaml_of.string(cell)
    fault = fault_of(pattern)
    if fault is not None:
        remedy = "write a regular expression without look-around and back-references"
        raise cell.refuse(f"the pattern {fault}", remedy)
    return pattern


def _choices(cell: Cell) -> tuple[str, ...]:
    choices = tuple(yaml_of.words(item) for item in yaml_of.items(cell))
    if not choices or len(set(choices)) < len(choices):
        raise cell.refuse("`choices` has to list different entries", "name each entry once")
    return choices


def _equals(cell: Cell) -> str:
    expression = yaml_of.words(cell)
    try:
        parse(expression)
    except NotArithmetic as error:
        remedy = "use + - * / ( ), numbers, sum, mean, min, max and names of fields only"
        raise cell.refuse(f"`equals` is not arithmetic: {error}", remedy) from error
    return expression


def _decimals(cell: Cell) -> int:
    decimals = yaml_of.whole(cell)
    if decimals > 9:
        raise cell.refuse("`decimals` is more than 9", "give the decimals that the form asks for")
    return decimals


def _tolerance(cell: Cell) -> Decimal:
    tolerance = yaml_of.number(cell)
    if tolerance < 0:
        raise cell.refuse("`tolerance` is below 0", "give how far off the entry may be")
    return tolerance


_READ: dict[str, Callable[[Cell], Any]] = {
    "required": yaml_of.yes_or_no,
    "required_if": yaml_of.words,
    "step": yaml_of.words,
    "role": lambda cell: _one_of(Role, cell, "role"),
    "same_as": yaml_of.words,
    "not_before": yaml_of.words,
    "equals": _equals,
    "tolerance": _tolerance,
    "means": lambda cell: _one_of(Meaning, cell, "meaning"),
    "pattern": _pattern,
    "choices": _choices,
    "decimals": _decimals,
    "unit": yaml_of.words,
    "low": yaml_of.number,
    "high": yaml_of.number,
    "group": yaml_of.words,
}


def _format(table: Table, type: EntryKind) -> str | None:
    cell = table.cells.get("format")
    if cell is None:
        return None
    format = yaml_of.words(cell)
    if type is EntryKind.TIME and format not in TIME_FORMATS:
        raise cell.refuse(f"`{format[:60]}` is no time format", "write HH:MM or HH:MM:SS")
    if type is EntryKind.DATE and date_parts(format) is None:
        remedy = "write a day, a month and a year as in DD/MM/YYYY or DD-MMM-YY"
        raise cell.refuse(f"`{format[:60]}` is no date format", remedy)
    return format


def _fits_together(field: Field, table: Table) -> None:
    if field.low is not None and field.high is not None and field.low > field.high:
        reason = f"`low` of `{field.name}` is above `high`"
        raise table.need("low").refuse(reason, "exchange them")
    if field.equals is not None and field.type is not EntryKind.NUMBER:
        reason = f"only a number can have `equals`, and `{field.name}` is a {field.type}"
        raise table.need("equals").refuse(reason, "leave it out, or correct the type")
    if field.not_before is not None and field.type not in {EntryKind.DATE, EntryKind.TIME}:
        reason = f"only a date or time can have `not_before`, and `{field.name}` is a {field.type}"
        raise table.need("not_before").refuse(reason, "leave it out, or correct the type")
    if field.pattern is not None:
        for choice in field.choices:
            if re.fullmatch(field.pattern, choice) is None:
                reason = f"the choice `{choice[:60]}` does not match the pattern"
                raise table.need("choices").refuse(reason, "correct one of them")
