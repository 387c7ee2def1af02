"""Fits the line reader on crops, from scratch, and writes it as ONNX with its card.

python -m training.fit --crops FOLDER --out FOLDER [--minutes 80]

Crops of the fit split are learned from, those of the tune split tell how it goes. What was
learned so far is kept beside the result, and gone on with when the command is given again.
"""

import argparse
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from extractors.automaton import ALPHABET
from extractors.recognise import OWN_HEIGHT as HEIGHT
from training.card import write_card
from training.learn import Recipe, learn
from training.lines import at_line_height, load_lines
from training.network import STEP, LineReader

NAME = "recordroom-lines"
COLUMNS = 64 * 160
BEST_RATE = 2e-3


def fit(crops: Path, out: Path, recipe: Recipe) -> None:
    """Learn for so long, keep the state now and then, and export."""
    learned, shown = (at_line_height(load_lines(crops, one), HEIGHT) for one in ("fit", "tune"))
    sys.stderr.write(f"{len(learned.texts)} lines to learn from, {len(shown.texts)} to look at\n")
    network = LineReader(len(ALPHABET) + 1)
    done = learn(network, learned, shown, recipe, out / f"{NAME}.state.pt")
    path = out / f"{NAME}.onnx"
    export(done.network, path)
    weights = sum(one.numel() for one in done.network.parameters())
    write_card(
        path, height=HEIGHT, step=STEP, weights=weights, minutes=recipe.minutes, learned=done
    )


class _Probabilities(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, lines: Tensor) -> Tensor:
        probabilities: Tensor = self.model(lines).softmax(2)
        return probabilities


def export(model: nn.Module, path: Path) -> None:
    """Write the network as ONNX: lines to probabilities."""
    model.eval().cpu()
    axes = {"lines": {0: "batch", 3: "width"}, "probabilities": {0: "batch", 1: "frames"}}
    torch.onnx.export(
        _Probabilities(model),
        (torch.zeros(1, 1, HEIGHT, 160),),
        str(path),
        input_names=["lines"],
        output_names=["probabilities"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.fit", description=__doc__)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--rate", type=float, default=BEST_RATE)
    parser.add_argument("--columns", type=int, default=COLUMNS, help="of lines, a step")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(given)
    chosen.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(
        minutes=chosen.minutes, best_rate=chosen.rate, columns=chosen.columns, seed=chosen.seed
    )
    fit(chosen.crops, chosen.out, recipe)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
