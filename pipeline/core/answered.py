"""Which flags of a record still wait for an answer, and who has worked on it."""

from collections.abc import Iterable

from pipeline.core.keyed import open_round
from pipeline.core.values import Disposition, Entry, Flag, Outcome, Record


def is_answered(flag: Flag, dispositions: Iterable[Disposition]) -> bool:
    """Whether somebody answered the flag as it stands now.

    A flag that says something else since, after a correction, waits for a new answer; so does one
    whose last answer was taken back.
    """
    answers = [d for d in dispositions if d.flag == flag.name and d.detail in ("", flag.detail)]
    return bool(answers) and answers[-1].outcome is not Outcome.TAKEN_BACK


def open_flags(record: Record) -> tuple[Flag, ...]:
    """All flags of the record and its entries that nobody has answered yet."""
    whole = [flag for flag in record.flags if not is_answered(flag, record.dispositions)]
    flagged = (entry for entry in record.entries if entry.flags)
    return (*whole, *(flag for entry in flagged for flag in open_on(entry)))


def open_on(entry: Entry) -> tuple[Flag, ...]:
    """The flags of an entry that nobody has answered yet.

    An entry that waits for another person's keying has none: its checks run again after that.
    """
    if open_round(entry.keyings):
        return ()
    return tuple(flag for flag in entry.flags if not is_answered(flag, entry.dispositions))


def last_outcomes(answers: Iterable[tuple[str, Outcome]]) -> frozenset[Outcome]:
    """The last outcome for each flag, of answers in their order, by the flags' names."""
    return frozenset(dict(answers).values())


def cannot_be_read(entry: Entry) -> bool:
    """Whether somebody looked at it and answered, as the last word on it, that nobody can read it.

    A value that is set after that is the last word, as long as it is not taken back.
    """
    answers = entry.dispositions
    if entry.corrections and not entry.is_unseen_again:
        answers = tuple(one for one in answers if one.at >= entry.corrections[-1].at)
    last = last_outcomes((one.flag, one.outcome) for one in answers)
    return Outcome.CANNOT_BE_READ in last


def is_settled(entry: Entry) -> bool:
    """Whether a sure reading or a person stands for its value, as the last word on it."""
    return not entry.is_unseen_again and (entry.accepted or _is_judged(entry))


def is_only_read(entry: Entry) -> bool:
    """Whether what was read stands, and no person has set it or confirmed it."""
    return entry.is_as_read and (entry.is_unseen_again or not _is_judged(entry))


def _is_judged(entry: Entry) -> bool:
    last = last_outcomes((one.flag, one.outcome) for one in entry.dispositions)
    is_confirmed = Outcome.CONFIRMED in last and Outcome.TAKEN_BACK not in last
    return bool(entry.corrections) or is_confirmed


def worked_on_by(record: Record) -> frozenset[str]:
    """Who corrected, keyed or answered anything in the record: none of them may sign it off."""
    dispositions = (*record.dispositions, *(d for e in record.entries for d in e.dispositions))
    corrections = (correction for entry in record.entries for correction in entry.corrections)
    keyings = (keying for entry in record.entries for keying in entry.keyings)
    did = (*(one.by for one in dispositions), *(one.by for one in corrections))
    return frozenset((*did, *(one.by for one in keyings)))
