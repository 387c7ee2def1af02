"""From the recogniser's probabilities to a reading: the entry under its format, or what it is.

N/A, a signature that is none, and ink that the format does not allow are told here.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from extractors.automaton import automaton
from extractors.confidence import score_of, written_signals
from extractors.crop import Crop
from extractors.decode import Decoding, decode, decode_words, free_text, free_texts, likeliest_known
from extractors.frames import Recogniser, Seen
from extractors.signature import Drawing, is_day, is_somebodys
from extractors.values import (
    Alternative,
    EntryKind,
    Evidence,
    FieldHint,
    GreyImage,
    Reading,
    State,
)

ANYTHING = "[A-Za-z0-9 .,:;/+*'()%#&=-]+"
"""The format of a field that names none."""
NOT_APPLICABLE = r"[Nn]\.?[/|Il1]?[Aa]\.?"
MIN_LOG_MASS = -9.0
"""Where all texts together get less than this, the ink says nothing."""
OFF_FORMAT = -5.0
OFF_FORMAT_A_SIGN = -0.6
"""Is the likeliest well-formed text less likely than any other text by more than this (logarithm,
and so much more for each sign that may be misread), then the ink says something that the format
does not allow. Set on entries of fit and tune writers read under their own and under other formats.
"""
LOST_SIGNS = -9.0
"""The same where the ink lacks nothing but points, colons, strokes: often too faint to be seen."""
LOST_LETTERS = -16.0
"""The same where the ink has digits in place of the format's letters: a hasty TP looks like 112,
while people who leave a format keep its letters (TP032 for TP-032)."""
CLEARLY_WELL_FORMED = -2.0
"""No other text can be much likelier than a well-formed one that gets more than this by itself."""
ALTERNATIVES = 4
ONLY_A_DAY = 0.9
"""How sure it is that nobody signed, where the ink of initials reads as a day and month."""


@dataclass(frozen=True, eq=False)
class Correction:
    """What may be a correction: the new entry, the struck one, and another line of writing."""

    new: GreyImage
    old: GreyImage
    beside: GreyImage | None

    @property
    def images(self) -> tuple[GreyImage, ...]:
        """The parts that there are, in this order."""
        return tuple(one for one in (self.new, self.old, self.beside) if one is not None)


@dataclass(frozen=True, eq=False)
class Writing:
    """A field with ink that looks like writing, ready for the recogniser.

    `image` is all of its ink, `darkness` how dark that is (see `line_darkness`); `correction` its
    parts, where a line seems to strike an entry; `is_on_fluid` says that it stands on a patch of
    correction fluid.
    """

    place: int
    crop: Crop
    image: GreyImage
    darkness: npt.NDArray[np.float32]
    drawing: Drawing | None
    foreign_share: float
    correction: Correction | None = None
    is_on_fluid: bool = False

    @property
    def images(self) -> tuple[GreyImage, ...]:
        """What the recogniser has to look at: the whole ink, and the parts of a correction."""
        parts = self.correction
        return (self.image, *(parts.images if parts else ()))


def read_whole(writing: Writing, seen: Seen, recogniser: Recogniser) -> Reading:
    """The reading of all of a field's ink. `seen` is what was seen in `writing.image`."""
    hint = writing.crop.hint
    free = free_text(seen)
    if writing.drawing is not None:
        known = likeliest_known(seen, hint.known)
        is_signed, sureness = is_somebodys(hint.kind, writing.drawing, free_texts(seen)[0], known)
        if not is_signed:
            return _reading(writing, recogniser, "", State.BLANK, sureness, free=free)
        if hint.kind is EntryKind.SIGNATURE:
            return _reading(writing, recogniser, "", State.FILLED, sureness, free=free)
    if _says_not_applicable(seen, hint):
        return _reading(writing, recogniser, "", State.NOT_APPLICABLE, 0.97, free=free)
    reading = read_text(writing, seen, recogniser, hint.grammar or ANYTHING)
    if hint.kind is EntryKind.INITIALS and is_day(reading.value):
        return _reading(writing, recogniser, "", State.BLANK, ONLY_A_DAY, free=free)
    return reading


def well_formed(seen: Seen, shape: str, hint: FieldHint) -> Decoding:
    """The likeliest texts of a shape: of free text by its words, else by what is known of it."""
    if shape == ANYTHING:
        return decode_words(seen, automaton(ANYTHING), count=ALTERNATIVES + 1)
    likely = automaton(hint.likely) if hint.likely and shape == hint.grammar else None
    return decode(seen, automaton(shape), hint.known, likely=likely, count=ALTERNATIVES + 1)


