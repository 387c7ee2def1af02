"""One reader's frames to strings under a format, with their exact mass.

The total probability of all well-formed strings is the forward algorithm of connectionist
temporal classification (Graves et al. 2006) over the product of the frames with the format's
automaton: the automaton is deterministic, so each string is counted once. The likeliest strings
come from a prefix search through the same product.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from extractors.automaton import ALPHABET, Automaton
from extractors.frames import BLANK, COLUMN, OTHER, Frames, Rows

BEAM = 12
CANDIDATE_MASS = 2e-4
"""A sign is tried in a frame where the frame gives it at least this much."""
FLOOR = 1e-9


def best_path(frames: Frames) -> str:
    """The best path without any format.

    Signs that no form entry holds stand as `?`.
    """
    path = frames.probabilities.argmax(axis=1)
    text, before = "", BLANK
    for column in path:
        if column not in (before, BLANK):
            text += ALPHABET[column - 1] if column < OTHER else "?"
        before = column
    return text


def places(rows: Rows, text: str) -> list[int]:
    """The frame in the middle of each sign of a text, on its likeliest way through the frames.

    Empty where there are too few frames for the text.
    """
    labels = np.full(2 * len(text) + 1, BLANK)
    labels[1::2] = [COLUMN[sign] for sign in text]
    if len(rows) < len(labels):
        return []
    may_skip = np.zeros(len(labels), bool)
    may_skip[2:] = (labels[2:] != BLANK) & (labels[2:] != labels[:-2])
    seen = np.log(np.maximum(rows, FLOOR))[:, labels]
    ways = np.full((3, len(labels)), -np.inf)
    likeliest = np.where(np.arange(len(labels)) < 2, seen[0], -np.inf)
    came = np.zeros(seen.shape, np.int64)
    each = np.arange(len(labels))
    for frame in range(1, len(seen)):
        ways[0] = likeliest
        ways[1, 1:] = likeliest[:-1]
        ways[2, 2:] = np.where(may_skip[2:], likeliest[:-2], -np.inf)
        came[frame] = ways.argmax(axis=0)
        likeliest = ways[came[frame], each] + seen[frame]
    state = len(labels) - 1 - int(likeliest[-2] > likeliest[-1])
    path = np.zeros(len(seen), np.int64)
    for frame in range(len(seen) - 1, -1, -1):
        path[frame] = state
        state -= int(came[frame, state])
    return [int(np.median(np.flatnonzero(path == 2 * sign + 1))) for sign in range(len(text))]


def log_probabilities(rows: Rows, texts: Sequence[str]) -> list[float]:
    """The exact probability of each string over all its alignments, as a logarithm."""
    if not texts:
        return []
    longest = 2 * max(len(text) for text in texts) + 1
    labels = np.full((len(texts), longest), BLANK)
    lengths = np.array([2 * len(text) + 1 for text in texts])
    for place, text in enumerate(texts):
        labels[place, 1 : lengths[place] : 2] = [COLUMN[sign] for sign in text]
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
        (state, COLUMN[sign], following)
        for state, step in enumerate(form.steps)
        for sign, following in step.items()
        if sign in COLUMN
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


class Form(Protocol):
    """A format as the search wants it: states from 0 on, and where each sign leads."""

    def after(self, state: int, sign: str) -> int | None:
        """The state behind a sign; None where no well-formed string goes on so."""
        ...

    def is_end(self, state: int) -> bool:
        """Whether a string that leads to this state is well formed."""
        ...


def likely_strings(rows: Rows, form: Form) -> list[str]:
    """Well-formed strings, likeliest first, by a beam over prefixes of the format."""
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
                following = form.after(state, sign)
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
        if form.is_end(state)
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
        entry[1] += signed * max(float(row[COLUMN[prefix[-1]]]), FLOOR)
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
