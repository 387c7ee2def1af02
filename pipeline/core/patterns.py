"""What a form's `pattern` may hold: a regular expression without look-around and back-references.

Those would make it more than an automaton, and reading searches the automaton.
"""

import re

_FORBIDDEN_GROUPS = {
    "(?=": "look-around",
    "(?!": "look-around",
    "(?<=": "look-around",
    "(?<!": "look-around",
    "(?P=": "a back-reference",
    "(?(": "a condition",
}


def fault_of(pattern: str) -> str | None:
    """Why the pattern can't be used, in plain words; None where it can."""
    if len(pattern) > 1000:
        return "is longer than 1000 characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression ({error})"
    except (Warning, ValueError) as warning:
        return f"is not a clear regular expression ({warning})"
    return _forbidden(pattern)


def _forbidden(pattern: str) -> str | None:
    position, in_class = 0, False
    while position < len(pattern):
        if pattern[position] == "\\":
            if not in_class and pattern[position + 1 : position + 2] in set("123456789"):
                return "holds a back-reference"
            position += 2
            continue
        if in_class:
            in_class = pattern[position] != "]"
        elif pattern[position] == "[":
            in_class = True
            position += _literal_bracket(pattern, position + 1)
        else:
            for group, name in _FORBIDDEN_GROUPS.items():
                if pattern.startswith(group, position):
                    return f"holds {name}"
        position += 1
    return None


def _literal_bracket(pattern: str, start: int) -> int:
    """How many characters a class begins with that can't end it: `[]a]`, `[^]a]`."""
    length = 1 if pattern.startswith("^", start) else 0
    return length + (1 if pattern.startswith("]", start + length) else 0)
