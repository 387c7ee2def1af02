"""The signature log as it changes: lines are added, ended and corrected, and never taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.core.people import Signatory, same_initials
from pipeline.errors import InputRefused

LONGEST_INITIALS, LONGEST_NAME = 12, 120


@dataclass(frozen=True)
class LogLine:
    """A line of the log, with the digest of a picture of how the person signs, if there is one."""

    signatory: Signatory
    sample: str | None = None


@dataclass(frozen=True)
class Taken:
    """What taking a file in makes of the log. What is not in the file stays as it is."""

    lines: tuple[LogLine, ...]
    added: tuple[Signatory, ...]
    changed: tuple[tuple[Signatory, Signatory], ...]
    same: int
    not_in_file: tuple[Signatory, ...]

    @property
    def is_change(self) -> bool:
        """Whether the log would be another one."""
        return bool(self.added or self.changed)


def checked(signatory: Signatory) -> Signatory:
    """The line without spaces around its words; refused where it can't be one."""
    tidy = replace(
        signatory,
        initials=" ".join(signatory.initials.split()),
        name=" ".join(signatory.name.split()),
        role=" ".join(signatory.role.split()),
    )
    if not tidy.initials or len(tidy.initials) > LONGEST_INITIALS:
        raise InputRefused("a line of the log needs initials", f"up to {LONGEST_INITIALS} signs")
    if not tidy.name or len(tidy.name) > LONGEST_NAME or len(tidy.role) > LONGEST_NAME:
        raise InputRefused("a line of the log needs a name", f"up to {LONGEST_NAME} signs")
    if tidy.start and tidy.end and tidy.end < tidy.start:
        raise InputRefused("the line ends before it begins", "exchange from and to")
    return tidy


def added(lines: Sequence[LogLine], line: LogLine) -> tuple[LogLine, ...]:
    """The log with one line more."""
    if any(_key(one.signatory) == _key(line.signatory) for one in lines):
        raise InputRefused(
            f"{told(line.signatory)} is in the log already", "end that line, or give another day"
        )
    return (*lines, line)


def ended(lines: Sequence[LogLine], place: int, day: date) -> tuple[LogLine, ...]:
    """The log with that line's last day set."""
    one = at(lines, place).signatory
    if one.end is not None and one.end <= day:
        raise InputRefused(f"{told(one)} has ended already", "nothing is to be done")
    if one.start is not None and day < one.start:
        raise InputRefused("the line would end before it begins", "give a later day")
    return _with(lines, place, replace(lines[place], signatory=replace(one, end=day)))


def sampled(lines: Sequence[LogLine], place: int, sample: str) -> tuple[LogLine, ...]:
    """The log with that line's sample set."""
    return _with(lines, place, replace(at(lines, place), sample=sample))


def taken(lines: Sequence[LogLine], given: Sequence[Signatory]) -> Taken:
    """The log with what a file says: a line is the same by its initials, name and first day."""
    places = {_key(one.signatory): place for place, one in enumerate(lines)}
    now, new, changed, same = list(lines), [], [], 0
    seen: set[tuple[str, str, date | None]] = set()
    for one in given:
        if _key(one) in seen:
            raise InputRefused(f"the file has {told(one)} twice", "leave one of them out")
        seen.add(_key(one))
        place = places.get(_key(one))
        if place is None:
            now.append(LogLine(one))
            new.append(one)
        elif (old := lines[place].signatory) != one:
            now[place] = replace(lines[place], signatory=one)
            changed.append((old, one))
        else:
            same += 1
    missing = tuple(one.signatory for one in lines if _key(one.signatory) not in seen)
    return Taken(tuple(now), tuple(new), tuple(changed), same, missing)


def told(one: Signatory) -> str:
    """A line of the log in words, as the trail has it."""
    period = f"from {one.start or 'the beginning'} to {one.end or 'now'}"
    return f"{one.initials}, {one.name}{f' ({one.role})' if one.role else ''}, {period}"


def at(lines: Sequence[LogLine], place: int) -> LogLine:
    """The line at that place of the log."""
    if not 0 <= place < len(lines):
        raise InputRefused("there is no such line in the log", "choose one from the list")
    return lines[place]


def _with(lines: Sequence[LogLine], place: int, line: LogLine) -> tuple[LogLine, ...]:
    return (*lines[:place], line, *lines[place + 1 :])


def _key(one: Signatory) -> tuple[str, str, date | None]:
    return same_initials(one.initials), " ".join(one.name.split()).casefold(), one.start
