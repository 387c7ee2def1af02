"""Who may be given a record, and who may hand one on, as pure decisions."""

from datetime import datetime

from pipeline.core.standing import TO_DO, Standing
from pipeline.errors import Conflict, NotAllowed


def refuse_done(standing: Standing) -> None:
    """Nobody is given a record in which nothing is left to do."""
    if standing not in TO_DO:
        shown = standing.value.replace("_", " ")
        raise NotAllowed(f"the record is {shown}, nothing is left to do", "choose another one")


def refuse_held_by_another(
    holder: str | None, until: datetime | None, *, by: str, now: datetime
) -> None:
    """Only who works on a record hands it on, as long as their time runs."""
    if holder not in (None, by) and until is not None and now < until:
        raise Conflict(
            f"{holder} is working on this record until {until:%H:%M} UTC",
            "wait, or ask them to hand it on",
        )


def refuse_wordless(note: str) -> None:
    """Whoever is handed a record is told why."""
    if not note.strip():
        raise NotAllowed("a record is handed on with a note", "say what is left to do")
