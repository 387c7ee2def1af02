"""What people type, as every table can hold it: without the two kinds of sign that none can.

And text as a cell of a CSV file that somebody may open in a spreadsheet.
"""

import re
from dataclasses import fields, replace
from typing import Any, TypeVar

Typed = TypeVar("Typed", bound=Any)

REPLACEMENT = "\ufffd"

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell of a CSV file for a formula."""


def plain(text: str) -> str:
    """The text with NUL signs and halves of characters replaced, and nothing else changed."""
    return "".join(REPLACEMENT if _is_impossible(sign) else sign for sign in text)


def plain_fields(value: Typed) -> Typed:
    """The same value with every text in it plain."""
    texts = {one.name: getattr(value, one.name) for one in fields(value)}
    changed = {name: plain(text) for name, text in texts.items() if type(text) is str}
    return replace(value, **changed)


MARK = "'"
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def as_cell(text: str) -> str:
    """The text as a cell of a CSV file; what a spreadsheet would run has a ' before it.

    So has what begins with a ', for two texts must not give one cell. A number is no formula.
    """
    is_safe = not text.startswith((*FORMULA_SIGNS, MARK)) or _PLAIN_NUMBER.fullmatch(text)
    return text if is_safe else f"{MARK}{text}"


def _is_impossible(sign: str) -> bool:
    return sign == "\0" or "\ud800" <= sign <= "\udfff"
