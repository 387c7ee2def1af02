"""Corrections: a struck entry and a new one, where the parts make far better sense than the whole.

Which ink is struck is told in `strike.py`; here the parts are read.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.automaton import automaton
from extractors.decode import decode, free_text
from extractors.frames import Recogniser, Seen
from extractors.values import Evidence, FieldHint, Previous, Reading, State
from extractors.writing import ANYTHING, Writing, read_text, read_whole

SIGNED_BESIDE = r"(?: ?[A-Z]{2,3}(?: ?[0-9./-]{4,10})?)?"
"""What may stand behind a corrected entry: initials, and a date."""
MIN_GAIN = 0.2
"""By so much surer must a reading as a correction be than that of the whole ink."""
MAX_CORRECTED = 0.9
"""Nobody is asked to trust the machine with a correction."""


def read_writing(writing: Writing, seen: Sequence[Seen], recogniser: Recogniser) -> Reading:
    """The reading of a field's writing. `seen` is what the recogniser saw in `writing.images`."""
    whole = read_whole(writing, seen[0], recogniser)
    return _or_corrected(whole, writing, seen[1:], recogniser)


def _or_corrected(
    whole: Reading, writing: Writing, others: Sequence[Seen], recogniser: Recogniser
) -> Reading:
    """The reading of the whole ink, or of its parts where these make far better sense.

    As a correction the reading holds the new value, the old one, and initials if there are any.
    """
    if writing.correction is None:
        return whole
    hint = writing.crop.hint
    shape = f"(?:{hint.grammar}){SIGNED_BESIDE}" if hint.grammar else ANYTHING
    part = read_text(writing, others[0], recogniser, shape)
    is_better = part.confidence > whole.confidence + MIN_GAIN
    if part.state is not State.FILLED or Evidence.BAD_FORMAT in part.evidence or not is_better:
        return whole
    value, initials = _apart(part.value, hint)
    if len(others) > 2 and not initials:
        initials = _initials(others[2])
    old = decode(others[1], automaton(hint.grammar or ANYTHING), count=1)
    evidence = (Evidence.CORRECTION, *(() if initials else (Evidence.UNINITIALLED_CORRECTION,)))
    return replace(
        part,
        value=value,
        confidence=min(part.confidence, MAX_CORRECTED),
        alternatives=tuple(
            replace(one, value=_apart(one.value, hint)[0]) for one in part.alternatives
        ),
        previous=(Previous(old.best[0].text if old.best else "", initials),),
        evidence=evidence,
    )


def _apart(text: str, hint: FieldHint) -> tuple[str, str]:
    """A corrected entry's text parted into the value and the initials behind it."""
    if hint.grammar is None:
        return text, ""
    found = re.fullmatch(f"(?P<value>{hint.grammar})(?P<signed>{SIGNED_BESIDE})", text)
    if found is None:
        return text, ""
    initials = re.search("[A-Z]{2,3}", found["signed"])
    return found["value"], initials[0] if initials else ""


def _initials(seen: Seen) -> str:
    text = free_text(seen).upper().replace(" ", "")
    found = re.match("[A-Z]{2,3}", text)
    return found[0] if found else ""
