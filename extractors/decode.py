"""From what the readers saw to strings under a format, with what speaks for each.

Each reader gives every candidate its exact probability, and all well-formed strings together
theirs (`ctc.py`). The readers' words are joined as a product of experts (Hinton 2002): weighed
logarithms, added up. What the joined readers give to all strings that are no candidates is not
summed; Hölder's inequality bounds it from above, so that no string seems likelier than it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import exp, inf, log

import numpy as np
import numpy.typing as npt

from extractors.automaton import Automaton
from extractors.ctc import Form, best_path, likely_strings, log_mass, log_probabilities
from extractors.frames import COLUMN, Seen
from extractors.words import WordTexts, likelier, log_odds, mixed

KNOWN_ODDS = 1000.0
"""How much likelier an entry of the signature log is than the same ink by somebody else."""
LIKELY_ODDS = 50.0
"""How much likelier an entry of the likely shape is than the same ink without it: a month 17."""
MOST_CANDIDATES = 10
"""So many strings of each reader compete."""
MOST_MIXED = 4
"""So many free texts and worded texts are put together word by word."""


@dataclass(frozen=True)
class Hypothesis:
    """A string with its share (0 to 1) of all well-formed ones.

    `share` is that of the joined readers, `shares` those of each alone.
    """

    text: str
    share: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Decoding:
    """What the readers say under a format.

    `best` is likeliest first; strings that differ in nothing but case and blanks are one.
    `log_masses` are the logarithms of what each reader gives all well-formed strings together
    (near 0: the ink fits the format; far below: it does not), `log_mass` is their weighed mean.
    `log_best` is the logarithm of what the joined readers give the likeliest string, whatever the
    signature log says of it.
    """

    best: tuple[Hypothesis, ...]
    log_mass: float
    log_masses: tuple[float, ...]
    log_best: float = -inf

    def share(self, place: int) -> float:
        """The share (0 to 1) that the hypothesis at `place` has of all well-formed strings."""
        return self.best[place].share if place < len(self.best) else 0.0


def free_texts(seen: Seen) -> tuple[str, ...]:
    """What each reader reads without any format; signs that no form entry holds stand as `?`."""
    return tuple(best_path(one).strip() for one in seen)


def free_text(seen: Seen) -> str:
    """What the reader of handwriting, the last one, reads without any format."""
    return free_texts(seen[-1:])[0]


def decode(
    seen: Seen,
    form: Automaton,
    known: Sequence[str] = (),
    *,
    likely: Automaton | None = None,
    count: int = 5,
) -> Decoding:
    """The `count` best well-formed strings, and the mass of all of them.

    Strings of `known` are likelier by KNOWN_ODDS, those of the shape `likely`, a part of `form`, by
    LIKELY_ODDS; they compete with all others, and `log_mass` is that of the ink alone.
    """
    odds = dict.fromkeys(_found(seen, form), 0.0)
    if likely is not None:
        found = (*odds, *_found(seen, likely))
        odds = {text: log(LIKELY_ODDS) if likely.accepts(text) else 0.0 for text in found}
    odds |= {text: log(KNOWN_ODDS) for text in known if form.accepts(text)}
    return _weighed(seen, form, odds, count)


def decode_words(seen: Seen, form: Automaton, *, count: int = 5) -> Decoding:
    """The same for free text: texts are likelier for the words in them that are in use.

    `form` is what any text is made of.
    """
    free, worded = _found(seen, form), _found(seen, WordTexts())
    found = {*free, *worded}
    for one in free[:MOST_MIXED]:
        for other in worded[:MOST_MIXED]:
            found.update(mixed(one, other))
    found |= {text for one in [*found] for text in likelier(one) if form.accepts(text)}
    return _weighed(seen, form, {text: log_odds(text) for text in found}, count)


def _found(seen: Seen, form: Form) -> list[str]:
    """The likeliest strings that each reader finds, the likeliest of each first."""
    each = [likely_strings(one.rows(), form)[:MOST_CANDIDATES] for one in seen]
    return [text for rank in zip_longest(*each) for text in rank if text is not None]


def _weighed(seen: Seen, form: Automaton, odds_of: Mapping[str, float], count: int) -> Decoding:
    """These strings of a form with the shares that they have of all its strings.

    `odds_of` has them with what speaks for each beside the ink, as a logarithm.
    """
    all_rows = [one.rows() for one in seen]
    masses = [log_mass(rows, form) for rows in all_rows]
    texts = sorted(odds_of)
    weights = np.array([one.weight for one in seen])
    mean_mass = float(weights @ masses / weights.sum())
    if not texts:
        return Decoding((), mean_mass, tuple(masses))
    said = np.array([log_probabilities(rows, texts) for rows in all_rows])
    masses = [max(mass, _log_sum(row)) for mass, row in zip(masses, said, strict=True)]
    beside = [_log_without(mass, row) for mass, row in zip(masses, said, strict=True)]
    joined = weights @ said + np.array([odds_of[text] for text in texts])
    total = _log_sum(np.append(joined, weights @ beside))
    shares = np.exp(joined - total)
    alone = np.exp(said - np.array(masses)[:, None])
    best = _merged(texts, shares, alone)
    return Decoding(tuple(best[:count]), mean_mass, tuple(masses), float((weights @ said).max()))


def likeliest_known(seen: Seen, known: Sequence[str]) -> float:
    """The logarithm of what the first reader gives the likeliest of these; -inf for none."""
    readable = [text for text in known if text and all(sign in COLUMN for sign in text)]
    return max(log_probabilities(seen[0].rows(), readable), default=-inf)


def _merged(
    texts: Sequence[str], shares: npt.NDArray[np.float64], alone: npt.NDArray[np.float64]
) -> list[Hypothesis]:
    """Strings that differ in case and blanks alone made into one, likeliest first."""
    groups: dict[str, list[int]] = {}
    for place in sorted(range(len(texts)), key=lambda place: (-shares[place], texts[place])):
        groups.setdefault(texts[place].replace(" ", "").upper(), []).append(place)
    merged = [
        Hypothesis(
            text=texts[places[0]],
            share=min(1.0, float(shares[places].sum())),
            shares=tuple(min(1.0, float(one)) for one in alone[:, places].sum(axis=1)),
        )
        for places in groups.values()
    ]
    return sorted(merged, key=lambda one: (-one.share, one.text))


def _log_sum(values: npt.NDArray[np.float64]) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


def _log_without(mass: float, parts: npt.NDArray[np.float64]) -> float:
    """The logarithm of what is left of a mass without these parts of it; never nothing at all."""
    left = 1 - exp(min(0.0, _log_sum(parts) - mass))
    return mass + log(max(left, 1e-6))
