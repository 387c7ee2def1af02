"""A field's format as a deterministic automaton over single characters.

The format is a regular expression as in `re.fullmatch`, without look-around and back-references.
It is parsed by Python's own parser, made into a Thompson automaton, and that into a
deterministic one by the subset construction (Rabin and Scott 1959), so that each string has one
path and probabilities over strings can be summed exactly.
"""

from __future__ import annotations

import re
import re._constants as sre  # the constants of Python's own pattern parser
import re._parser as sre_parser
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

ALPHABET = "".join(
    sorted(set(string.ascii_letters + string.digits + " .,:;/-+*'\"()%#&=<>!?_@|[]"))
)
"""Every sign that a form entry is read in, in a fixed order."""


@dataclass(frozen=True)
class Automaton:
    """Deterministic: `steps[state][sign]` is the next state. State 0 is the start."""

    steps: tuple[dict[str, int], ...]
    accepting: frozenset[int]

    def accepts(self, text: str) -> bool:
        """Whether the whole text is well formed."""
        state = 0
        for sign in text:
            following = self.steps[state].get(sign)
            if following is None:
                return False
            state = following
        return state in self.accepting

    def after(self, state: int, sign: str) -> int | None:
        """The state behind a sign; None where no well-formed string goes on so."""
        return self.steps[state].get(sign)

    def is_end(self, state: int) -> bool:
        """Whether a string that leads to this state is well formed."""
        return state in self.accepting


@dataclass
class _Thompson:
    """The automaton while it is built: edges with signs, and edges that cost nothing."""

    edges: list[list[tuple[frozenset[str], int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1


@lru_cache(maxsize=512)
def automaton(pattern: str) -> Automaton:
    """The automaton of a pattern. Raises ValueError for what is no regular expression."""
    try:
        parsed = sre_parser.parse(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    building = _Thompson()
    start = building.state()
    end = _sequence(building, parsed, start)
    return _deterministic(building, start, end)


def _sequence(building: _Thompson, items: Iterable[Any], start: int) -> int:
    for operation, argument in items:
        start = _piece(building, operation, argument, start)
    return start


def _piece(building: _Thompson, operation: Any, argument: Any, start: int) -> int:
    if operation in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
        end = building.state()
        building.edges[start].append((_signs(operation, argument), end))
        return end
    if operation is sre.SUBPATTERN:
        return _sequence(building, argument[3], start)
    if operation is sre.BRANCH:
        end = building.state()
        for branch in argument[1]:
            building.free[_sequence(building, branch, start)].append(end)
        return end
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        return _repeat(building, *argument, start=start)
    if operation is sre.AT:
        return start
    raise ValueError(f"a format can't use {str(operation).lower()}")


def _repeat(building: _Thompson, low: int, high: Any, items: Any, *, start: int) -> int:
    for _ in range(low):
        start = _sequence(building, items, start)
    end = building.state()
    building.free[start].append(end)
    if high is sre.MAXREPEAT:
        building.free[_sequence(building, items, start)].append(start)
        return end
    for _ in range(high - low):
        start = _sequence(building, items, start)
        building.free[start].append(end)
    return end


def _signs(operation: Any, argument: Any) -> frozenset[str]:
    if operation is sre.ANY:
        return frozenset(ALPHABET)
    if operation is sre.LITERAL:
        return frozenset({chr(argument)})
    if operation is sre.NOT_LITERAL:
        return frozenset(ALPHABET) - {chr(argument)}
    return _class(argument)


_CATEGORIES = {
    sre.CATEGORY_DIGIT: frozenset(string.digits),
    sre.CATEGORY_WORD: frozenset(string.ascii_letters + string.digits + "_"),
    sre.CATEGORY_SPACE: frozenset(" "),
}
_NEGATED = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
}


def _class(items: Any) -> frozenset[str]:
    signs: set[str] = set()
    is_negated = False
    for operation, argument in items:
        if operation is sre.NEGATE:
            is_negated = True
        elif operation is sre.LITERAL:
            signs.add(chr(argument))
        elif operation is sre.RANGE:
            signs.update(chr(code) for code in range(argument[0], argument[1] + 1))
        elif operation is sre.CATEGORY and argument in _NEGATED:
            signs |= frozenset(ALPHABET) - _CATEGORIES[_NEGATED[argument]]
        else:
            signs |= _CATEGORIES[argument]
    return frozenset(ALPHABET) - signs if is_negated else frozenset(signs)


def _closure(building: _Thompson, states: Iterable[int]) -> frozenset[int]:
    found = set(states)
    waiting = list(found)
    while waiting:
        for following in building.free[waiting.pop()]:
            if following not in found:
                found.add(following)
                waiting.append(following)
    return frozenset(found)


def _deterministic(building: _Thompson, start: int, end: int) -> Automaton:
    first = _closure(building, [start])
    numbers = {first: 0}
    waiting = [first]
    steps: list[dict[str, int]] = []
    while len(steps) < len(numbers):
        current = waiting[len(steps)]
        reached: dict[str, set[int]] = {}
        for state in current:
            for signs, following in building.edges[state]:
                for sign in signs:
                    reached.setdefault(sign, set()).add(following)
        step: dict[str, int] = {}
        for sign in sorted(reached):
            subset = _closure(building, reached[sign])
            if subset not in numbers:
                numbers[subset] = len(numbers)
                waiting.append(subset)
            step[sign] = numbers[subset]
        steps.append(step)
    accepting = frozenset(number for subset, number in numbers.items() if end in subset)
    return Automaton(steps=tuple(steps), accepting=accepting)
