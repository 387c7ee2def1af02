"""Who has to look at what: what is sure enough is accepted, what is not is flagged."""

from collections.abc import Mapping
from dataclasses import replace

from extractors.values import EntryKind, State
from pipeline.core.catalogue import severity_of
from pipeline.core.values import Entry, Flag, Record
from pipeline.core.written import to_line

LOW_CONFIDENCE = {
    "low_confidence": "The entry was read, but not with certainty.\n\n"
    "Compare the reading with the scan, and confirm or correct it."
}
"""The flag of triage and the help that a reviewer sees beside it."""

BEING_KEYED = "somebody was correcting it"

Threshold = float | Mapping[EntryKind, float]
"""The confidence from which an entry needs no eyes: one for all, or one for each type."""


def triage(record: Record, threshold: Threshold) -> Record:
    """The record with each entry accepted or not, and `low_confidence` on what was read unsurely.

    Accepted is an entry whose confidence reaches the threshold and on which no flag stands.
    An entry that a person corrected is neither; one whose correction was taken back is never
    accepted again unseen.
    """
    return replace(record, entries=tuple(_triaged(entry, threshold) for entry in record.entries))


def _triaged(entry: Entry, threshold: Threshold) -> Entry:
    least = threshold if isinstance(threshold, float | int) else threshold[entry.type]
    flags = tuple(flag for flag in entry.flags if flag.name not in LOW_CONFIDENCE)
    if entry.corrections:
        if entry.is_unseen_again:
            flags = (*flags, low_confidence(entry))
        return replace(entry, accepted=False, flags=flags)
    is_sure = entry.confidence >= least
    if not is_sure and entry.state is State.FILLED:
        flags = (*flags, low_confidence(entry))
    return replace(entry, accepted=is_sure and not flags, flags=flags)


def low_confidence(entry: Entry) -> Flag:
    """The flag on an entry whose reading somebody has to compare with the page."""
    percent = f"{100 * entry.confidence:.1f} %"
    what = f"Read as “{entry.value}”" if entry.value else "Taken as signed"
    detail = f"{what}, right with a probability of {percent}."
    return Flag(
        "low_confidence", severity_of("low_confidence"), detail, field=entry.field, page=entry.page
    )


def being_keyed(entry: Entry, revision: int) -> Flag:
    """The flag on an entry that somebody was keying again when a new scan of another page came.

    What was keyed is not taken over; that somebody doubted what stands there must not be lost.
    """
    detail = f"{_stands(entry)} {BEING_KEYED} in revision {revision}, which has been replaced."
    return replace(low_confidence(entry), detail=detail)


def is_being_keyed(entry: Entry, flag: Flag) -> bool:
    """Whether it is that flag, about what the entry still says."""
    is_named = flag.name in LOW_CONFIDENCE
    return is_named and flag.detail.startswith(f"{_stands(entry)} {BEING_KEYED}")


def _stands(entry: Entry) -> str:
    return f"It says “{to_line(entry.value, entry.state)}”;"
