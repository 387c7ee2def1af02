"""What a form's `pattern` may hold: a regular expression without look-around and back-references.

Reading searches a pattern as an automaton over single characters. So whatever looks at more than
the next character (look-around, back-references, possessive repeats, flags) is told here, and so
is a pattern that would become too large.
"""

import re
import re._constants as sre  # the constants of Python's own pattern parser
import re._parser as sre_parser
import warnings
from collections.abc import Iterable
from typing import Any

_LONGEST = 1000  # characters
_LARGEST = 2000  # characters of an entry, every repeat written out

_NAMES = {
    sre.ASSERT: "look-around",
    sre.ASSERT_NOT: "look-around",
    sre.GROUPREF: "a back-reference",
    sre.GROUPREF_EXISTS: "a back-reference",
    sre.POSSESSIVE_REPEAT: "a possessive repeat",
    sre.ATOMIC_GROUP: "an atomic group",
}
_SIGNS = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
_BOUNDARIES = {sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY}


class _Fault(Exception):
    """What is wrong with a pattern, in words that follow "the pattern"."""


def fault_of(pattern: str) -> str | None:
    """Why the pattern can't be used, in plain words; None where it can."""
    if len(pattern) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = sre_parser.parse(pattern)
            re.compile(pattern)
        if parsed.state.flags & ~re.UNICODE:
            return "holds a flag"
        _size(parsed)
    except _Fault as fault:
        return str(fault)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        return f"is not a regular expression ({error})"
    except Warning as warning:
        return f"is not a clear regular expression ({warning})"
    return None


def _size(items: Iterable[Any]) -> int:
    """How many characters the pattern has when every repeat is written out."""
    size = 0
    for operation, argument in items:
        size += _size_of(operation, argument)
        if size > _LARGEST:
            raise _Fault(f"allows more than {_LARGEST} characters")
    return size


def _size_of(operation: Any, argument: Any) -> int:
    if operation in _SIGNS:
        return 1
    if operation is sre.AT and argument not in _BOUNDARIES:
        return 0
    if operation is sre.SUBPATTERN:
        _, added, removed, inner = argument
        if added or removed:
            raise _Fault("holds a flag")
        return _size(inner)
    if operation is sre.BRANCH:
        return sum(_size(branch) for branch in argument[1])
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        low, high, inner = argument
        return max(1, _size(inner)) * int(low + 1 if high is sre.MAXREPEAT else high)
    raise _Fault(f"holds {_NAMES.get(operation, 'look-around')}")
