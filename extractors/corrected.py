"""Corrections: a struck entry and a new one, where the parts make far better sense than the whole.

Which ink is struck is told in `strike.py`; here the parts are read, and ink and meaning together
decide whether it is a correction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.automaton import automaton
from extractors.crop import Crop, Mask
from extractors.decode import decode, free_text
from extractors.frames import Recogniser, Seen
from extractors.line import line_image
from extractors.strike import Struck, find_strike, parted
from extractors.values import Evidence, FieldHint, GreyImage, Previous, Reading, State
from extractors.writing import ANYTHING, Correction, Writing, read_text, read_whole

SIGNED = r"[A-Z]{2,3}(?: ?[0-9./-]{4,10})?"
"""What stands behind a corrected entry: initials, and a date."""
SIGNED_BESIDE = f"(?: ?{SIGNED})?"
MIN_SIGNED_LOG_MASS = -6.0
SURELY_SIGNED_LOG_MASS = -3.0
"""Behind free text, which may end in capitals itself, initials have to be as clear as this."""
IN_LOG = 3.0
"""So much clearer are initials that the signature log has."""
SIGNED_GAIN = 3.0
"""Writing that the value is so much likelier without is a note, whatever it says."""
LEAST_LOG_MASS = -12.0
LEAST_LOG_BEST = -15.0
"""Ink less likely than this under a format says nothing more against it."""
MAX_DIFFERENCE = 2
"""By so many signs may free text that is read wrongly be longer or shorter than it was."""


@dataclass(frozen=True, eq=False)
class Parts(Correction):
    """A likely correction with its ink in all the ways that it may be read.

    `new` is everything that is not struck: the value, and often initials. Where a gap parts the
    two, `value` stands left of it and `beside` right. `old` is the struck entry without the line,
    `struck` with it. `log_odds` is what the line's shape says for a strike.
    """

    value: GreyImage | None
    struck: GreyImage
    log_odds: float

    @property
    def images(self) -> tuple[GreyImage, ...]:
        """The parts that there are: new, old, struck, and then value and beside."""
        ends = () if self.value is None or self.beside is None else (self.value, self.beside)
        return (self.new, self.old, self.struck, *ends)


@dataclass(frozen=True)
class _Text:
    """A text under some format, and the logarithms of all such texts' mass, and of its own."""

    text: str
    log_mass: float
    log_best: float


@dataclass(frozen=True)
class _Entry:
    """A reading of the new ink: the value's reading, initials, and the mass of both together."""

    reading: Reading
    initials: str
    is_signed: bool
    log_mass: float


def parts_of(crop: Crop, own: Mask) -> Parts | None:
    """The parts of the field's ink, where a line seems to strike an entry."""
    found = find_strike(crop, own)
    return None if found is None else _parts(crop, found)


def _parts(crop: Crop, found: Struck) -> Parts | None:
    new, old = line_image(crop, found.new), line_image(crop, found.old)
    struck = line_image(crop, found.old | found.line)
    if new is None or old is None or struck is None:
        return None
    pair = parted(found.new, crop.pixels_per_mm)
    return Parts(
        new=new,
        old=old,
        struck=struck,
        value=line_image(crop, pair[0]) if pair else None,
        beside=line_image(crop, pair[1]) if pair else None,
        log_odds=found.log_odds,
    )


def read_writing(writing: Writing, seen: Sequence[Seen], recogniser: Recogniser) -> Reading:
    """The reading of a field's writing. `seen` is what the recogniser saw in `writing.images`."""
    whole = read_whole(writing, seen[0], recogniser)
    if not isinstance(writing.correction, Parts) or whole.state is State.NOT_APPLICABLE:
        return whole
    return _or_corrected(whole, writing, writing.correction, seen, recogniser)


