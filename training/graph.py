"""An ONNX graph as a network that goes on learning, and back: its weights written into the graph.

Only what PP-OCRv6's recogniser is made of is known (opset 11). Nothing is fused or changed, so the
graph that comes back is the one that went in, with other weights.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

FEWEST = 2
"""Numbers that an initializer has at least, to be a weight; single ones belong to formulas."""
Attributes = dict[str, Any]
Op = Callable[[list[Tensor], Attributes], Tensor]


class GraphNetwork(nn.Module):
    """A graph's nodes run one after the other; float initializers are its weights.

    Raises KeyError for a node whose kind is not known.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        self.model = model
        self.weights, self.names = nn.ParameterDict(), dict[str, str]()
        self.steady: dict[str, Tensor] = {}
        for one in model.graph.initializer:
            self._take(one.name, torch.from_numpy(numpy_helper.to_array(one).copy()))
        self.given, self.wanted = model.graph.input[0].name, model.graph.output[0].name
        self.steps = [_step_of(node) for node in model.graph.node]

    def _take(self, name: str, value: Tensor) -> None:
        if value.is_floating_point() and value.numel() >= FEWEST:
            self.names[name] = f"w{len(self.names)}"
            self.weights[self.names[name]] = nn.Parameter(value)
        else:
            self.steady[name] = value

    def forward(self, given: Tensor) -> Tensor:
        """The graph's output for its input."""
        known: dict[str, Tensor] = {self.given: given}
        known |= {name: self.weights[short] for name, short in self.names.items()}
        for name, value in self.steady.items():
            known[name] = value.to(given.device) if value.is_floating_point() else value
        for op, inputs, output, attributes in self.steps:
            known[output] = op([known[name] for name in inputs], attributes)
        return known[self.wanted]

    def learned(self) -> onnx.ModelProto:
        """The graph with the weights as they are now."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        for one in model.graph.initializer:
            if one.name in self.names:
                value = self.weights[self.names[one.name]].detach().cpu().numpy()
                one.CopyFrom(numpy_helper.from_array(value.astype(np.float32), one.name))
        return model


def _step_of(node: onnx.NodeProto) -> tuple[Op, list[str], str, Attributes]:
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    return OPS[node.op_type], list(node.input), node.output[0], attributes


def _conv(given: list[Tensor], how: Attributes) -> Tensor:
    lines, weights = given
    if how.get("auto_pad") == b"SAME_UPPER":
        lines, pads = functional.pad(lines, (0, 1, 0, 1)), (0, 0)
    else:
        pads = tuple(how["pads"][:2])
    return functional.conv2d(
        lines, weights, stride=how["strides"], padding=pads, groups=how.get("group", 1)
    )


def _norm(given: list[Tensor], how: Attributes) -> Tensor:
    lines, scale, shift, mean, spread = given
    return functional.batch_norm(
        lines, mean.detach(), spread.detach(), scale, shift, eps=how["epsilon"]
    )


def _mean(given: list[Tensor], how: Attributes) -> Tensor:
    return given[0].mean(how["axes"], keepdim=bool(how.get("keepdims", 1)))


def _max(given: list[Tensor], how: Attributes) -> Tensor:
    padded = functional.pad(given[0], (0, 1, 0, 1), value=float("-inf"))
    return functional.max_pool2d(padded, how["kernel_shape"], how["strides"])


def _average(given: list[Tensor], how: Attributes) -> Tensor:
    return functional.avg_pool2d(given[0], how["kernel_shape"], how["strides"])


def _slice(given: list[Tensor], _: Attributes) -> Tensor:
    value = given[0]
    starts, ends, axes = (one.tolist() for one in given[1:4])
    steps = given[4].tolist() if len(given) > 4 else [1] * len(axes)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        places = [slice(None)] * value.dim()
        places[axis] = slice(start, end, step)
        value = value[tuple(places)]
    return value


def _reshape(given: list[Tensor], _: Attributes) -> Tensor:
    value, wanted = given
    sizes = [value.shape[at] if size == 0 else size for at, size in enumerate(wanted.tolist())]
    return value.reshape(sizes)


def _squeeze(given: list[Tensor], how: Attributes) -> Tensor:
    return given[0].squeeze(tuple(how["axes"]))


OPS: dict[str, Op] = {
    "Add": lambda given, _: given[0] + given[1],
    "AveragePool": _average,
    "BatchNormalization": _norm,
    "Concat": lambda given, how: torch.cat(given, how["axis"]),
    "Conv": _conv,
    "Div": lambda given, _: given[0] / given[1],
    "Erf": lambda given, _: torch.erf(given[0]),
    "HardSigmoid": lambda given, how: (given[0] * how["alpha"] + how["beta"]).clamp(0, 1),
    "Identity": lambda given, _: given[0],
    "MatMul": lambda given, _: given[0] @ given[1],
    "MaxPool": _max,
    "Mul": lambda given, _: given[0] * given[1],
    "Pow": lambda given, _: given[0] ** given[1],
    "ReduceMean": _mean,
    "Relu": lambda given, _: torch.relu(given[0]),
    "Reshape": _reshape,
    "Shape": lambda given, _: torch.tensor(given[0].shape),
    "Sigmoid": lambda given, _: torch.sigmoid(given[0]),
    "Slice": _slice,
    "Softmax": lambda given, how: given[0].softmax(how["axis"]),
    "Sqrt": lambda given, _: torch.sqrt(given[0]),
    "Squeeze": _squeeze,
    "Sub": lambda given, _: given[0] - given[1],
    "Transpose": lambda given, how: given[0].permute(how["perm"]),
    "Unsqueeze": lambda given, how: given[0].unsqueeze(how["axes"][0]),
}
