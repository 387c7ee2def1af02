"""From frames of probabilities to strings under a field's format, with their exact mass.

The total probability of all well-formed strings is the forward algorithm of connectionist
temporal classification (Graves et al. 2006) over the product of the frames with the format's
automaton: the automaton is deterministic, so each string is counted once. The best strings come
from a prefix search through the same product, and each is then given its own exact probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.automaton import ALPHABET, Automaton
from extractors.look_alikes import lending
from extractors.recognise import BLANK, OTHER, Frames

BEAM = 24
CANDIDATE_MASS = 2e-4
"""A sign is tried in a frame where the frame gives it at least this much."""
QUIET = 0.9999
"""Neighbouring frames that are surer than this of "no sign" count as one."""
FLOOR = 1e-9
KNOWN_ODDS = 60.0
"""How much likelier an entry of the signature log is than the same ink by somebody else."""

_COLUMN = {sign: place + 1 for place, sign in enumerate(ALPHABET)}

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hypothesis:
    """A string and the logarithm of its total probability over all alignments."""

    text: str
    log_probability: float


@dataclass(frozen=True)
class Decoding:
    """What the frames say under a format.

    `best` is most probable first; `log_mass` is the logarithm of the probability of all
    well-formed strings together (near 0: the ink fits the format; far below: it does not).
    """

    best: tuple[Hypothesis, ...]
    log_mass: float

    def posterior(self, place: int) -> float:
        """The share (0 to 1) that the hypothesis at `place` has of all well-formed strings."""
        if place >= len(self.best):
            return 0.0
        return float(min(1.0, np.exp(self.best[place].log_probability - self.log_mass)))


def free_text(frames: Frames) -> tuple[str, float]:
    """The best path without any format, and the product of its frames' probabilities.

    Signs that no form entry holds stand as `?`.
    """
    rows = frames.probabilities
    path = rows.argmax(axis=1)
    text, before = "", BLANK
    for column in path:
        if column not in (before, BLANK):
            text += ALPHABET[column - 1] if column < OTHER else "?"
        before = column
    return text, float(np.prod(rows.max(axis=1)))


def decode(frames: Frames, form: Automaton, *, count: int = 5) -> Decoding:
    """The `count` best well-formed strings, and the mass of all of them.

    Each sign lends a little of its probability to the signs that hands make like it.
    """
    rows = _rows_of(frames)
    prefixes = _prefix_search(rows, form)[: count * 2]
    best = [
        Hypothesis(text=text, log_probability=exact)
        for text, exact in zip(prefixes, log_probabilities(rows, prefixes), strict=True)
    ]
    best.sort(key=lambda hypothesis: (-hypothesis.log_probability, hypothesis.text))
    mass = log_mass(rows, form)
    if best:
        mass = max(mass, _log_sum([hypothesis.log_probability for hypothesis in best]))
    return Decoding(best=tuple(best[:count]), log_mass=mass)


def decode_known(
    frames: Frames, form: Automaton, known: Sequence[str], *, count: int = 5
) -> Decoding:
    """Like `decode`, where the strings of `known` are likelier by KNOWN_ODDS than all others.

    The known ones compete with somebody else's; `log_mass` is that of the ink alone.
    """
    free = decode(frames, form, count=2 * count)
    likely = [text for text in known if form.accepts(text)]
    if not likely:
        return Decoding(best=free.best[:count], log_mass=free.log_mass)
    rows = _rows_of(frames)
    weighed = {one.text: one.log_probability for one in free.best}
    added = []
    for text, exact in zip(likely, log_probabilities(rows, likely), strict=True):
        weighed[text] = exact + float(np.log(KNOWN_ODDS))
        added.append(exact + float(np.log(KNOWN_ODDS - 1)))
    shift = free.log_mass - _log_sum([free.log_mass, *added])
    ranked = sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))
    best = tuple(Hypothesis(text, value + shift) for text, value in ranked[:count])
    return Decoding(best=best, log_mass=free.log_mass)


def likeliest_known(frames: Frames, known: Sequence[str]) -> float:
    """The logarithm of the probability of the likeliest of these strings; -inf for none."""
    rows = _rows_of(frames)
    readable = [text for text in known if text and all(sign in _COLUMN for sign in text)]
    return max(log_probabilities(rows, readable), default=float("-inf"))


def log_probabilities(rows: Rows, texts: Sequence[str]) -> list[float]:
    """The exact probability of each string over all its alignments, as a logarithm."""
    if not texts:
        return []
    longest = 2 * max(len(text) for text in texts) + 1
    labels = np.full((len(texts), longest), BLANK)
    lengths = np.array([2 * len(text) + 1 for text in texts])
    for place, text in enumerate(texts):
        labels[place, 1 : lengths[place] : 2] = [_COLUMN[sign] for sign in text]
    is_there = np.arange(longest) < lengths[:, None]
    may_skip = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2]) & is_there[:, 2:]
    seen = np.maximum(rows, FLOOR)[:, labels] * is_there
    forward = np.zeros(labels.shape)
    forward[:, :2] = seen[0, :, :2]
    scale = np.zeros(len(texts))
    for frame in seen[1:]:
        moved = forward.copy()
        moved[:, 1:] += forward[:, :-1]
        moved[:, 2:] += forward[:, :-2] * may_skip
        forward = moved * frame
        total = forward.sum(axis=1)
        forward /= total[:, None]
        scale += np.log(total)
    each = np.arange(len(texts))
    ends = forward[each, lengths - 1] + np.where(lengths > 1, forward[each, lengths - 2], 0)
    return [float(value) for value in scale + np.log(np.maximum(ends, 1e-300))]


def log_mass(rows: Rows, form: Automaton) -> float:
    """The probability of all strings that the automaton accepts, as a logarithm."""
    arcs = [
        (state, _COLUMN[sign], following)
        for state, step in enumerate(form.steps)
        for sign, following in step.items()
        if sign in _COLUMN
    ]
    source = np.array([arc[0] for arc in arcs], dtype=np.int64)
    column = np.array([arc[1] for arc in arcs], dtype=np.int64)
    target = np.array([arc[2] for arc in arcs], dtype=np.int64)
    node_of, node = np.unique(target * 1000 + column, return_inverse=True)
    node_state, node_column = node_of // 1000, node_of % 1000
    same = _same_sign_nodes(source, column, node_of)
    resting = np.zeros(len(form.steps))
    resting[0] = 1.0
    signed = np.zeros(len(node_of) + 1)
    scale = 0.0
    for row in rows:
        total = resting + np.bincount(node_state, signed[:-1], minlength=len(resting))
        entering = total[source] - signed[same]
        arriving = np.bincount(node, entering, minlength=len(node_of))
        signed[:-1] = (signed[:-1] + arriving) * np.maximum(row[node_column], FLOOR)
        resting = total * max(row[BLANK], FLOOR)
        norm = resting.sum() + signed.sum()
        resting, signed = resting / norm, signed / norm
        scale += float(np.log(norm))
    total = resting + np.bincount(node_state, signed[:-1], minlength=len(resting))
    return scale + float(np.log(max(sum(total[state] for state in form.accepting), 1e-300)))


def _same_sign_nodes(
    source: npt.NDArray[np.int64], column: npt.NDArray[np.int64], node_of: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """For each arc the node of its source state that ends in the same sign, or the last (zero)."""
    wanted = source * 1000 + column
    place = np.minimum(np.searchsorted(node_of, wanted), len(node_of) - 1)
    return np.where(node_of[place] == wanted, place, len(node_of))


def _rows_of(frames: Frames) -> Rows:
    """The frames as they are decoded: look-alikes lent to, quiet runs made into one."""
    return _quiet_merged(frames.probabilities @ lending())


def _quiet_merged(rows: Rows) -> Rows:
    """The frames, with each run of frames that surely hold no sign made into one."""
    is_quiet = rows[:, BLANK] > QUIET
    keep = np.ones(len(rows), dtype=bool)
    keep[1:] = ~(is_quiet[1:] & is_quiet[:-1])
    return rows[keep]


def _prefix_search(rows: Rows, form: Automaton) -> list[str]:
    """Well-formed strings, most probable first, by a beam over prefixes of the format."""
    beams: dict[str, tuple[float, float, int]] = {"": (1.0, 0.0, 0)}
    for row in rows:
        candidates = [
            (ALPHABET[column - 1], float(row[column]))
            for column in np.flatnonzero(row[1:OTHER] > CANDIDATE_MASS) + 1
        ]
        grown: dict[str, list[float]] = {}
        states: dict[str, int] = {}
        for prefix, (resting, signed, state) in beams.items():
            _stay(grown, states, prefix, state, resting=resting, signed=signed, row=row)
            for sign, probability in candidates:
                following = form.steps[state].get(sign)
                if following is None:
                    continue
                entering = resting if prefix.endswith(sign) else resting + signed
                if entering <= 0:
                    continue
                entry = grown.setdefault(prefix + sign, [0.0, 0.0])
                entry[1] += entering * probability
                states[prefix + sign] = following
        beams = _strongest(grown, states)
    finished = [
        (resting + signed, prefix)
        for prefix, (resting, signed, state) in beams.items()
        if state in form.accepting
    ]
    return [prefix for _, prefix in sorted(finished, key=lambda pair: (-pair[0], pair[1]))]


def _stay(
    grown: dict[str, list[float]],
    states: dict[str, int],
    prefix: str,
    state: int,
    *,
    resting: float,
    signed: float,
    row: npt.NDArray[np.float64],
) -> None:
    entry = grown.setdefault(prefix, [0.0, 0.0])
    entry[0] += (resting + signed) * max(float(row[BLANK]), FLOOR)
    if prefix:
        entry[1] += signed * max(float(row[_COLUMN[prefix[-1]]]), FLOOR)
    states[prefix] = state


def _strongest(
    grown: dict[str, list[float]], states: dict[str, int]
) -> dict[str, tuple[float, float, int]]:
    ranked = sorted(grown, key=lambda prefix: (-sum(grown[prefix]), prefix))[:BEAM]
    total = sum(sum(grown[prefix]) for prefix in ranked)
    return {
        prefix: (grown[prefix][0] / total, grown[prefix][1] / total, states[prefix])
        for prefix in ranked
    }


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return float(top + np.log(np.sum(np.exp(np.array(values) - top))))
