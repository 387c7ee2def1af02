"""What of a record needs eyes: one stop for each flagged entry and for each flag on the record.

Stops lie in the order of the paper, so that the eye moves down the page; what concerns the whole
record comes first.
"""

from dataclasses import dataclass

from pipeline.core.keyed import open_round
from pipeline.core.review import is_answered
from pipeline.core.values import Disposition, Entry, Flag, Record, Severity

WEIGHT = {severity: place for place, severity in enumerate(Severity)}
STOP = "stop"
"""Where the session keeps the key of the stop that it stands at."""

MISSING_PAGE = "missing_page"
WHOLE = "whole record: "
"""Begins the key of a stop that stands on the record itself; no field's name has a space."""


@dataclass(frozen=True)
class Stop:
    """A place to look at: an entry with its flags, or one flag on the record."""

    key: str
    entry: Entry | None
    flags: tuple[Flag, ...]
    dispositions: tuple[Disposition, ...]

    @property
    def open_flags(self) -> tuple[Flag, ...]:
        """The flags that still wait for an answer, the heaviest first.

        An entry that waits for another person's keying has none: it is checked again after that.
        """
        if self.waits:
            return ()
        waiting = (flag for flag in self.flags if not is_answered(flag, self.dispositions))
        return tuple(sorted(waiting, key=lambda flag: WEIGHT[flag.severity]))

    @property
    def waits(self) -> bool:
        """Whether the entry was corrected and waits for another person's keying."""
        return self.entry is not None and bool(open_round(self.entry.keyings))

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer here."""
        return bool(self.open_flags)


def stops(record: Record) -> tuple[Stop, ...]:
    """All stops of a record, in the order of the paper."""
    flagged = sorted((entry for entry in record.entries if entry.flags), key=on_paper)
    whole = (
        Stop(WHOLE + flag.name, None, (flag,), of_flag(record.dispositions, flag))
        for flag in record.flags
    )
    return (*whole, *(stop_of(entry) for entry in flagged))


def stop_of(entry: Entry) -> Stop:
    """The stop at an entry, flagged or not."""
    return Stop(entry.field, entry, entry.flags, entry.dispositions)


def find_stop(record: Record, key: str) -> Stop | None:
    """The stop of that key: a flagged place, or any entry of the record; None where it is gone."""
    for entry in record.entries:
        if entry.field == key:
            return stop_of(entry)
    return next((stop for stop in stops(record) if stop.key == key), None)


def page_of(record: Record, stop: Stop) -> int | None:
    """The page of the form that a stop is on; None where that is none, or not known.

    A flag on a page names that of the scan, as does a record of an unknown form. Where pages of two
    scans have that number, it is the newer one if the flag tells of that scan.
    """
    if stop.entry:
        return stop.entry.page
    flag = stop.flags[0]
    if record.form is None:
        return flag.page
    pages = [page for page in record.pages if page.scan_page == flag.page]
    told = [page for page in pages if page.source and page.source.file in flag.detail]
    own = [page for page in pages if page.source is None]
    return next((page.page for page in (*told, *own, *pages)), None)


def of_flag(dispositions: tuple[Disposition, ...], flag: Flag) -> tuple[Disposition, ...]:
    """The answers given to that flag."""
    return tuple(one for one in dispositions if one.flag == flag.name)


def on_paper(entry: Entry) -> tuple[int, float, float]:
    """Where an entry stands: page, then line by line (entries within 3 mm share a line)."""
    return entry.page, round(entry.box.y / 3), entry.box.x


def after(all_stops: tuple[Stop, ...], key: str, step: int) -> str:
    """The key of the next stop (or the one before), around the end."""
    keys = [stop.key for stop in all_stops]
    if not keys:
        return key
    here = keys.index(key) if key in keys else (-1 if step > 0 else 0)
    return keys[(here + step) % len(keys)]


def first_open(all_stops: tuple[Stop, ...]) -> str:
    """Where a review begins: at the first stop that waits, else at the first."""
    waiting = [stop.key for stop in all_stops if stop.is_open]
    return next(iter(waiting or [stop.key for stop in all_stops]), "")


def next_open(before: tuple[Stop, ...], now: tuple[Stop, ...], key: str) -> str:
    """Where to go after an answer at `key`: on to the next stop that still waits.

    The way goes by the stops as they were before: the one that was answered may be gone.
    """
    waiting = {stop.key for stop in now if stop.is_open}
    keys = [stop.key for stop in before]
    here = keys.index(key) + 1 if key in keys else 0
    ahead = (one for one in keys[here:] + keys[:here] if one in waiting)
    return next(ahead, None) or next((stop.key for stop in now if stop.is_open), key)


def coming_stop(all_stops: tuple[Stop, ...], here: Stop) -> Stop | None:
    """Where an answer here leads to, if it changes nothing else; None where no other stop waits."""
    others = tuple(one for one in all_stops if one.key != here.key)
    key = next_open(all_stops, others, here.key)
    return next((one for one in others if one.key == key), None)