def read_text(writing: Writing, seen: Seen, recogniser: Recogniser, shape: str) -> Reading:
    """The writing as an entry of that shape, or as what it is where it does not fit."""
    hint = writing.crop.hint
    free = free_text(seen)
    decoding = well_formed(seen, shape, hint)
    is_clear = shape == ANYTHING or decoding.log_best > CLEARLY_WELL_FORMED
    loose = decoding if is_clear else decode(seen, automaton(ANYTHING), count=ALTERNATIVES + 1)
    if not _fits(decoding, loose):
        return _off_format(writing, recogniser, loose, free)
    value = decoding.best[0].text
    agree = tuple(_same(one, value) for one in free_texts(seen))
    reading = _reading(
        writing,
        recogniser,
        value,
        State.FILLED,
        score_of(decoding, is_free_the_same=agree[0], foreign_share=writing.foreign_share),
        free=free,
        alternatives=_alternatives(decoding),
    )
    likeness = writing.crop.likeness
    signals = written_signals(
        decoding,
        agree=agree,
        foreign_share=writing.foreign_share,
        likeness=1.0 if likeness is None else likeness,
        gap=_gap(decoding, loose),
        is_known=value in hint.known,
    )
    return replace(reading, signals=signals)


def _fits(decoding: Decoding, loose: Decoding) -> bool:
    """Whether the ink may be what the format asks for, beside the likeliest text of any format."""
    if not decoding.best or not loose.best or loose.log_mass < MIN_LOG_MASS:
        return bool(decoding.best) and decoding.log_mass >= MIN_LOG_MASS
    meant, seen = decoding.best[0].text.replace(" ", ""), loose.best[0].text.replace(" ", "")
    return _gap(decoding, loose) >= _least_gap(meant, seen)


def _least_gap(meant: str, seen: str) -> float:
    """How much less likely (logarithm) a well-formed text may be than the one that was seen."""
    if _count_letters(seen) < _count_letters(meant):
        return LOST_LETTERS
    if len(seen) < len(meant) and _letters(seen) == _letters(meant):
        return LOST_SIGNS
    return OFF_FORMAT + OFF_FORMAT_A_SIGN * len(seen)


def _count_letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


def _letters(text: str) -> str:
    """The letters and digits of a text alone."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _gap(decoding: Decoding, loose: Decoding) -> float:
    """How much likelier a well-formed text is than one of any format: never above 0."""
    return min(0.0, decoding.log_best - loose.log_best) if loose.best else 0.0


def _off_format(writing: Writing, recogniser: Recogniser, loose: Decoding, free: str) -> Reading:
    """Ink that the format does not allow: read as it stands, or unreadable where that is vague."""
    text = loose.best[0].text.strip() if loose.best else ""
    if not _may_hold_blanks(writing.crop.hint):
        text = text.replace(" ", "")
    if not text or loose.log_mass < MIN_LOG_MASS:
        return _reading(writing, recogniser, "", State.UNREADABLE, 0.5, free=free)
    return _reading(
        writing,
        recogniser,
        text,
        State.FILLED,
        0.6 * loose.share(0),
        free=free,
        alternatives=_alternatives(loose),
        evidence=(Evidence.BAD_FORMAT,),
    )


def _may_hold_blanks(hint: FieldHint) -> bool:
    """Whether a well-formed entry has blanks; in printed boxes they are only the gaps between."""
    return hint.grammar is None or any(" " in step for step in automaton(hint.grammar).steps)


def _says_not_applicable(seen: Seen, hint: FieldHint) -> bool:
    """Whether N/A explains the ink far better than any well-formed entry does."""
    void = decode(seen, automaton(NOT_APPLICABLE), count=1)
    if not void.best or void.log_mass < MIN_LOG_MASS / 2:
        return False
    if hint.grammar is None or hint.kind is EntryKind.TEXT:
        free = free_text(seen).replace(".", "")
        return re.fullmatch(NOT_APPLICABLE, free) is not None
    return void.log_mass > decode(seen, automaton(hint.grammar), count=1).log_mass + 2.0


def _alternatives(decoding: Decoding) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(value=hypothesis.text, probability=decoding.share(place))
        for place, hypothesis in enumerate(decoding.best)
        if place > 0 and decoding.share(place) >= 1e-3
    )


def _same(free: str, value: str) -> bool:
    return free.replace(" ", "").upper() == value.replace(" ", "").upper()


def _reading(
    writing: Writing,
    recogniser: Recogniser,
    value: str,
    state: State,
    confidence: float,
    *,
    free: str,
    alternatives: tuple[Alternative, ...] = (),
    evidence: tuple[Evidence, ...] = (),
) -> Reading:
    return Reading(
        value=value,
        state=state,
        confidence=confidence,
        reader=recogniser.name,
        model=recogniser.model,
        alternatives=alternatives,
        evidence=evidence,
        free_text=free,
    )
