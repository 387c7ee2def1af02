"""When the steps of a record were done, as far as the paper says it; nothing is guessed.

A step that asks for one time of day, and for one day or none, has a moment: on its own day, or else
on the day of manufacture, where the record tells one and the times of such steps never run
backwards (so that no midnight lies between them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise

from extractors.values import EntryKind
from pipeline.core.export_lines import typed
from pipeline.core.forms import Field, Meaning
from pipeline.core.values import Record


@dataclass
class _Asked:
    """The days and times that a step asks for; None for one that nobody can tell."""

    days: list[date | None] = field(default_factory=list)
    times: list[time | None] = field(default_factory=list)


def step_times(record: Record, fields: Mapping[str, Field]) -> dict[str, datetime]:
    """The moment of each step that has one, in the form's order; paper knows no time zone."""
    steps = {
        name: asked
        for name, asked in _steps(record, fields).items()
        if len(asked.times) == 1 and len(asked.days) <= 1
    }
    found = {name: (asked.days, asked.times[0]) for name, asked in steps.items()}
    day = _day_of_manufacture(record, fields)
    others = [at for days, at in found.values() if not days and at is not None]
    if any(later < earlier for earlier, later in pairwise(others)):
        day = None
    moments = {name: (days[0] if days else day, at) for name, (days, at) in found.items()}
    return {
        name: datetime.combine(on, at)
        for name, (on, at) in moments.items()
        if on is not None and at is not None
    }


def _steps(record: Record, fields: Mapping[str, Field]) -> dict[str, _Asked]:
    steps: dict[str, _Asked] = {}
    for entry in record.entries:
        if entry.step is None:
            continue
        value = typed(entry, fields.get(entry.field))
        if entry.type is EntryKind.DATE:
            asked = steps.setdefault(entry.step, _Asked())
            asked.days.append(value if isinstance(value, date) else None)
        elif entry.type is EntryKind.TIME:
            asked = steps.setdefault(entry.step, _Asked())
            asked.times.append(value if isinstance(value, time) else None)
    return steps


def _day_of_manufacture(record: Record, fields: Mapping[str, Field]) -> date | None:
    """The one day that all entries of that meaning tell; None where there is no such one."""
    told = {
        typed(entry, fields[entry.field])
        for entry in record.entries
        if entry.field in fields and fields[entry.field].means is Meaning.MANUFACTURING_DATE
    }
    (day,) = told if len(told) == 1 else (None,)
    return day if isinstance(day, date) else None
