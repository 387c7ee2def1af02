"""Checks of numbers: within their limits, and what the form calculates calculated again."""

from collections.abc import Iterator
from decimal import Decimal

from extractors.values import EntryKind, State
from pipeline.core.check_context import RecordView, Written
from pipeline.core.expressions import calculate, holds, parse
from pipeline.core.forms import Field, Meaning
from pipeline.core.values import Flag, Severity

_NOTHING = {State.BLANK, State.NOT_APPLICABLE}


def out_of_limit(view: RecordView) -> Iterator[Flag]:
    """The number is outside the limits that the form prints. Both limits themselves are inside."""
    for one in view.written:
        number, field = one.number, one.field
        if field.type is not EntryKind.NUMBER or number is None:
            continue
        if field.low is not None and number < field.low:
            yield one.flag("out_of_limit", f"{_reads(one)}, below its limit of {field.low}.")
        elif field.high is not None and number > field.high:
            yield one.flag("out_of_limit", f"{_reads(one)}, above its limit of {field.high}.")


def calculation_mismatch(view: RecordView) -> Iterator[Flag]:
    """The number is not what the form's calculation gives with the entries as read.

    Where an entry that it needs has no value, nothing is judged. Look first whether one of them
    was misread.
    """
    for one in view.written:
        number, equals = one.number, one.field.equals
        if equals is None or number is None:
            continue
        result = calculate(parse(equals), lambda name: _number_of(view, name))
        if result is not None and not _equal(one.field, number, result):
            shown = _shown(result, one.field)
            yield one.flag("calculation_mismatch", f"{_reads(one)}; {equals} gives {shown}.")


def no_deviation(view: RecordView) -> Iterator[Flag]:
    """Something critical is wrong with this record and no deviation number is written on it."""
    places = [one for one in view.written if one.field.means is Meaning.DEVIATION]
    critical = [flag for flag in view.raised if flag.severity is Severity.CRITICAL]
    if places and critical and all(one.state in _NOTHING for one in places):
        names = sorted({flag.name.replace("_", " ") for flag in critical})
        detail = f"{places[0].field.label} is empty; critical here: {', '.join(names)}."
        yield places[0].flag("no_deviation", detail)


def _number_of(view: RecordView, name: str) -> Decimal | None:
    written = view.find(name)
    return None if written is None else written.number


def _equal(field: Field, number: Decimal, result: Decimal) -> bool:
    return holds(number, result, tolerance=field.tolerance, decimals=field.decimals)


def _reads(one: Written) -> str:
    unit = f" {one.field.unit}" if one.field.unit else ""
    return f"{one.field.label} is {one.value}{unit}"


def _shown(result: Decimal, field: Field) -> str:
    """The result with one decimal more than the entry has, without needless zeros."""
    places = 4 if field.decimals is None else field.decimals + 1
    text = f"{result:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
