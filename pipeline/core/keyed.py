"""Keyings: what people keyed for a critical entry that one of them corrected, one after the other.

A correction of a critical entry waits as a first keying. A second person keys the entry blind;
where both say the same it is corrected, else a third person decides. That is a round; nobody keys
twice in it. While it goes on, nobody is shown what was keyed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from extractors.values import State


class KeyingStep(StrEnum):
    """What a keying was in its round."""

    FIRST = "first"  # somebody corrects a critical entry; a second person is waited for
    AGREED = "agreed"  # the second person keyed the same: the entry is corrected
    DISAGREED = "disagreed"  # the second person keyed something else: a third one decides
    SETTLED = "settled"  # the third person decided


WAITING = (KeyingStep.FIRST, KeyingStep.DISAGREED)
"""A round whose last keying is one of these goes on."""


@dataclass(frozen=True)
class Keying:
    """What one person keyed for an entry. Of a sealed one only the step, who and when are told."""

    step: KeyingStep
    value: str
    state: State
    reason: str
    by: str
    at: datetime
    is_sealed: bool = False


def open_round(keyings: Iterable[Keying]) -> tuple[Keying, ...]:
    """The keyings of the round that still goes on; empty where none does."""
    current: list[Keying] = []
    for one in keyings:
        current = [one] if one.step is KeyingStep.FIRST else [*current, one]
    return tuple(current) if current and current[-1].step in WAITING else ()


def sealed(keyings: tuple[Keying, ...]) -> tuple[Keying, ...]:
    """The same keyings, of the round that still goes on without what was keyed and why."""
    going_on = len(open_round(keyings))
    settled = keyings[: len(keyings) - going_on]
    return (*settled, *(_seal(one) for one in keyings[len(settled) :]))


def _seal(one: Keying) -> Keying:
    return replace(one, value="", state=State.BLANK, reason="", is_sealed=True)
