"""form.yaml as tables of named cells that remember their lines, and a cell as a checked value.

Everything that is not as it should be is refused here with its line; `pipeline.form_fields`
says which keys there are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import yaml

from pipeline.errors import FormRefused

LARGEST = 2_000_000
"""Bytes that a form.yaml may have; a form of twenty dense pages has a tenth of that."""

_KIND = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WHOLE = re.compile(r"[0-9]{1,6}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN = {"str", "int", "float", "bool", "timestamp"}
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


@dataclass(frozen=True)
class Cell:
    """One value of the file: what it is called, the line it stands on, and the value."""

    name: str
    line: int
    node: yaml.Node

    def refuse(self, reason: str, remedy: str) -> FormRefused:
        """The refusal of this cell, with its line."""
        return refusal(self.line, reason, remedy)

    @property
    def kind(self) -> str:
        """What YAML takes the value for: `str`, `int`, `float`, `bool`, `map`, `seq` and so on."""
        return self.node.tag.removeprefix(_KIND)


@dataclass(frozen=True)
class Table:
    """Keys and their cells, and the line where they begin."""

    line: int
    cells: dict[str, Cell]

    def need(self, key: str) -> Cell:
        """The cell of a key that has to be there."""
        if key not in self.cells:
            raise refusal(self.line, f"the key `{key}` is missing", "add it")
        return self.cells[key]


def refusal(line: int, reason: str, remedy: str) -> FormRefused:
    """A refusal of form.yaml that names the line, where it has one, before the reason."""
    return FormRefused(f"line {line}: {reason}" if line else reason, remedy, line=line)


def compose(content: bytes) -> Cell:
    """The whole file as one cell; refuses what is no YAML."""
    if len(content) > LARGEST:
        raise refusal(0, f"the file is larger than {LARGEST} bytes", "describe one form only")
    try:
        node = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refusal(line, "this is not UTF-8 text", "save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise _syntax(error) from error
    except (RecursionError, ValueError) as error:
        raise refusal(0, "this is not YAML", "correct the file") from error
    if node is None:
        raise refusal(1, "the file is empty", "describe the form in it")
    return Cell("the form", _line(node), node)


def table(cell: Cell, known: frozenset[str], *, what: str) -> Table:
    """The cell as a table of known keys; refuses other keys and keys that are there twice."""
    if not isinstance(cell.node, yaml.MappingNode):
        raise cell.refuse(f"{cell.name} has to be keys and values", "write `key: value` lines")
    cells: dict[str, Cell] = {}
    for key_node, value_node in cell.node.value:
        key, line = str(key_node.value), _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode) or key not in known:
            shown = key if isinstance(key_node, yaml.ScalarNode) else "[…]"
            raise refusal(line, f"unknown key `{shown[:60]}` {what}", f"known are {_listed(known)}")
        if key in cells:
            raise refusal(line, f"the key `{key}` is there twice", "leave one of them out")
        cells[key] = Cell(key, line, value_node)
    return Table(_line(cell.node), cells)


def items(cell: Cell) -> Iterator[Cell]:
    """The items of a list, each named after the list."""
    if not isinstance(cell.node, yaml.SequenceNode):
        raise cell.refuse(f"`{cell.name}` has to be a list", "write one `- ` line for each")
    for node in cell.node.value:
        yield Cell(cell.name, _line(node), node)


def words(cell: Cell) -> str:
    """The cell as text, just as it is written, quoted or not; never empty."""
    is_plain = isinstance(cell.node, yaml.ScalarNode) and cell.kind in _PLAIN
    if not is_plain or not str(cell.node.value).strip():
        raise cell.refuse(f"`{cell.name}` has to be text", "write it in quotes")
    return str(cell.node.value)


def string(cell: Cell) -> str:
    """The cell as text that YAML takes for text, so that nothing of it is lost (`12.0`)."""
    if cell.kind != "str" and isinstance(cell.node, yaml.ScalarNode) and cell.node.value:
        remedy = f'write it in quotes: {cell.name}: "{cell.node.value}"'
        raise cell.refuse(f"`{cell.name}` has to be a string", remedy)
    return words(cell)


def number(cell: Cell) -> Decimal:
    """The cell as a number, with the decimals as written."""
    if cell.kind not in {"int", "float"} or not _DECIMAL.fullmatch(str(cell.node.value)):
        raise cell.refuse(f"`{cell.name}` has to be a number", "write it as in 12 or 0.5")
    return Decimal(str(cell.node.value))


def whole(cell: Cell) -> int:
    """The cell as a whole number from 0."""
    if cell.kind != "int" or not _WHOLE.fullmatch(str(cell.node.value)):
        raise cell.refuse(f"`{cell.name}` has to be a whole number", "write it as in 1 or 2")
    return int(cell.node.value)


def yes_or_no(cell: Cell) -> bool:
    """The cell as true or false."""
    said = str(cell.node.value).lower()
    if cell.kind != "bool" or said not in _TRUE | _FALSE:
        raise cell.refuse(f"`{cell.name}` has to be true or false", "write true or false")
    return said in _TRUE


def day(cell: Cell) -> date:
    """The cell as a calendar day."""
    try:
        if cell.kind in {"timestamp", "str"} and _DAY.fullmatch(str(cell.node.value)):
            return date.fromisoformat(str(cell.node.value))
    except ValueError:
        pass
    raise cell.refuse(f"`{cell.name}` has to be a day of the calendar", "write it as 2019-03-01")


def numbers(cell: Cell, count: int) -> tuple[Decimal, ...]:
    """The cell as a list of that many numbers."""
    found = tuple(number(item) for item in items(cell))
    if len(found) != count:
        remedy = f"write [{', '.join(['…'] * count)}] in millimetres"
        raise cell.refuse(f"`{cell.name}` has to be {count} numbers, not {len(found)}", remedy)
    return found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax(error: yaml.YAMLError) -> FormRefused:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "characters that YAML does not allow"
    return refusal(mark.line + 1 if mark else 0, f"this is not YAML ({problem})", "correct it")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
