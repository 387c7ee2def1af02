"""The arithmetic that a form prints beside a field: `100 * packed / received`, `mean(a.1, a.2)`.

Its own small parser, since field names may hold dots and nothing but arithmetic is allowed:
`+ - * / ( )`, numbers, `sum`, `mean`, `min`, `max` and the names of number fields. Calculated
in decimals as a person with a calculator would; where an operand has no value, or would be
divided by nothing, there is no result and nothing is judged.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException, localcontext

FUNCTIONS = ("sum", "mean", "min", "max")

_LONGEST = 4000  # characters; a form's own arithmetic is a line
_DEEPEST = 40  # brackets within brackets
_MOST = 200  # operations in one expression
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.])|(?P<name>[a-z][a-z0-9_.]*)|(?P<sign>[-+*/(),]))"
)


class NotArithmetic(ValueError):
    """The expression does more than arithmetic, or is not whole; says where."""


@dataclass(frozen=True)
class Number:
    """A number as printed."""

    value: Decimal


@dataclass(frozen=True)
class Name:
    """The entry of a field."""

    field: str


@dataclass(frozen=True)
class Negative:
    """Minus what follows."""

    of: "Expression"


@dataclass(frozen=True)
class Operation:
    """Two sides and one of `+ - * /` between them."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Function:
    """`sum`, `mean`, `min` or `max` of one value or more."""

    name: str
    of: tuple["Expression", ...]


Expression = Number | Name | Negative | Operation | Function


def parse(text: str) -> Expression:
    """The expression that the text writes; NotArithmetic where it writes anything else."""
    if len(text) > _LONGEST:
        raise NotArithmetic(f"the expression is longer than {_LONGEST} characters")
    tokens = _tokens(text)
    if sum(sign in "+-*/" for _, sign in tokens) > _MOST:
        raise NotArithmetic(f"the expression has more than {_MOST} operations")
    parser = _Parser(tokens)
    expression = parser.sum(0)
    parser.end()
    return expression


def fields_of(expression: Expression) -> Iterator[str]:
    """The names of the fields that the expression needs, as often as they stand in it."""
    match expression:
        case Name(field):
            yield field
        case Negative(of):
            yield from fields_of(of)
        case Operation(_, left, right):
            yield from fields_of(left)
            yield from fields_of(right)
        case Function(_, of):
            for one in of:
                yield from fields_of(one)


def calculate(expression: Expression, value_of: Callable[[str], Decimal | None]) -> Decimal | None:
    """The result, or None where a field has no value or something is divided by nothing."""
    values: dict[str, Decimal] = {}
    for name in fields_of(expression):
        value = value_of(name)
        if value is None:
            return None
        values[name] = value
    with localcontext() as context:
        context.prec = 60
        try:
            return _result(expression, values)
        except DecimalException:
            return None


def holds(entry: Decimal, result: Decimal, *, tolerance: Decimal, decimals: int | None) -> bool:
    """Whether the entry equals the result within the tolerance.

    A result rounded to the decimals that the field has is equal, whichever way a half goes.
    """
    allowed = tolerance
    if decimals is not None:
        allowed = max(tolerance, Decimal(5).scaleb(-decimals - 1))
    return abs(entry - result) <= allowed


def _result(expression: Expression, values: dict[str, Decimal]) -> Decimal:
    match expression:
        case Number(value):
            return value
        case Name(field):
            return values[field]
        case Negative(of):
            return -_result(of, values)
        case Operation(sign, left, right):
            return _operate(sign, _result(left, values), _result(right, values))
        case Function(name, of):
            return _apply(name, [_result(one, values) for one in of])


def _operate(sign: str, left: Decimal, right: Decimal) -> Decimal:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def _apply(name: str, values: Sequence[Decimal]) -> Decimal:
    match name:
        case "sum":
            return sum(values, Decimal(0))
        case "mean":
            return sum(values, Decimal(0)) / len(values)
        case "min":
            return min(values)
        case _:
            return max(values)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise NotArithmetic(f"{text[position:].strip()[:20]!r} is not arithmetic")
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind]))
        position = found.end()
    return tokens


class _Parser:
    """Reads tokens from left to right: sums of products of single values."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._next = 0

    def sum(self, depth: int) -> Expression:
        left = self._product(depth)
        while self._is_next("+", "-"):
            left = Operation(self._take()[1], left, self._product(depth))
        return left

    def end(self) -> None:
        if self._next < len(self._tokens):
            raise NotArithmetic(f"{self._tokens[self._next][1]!r} does not belong where it stands")

    def _product(self, depth: int) -> Expression:
        left = self._single(depth)
        while self._is_next("*", "/"):
            left = Operation(self._take()[1], left, self._single(depth))
        return left

    def _single(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise NotArithmetic(f"the brackets are more than {_DEEPEST} deep")
        kind, text = self._take()
        if kind == "number":
            return Number(Decimal(text))
        if kind == "name":
            return self._call(text, depth) if self._is_next("(") else Name(text)
        if text == "-":
            return Negative(self._single(depth + 1))
        if text == "(":
            inner = self.sum(depth + 1)
            self._expect(")")
            return inner
        raise NotArithmetic(f"a value is missing before {text!r}")

    def _call(self, name: str, depth: int) -> Expression:
        if name not in FUNCTIONS:
            raise NotArithmetic(f"there is no function {name!r}, only {', '.join(FUNCTIONS)}")
        self._expect("(")
        values = [self.sum(depth + 1)]
        while self._is_next(","):
            self._take()
            values.append(self.sum(depth + 1))
        self._expect(")")
        return Function(name, tuple(values))

    def _is_next(self, *signs: str) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next] in {
            ("sign", sign) for sign in signs
        }

    def _take(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise NotArithmetic("the expression ends too early")
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, sign: str) -> None:
        if not self._is_next(sign):
            raise NotArithmetic(f"{sign!r} is missing")
        self._take()
