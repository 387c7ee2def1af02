"""The card that lies beside a shipped model: what file it speaks of, and how that came about."""

import hashlib
import json
from pathlib import Path

from extractors.automaton import ALPHABET
from training.learn import Learned


def write_card(
    path: Path, *, height: int, step: int, weights: int, minutes: float, learned: Learned
) -> None:
    """Write the card of the model at `path`, beside it.

    `height`: pixels of a line. `step`: pixels of the line for each frame of probabilities.
    """
    card = {
        "name": path.stem,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "signs": ALPHABET,
        "height": height,
        "step": step,
        "weights": weights,
        "steps": learned.steps,
        "minutes": minutes,
        "right": learned.right,
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