def _or_corrected(
    whole: Reading,
    writing: Writing,
    parts: Parts,
    seen: Sequence[Seen],
    recogniser: Recogniser,
) -> Reading:
    """The reading of the whole ink, or of its parts where these make far better sense.

    As a correction the reading holds the new value, the old one, and initials if there are any.
    """
    grammar = writing.crop.hint.grammar or ANYTHING
    entry = _new_entry(writing, seen, recogniser)
    old = _likelier(_read_as(seen[2], grammar), _read_as(seen[3], grammar))
    all_ink = _read_as(seen[0], grammar)
    is_free = writing.crop.hint.grammar is None
    if _log_odds(parts, all_ink, entry, old, is_free=is_free) < 0:
        return whole
    reading = entry.reading
    unsigned = () if entry.is_signed else (Evidence.UNINITIALLED_CORRECTION,)
    return replace(
        reading,
        previous=(Previous(old.text or free_text(seen[2]), entry.initials),),
        evidence=(*reading.evidence, Evidence.CORRECTION, *unsigned),
    )


def _log_odds(parts: Parts, all_ink: _Text, entry: _Entry, old: _Text, *, is_free: bool) -> float:
    """How much likelier a correction is than one plain entry: by the line, and by what is read.

    A logistic regression on corrections and on clean entries with a stroke through them, of fit
    writers, rounded. The whole ink of a correction fits no format and is no clear text, its new
    part is, and old and new value mostly have as many signs (of parts of an entry only one mostly
    has just one).
    """
    count = len(entry.reading.value.replace(" ", ""))
    difference = abs(len(old.text.replace(" ", "")) - count)
    is_alike = count > 1 and difference <= (MAX_DIFFERENCE if is_free else 0)
    return (
        0.74 * parts.log_odds
        - 0.47 * max(all_ink.log_mass, LEAST_LOG_MASS)
        - 0.17 * max(all_ink.log_best, LEAST_LOG_BEST)
        + 0.53 * max(entry.log_mass, LEAST_LOG_MASS)
        + 0.26 * max(old.log_mass, LEAST_LOG_MASS)
        + (0.3 if is_alike else 0.0)
        - 0.96
    )


def _new_entry(writing: Writing, seen: Sequence[Seen], recogniser: Recogniser) -> _Entry:
    """The new value and its initials, from all of the new ink or from its two parts."""
    hint = writing.crop.hint
    together = _together(writing, seen[1], recogniser)
    if len(seen) < 6:
        return together
    grammar = hint.grammar or ANYTHING
    note = _read_as(seen[5], SIGNED, hint.signers)
    initials = re.match("[A-Z]{2,3}", note.text)
    in_log = initials is not None and initials[0] in hint.signers
    value_mass = _read_as(seen[4], grammar).log_mass
    least = MIN_SIGNED_LOG_MASS if hint.grammar else SURELY_SIGNED_LOG_MASS
    is_clear = note.log_mass + (IN_LOG if in_log else 0.0) > least
    both = max(value_mass + note.log_mass, LEAST_LOG_MASS)
    is_better = hint.grammar is None or both >= max(together.log_mass, LEAST_LOG_MASS)
    is_apart = hint.grammar is not None and value_mass > together.log_mass + SIGNED_GAIN
    if not (is_clear and is_better) and not is_apart:
        return together
    name = initials[0] if initials and is_clear else ""
    reading = read_text(writing, seen[4], recogniser, grammar)
    return _Entry(reading, name, is_signed=True, log_mass=both)


def _together(writing: Writing, seen: Seen, recogniser: Recogniser) -> _Entry:
    """All of the new ink as a value, with or without initials behind it."""
    hint = writing.crop.hint
    shape = f"(?:{hint.grammar}){SIGNED_BESIDE}" if hint.grammar else ANYTHING
    reading = read_text(writing, seen, recogniser, shape)
    value, initials = _apart(reading.value, hint)
    others = tuple(
        replace(one, value=text)
        for one in reading.alternatives
        if (text := _apart(one.value, hint)[0]) != value
    )
    return _Entry(
        replace(reading, value=value, alternatives=others),
        initials,
        is_signed=bool(initials),
        log_mass=_read_as(seen, shape).log_mass,
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


def _likelier(one: _Text, other: _Text) -> _Text:
    return one if one.log_mass >= other.log_mass else other


def _read_as(seen: Seen, shape: str, known: Sequence[str] = ()) -> _Text:
    """The likeliest text of that shape, and the mass of all texts of it."""
    decoding = decode(seen, automaton(shape), known, count=1)
    if not decoding.best:
        return _Text("", float("-inf"), float("-inf"))
    return _Text(decoding.best[0].text, decoding.log_mass, decoding.log_best)
