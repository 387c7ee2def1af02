"""Adapts PP-OCRv6's recogniser to form entries, and writes it as ONNX with its card.

python -m training.adapt --crops FOLDER --out FOLDER [--minutes 80]

It starts from the model in RapidOCR's wheel, keeps the signs that form entries hold and goes on
learning on crops of the fit split; those of the tune split tell how it goes. What was learned so
far is kept beside the result, and gone on with when the command is given again.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from extractors.automaton import ALPHABET
from extractors.recognise import PADDLE_FRAME, PADDLE_HEIGHT, paddle_file
from training.card import write_card
from training.graph import GraphNetwork
from training.learn import Recipe, learn
from training.lines import at_line_height, load_lines

NAME = "pp-ocrv6-forms"
COLUMNS = 64 * 160
BEST_RATE = 4e-4
HEAD = ("linear_8.w_0", "linear_8.b_0")
"""The last layer: its weights (signs across) and what it adds to each sign."""


def for_forms(model: onnx.ModelProto) -> onnx.ModelProto:
    """PP-OCRv6 with the signs of form entries alone, for lines with ink 1 on paper 0.

    Input `lines` (batch × 1 × 48 × width); output `probabilities` (batch × width/8 × 1 + signs).
    """
    shorter = onnx.ModelProto()
    shorter.CopyFrom(model)
    graph = shorter.graph
    _keep_signs(graph, _places(model))
    _take_ink(graph)
    graph.node[-1].output[0] = "probabilities"
    graph.output[0].CopyFrom(
        helper.make_tensor_value_info(
            "probabilities", TensorProto.FLOAT, ["batch", "frames", len(ALPHABET) + 1]
        )
    )
    del shorter.metadata_props[:], graph.value_info[:]
    onnx.checker.check_model(shorter)
    return shorter


def _places(model: onnx.ModelProto) -> list[int]:
    """For "no sign here" and each sign of form entries, its place among the model's signs."""
    kept = {one.key: one.value for one in model.metadata_props}
    signs = ["", *kept["character"].split("\n"), " "]
    return [0, *(signs.index(sign) for sign in ALPHABET)]


def _keep_signs(graph: onnx.GraphProto, places: list[int]) -> None:
    for one in graph.initializer:
        if one.name in HEAD:
            value = np.ascontiguousarray(numpy_helper.to_array(one)[..., places])
            one.CopyFrom(numpy_helper.from_array(value, one.name))


def _take_ink(graph: onnx.GraphProto) -> None:
    """Lines come with ink 1 on paper 0; the model wants three times -1 on 1."""
    before = graph.input[0].name
    numbers = (("ink_to", [-2.0]), ("paper_is", [1.0]))
    graph.initializer.extend(
        numpy_helper.from_array(np.array(value[0], np.float32), name) for name, value in numbers
    )
    nodes = [
        helper.make_node("Mul", ["lines", "ink_to"], ["darkened"]),
        helper.make_node("Add", ["darkened", "paper_is"], ["once"]),
        helper.make_node("Concat", ["once", "once", "once"], [before], axis=1),
    ]
    for node in reversed(nodes):
        graph.node.insert(0, node)
    graph.input[0].CopyFrom(
        helper.make_tensor_value_info(
            "lines", TensorProto.FLOAT, ["batch", 1, PADDLE_HEIGHT, "width"]
        )
    )


def without_softmax(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph up to what the last layer says, as the loss wants it."""
    shorter = onnx.ModelProto()
    shorter.CopyFrom(model)
    last = shorter.graph.node.pop()
    shorter.graph.output[0].name = last.input[0]
    return shorter


def adapt(crops: Path, out: Path, recipe: Recipe) -> None:
    """Learn for so long, keep the state now and then, and write the model."""
    whole = for_forms(onnx.load(str(paddle_file())))
    learned, shown = (
        at_line_height(load_lines(crops, one), PADDLE_HEIGHT) for one in ("fit", "tune")
    )
    sys.stderr.write(f"{len(learned.texts)} lines to learn from, {len(shown.texts)} to look at\n")
    network = GraphNetwork(without_softmax(whole))
    done = learn(network, learned, shown, recipe, out / f"{NAME}.state.pt")
    assert isinstance(done.network, GraphNetwork)
    path = out / f"{NAME}.onnx"
    weights = {one.name: one for one in done.network.learned().graph.initializer}
    for one in whole.graph.initializer:
        one.CopyFrom(weights[one.name])
    onnx.save(whole, str(path))
    count = sum(one.numel() for one in done.network.parameters())
    write_card(
        path,
        height=PADDLE_HEIGHT,
        step=PADDLE_FRAME,
        weights=count,
        minutes=recipe.minutes,
        learned=done,
    )


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.adapt", description=__doc__)
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
    adapt(chosen.crops, chosen.out, recipe)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
