"""Fits the line reader on crops, and writes it as ONNX with its card.

python -m training.fit --crops FOLDER --out FOLDER [--minutes 60]

Crops of the fit split are learned from, those of the tune split tell how it goes. What was
learned so far is kept beside the result, and gone on with when the command is given again.
"""

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from extractors.automaton import ALPHABET
from extractors.recognise import OWN_HEIGHT as HEIGHT
from training.network import STEP, LineReader

BATCH_PIXELS = 64 * 160
"""Columns of a batch: so many lines as fit into it at their width."""
BEST_RATE = 2e-3
BLANK = 0
NAME = "recordroom-lines"
HAS_HALVES = torch.cuda.is_available() or torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether numbers of 16 bits are quicker here; the loss is always taken in 32."""
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SQUARE = np.ones((2, 2), np.uint8)
BENT, THICKER, THINNER = 0.6, 0.15, 0.15
"""Shares of lines that are warped, and that another pen wrote."""
KEEPS = 0.999
"""The shipped weights are a running mean of those learned, with so much of what was a step ago."""
LOOK_EVERY_S = 300
"""After so many seconds it says how it goes, and keeps its state."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Crops in memory: `pixels` holds them column by column, one after the other."""

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    starts: npt.NDArray[np.int64] = field(repr=False)
    widths: npt.NDArray[np.int32] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)

    def line(self, place: int) -> npt.NDArray[np.uint8]:
        """One line: HEIGHT × width, ink dark."""
        start, width = self.starts[place], self.widths[place]
        return self.pixels[start : start + width * HEIGHT].reshape(width, HEIGHT).T


def load_lines(folder: Path, split: str) -> Lines:
    """All crops of a split, but those whose text has signs that no entry holds."""
    pixels, widths, texts = [], [], []
    for path in sorted(folder.glob(f"{split}-*[0-9].npz")):
        with np.load(path) as shard:
            pixels.append(shard["pixels"])
            widths.append(shard["widths"])
            texts += [str(text) for text in shard["texts"]]
    every = np.concatenate(widths)
    starts = np.concatenate([[0], np.cumsum(every.astype(np.int64) * HEIGHT)[:-1]])
    return Lines(np.concatenate(pixels), starts, every, tuple(texts))


def batches(lines: Lines, rng: np.random.Generator | None) -> Iterator[list[int]]:
    """Places of lines of like width, together; in another order each time where `rng` is given."""
    order = np.argsort(lines.widths, kind="stable")
    if rng is not None:
        order = order[np.argsort(lines.widths[order] + rng.uniform(0, 24, len(order)))]
    groups: list[list[int]] = []
    group: list[int] = []
    for place in order.tolist():
        wide = int(lines.widths[place])
        if group and (len(group) + 1) * max(wide, 64) > BATCH_PIXELS:
            groups.append(group)
            group = []
        group.append(place)
    groups.append(group)
    if rng is not None:
        rng.shuffle(groups)
    yield from groups


def padded(lines: Lines, places: list[int], rng: np.random.Generator | None) -> Tensor:
    """Lines side by side as the network wants them; with `rng` each a little changed."""
    made = [lines.line(place) for place in places]
    if rng is not None:
        made = [_changed(one, rng) for one in made]
    wide = -(-max(one.shape[1] for one in made) // 16) * 16
    batch = np.zeros((len(made), 1, HEIGHT, wide), np.float32)
    for row, one in enumerate(made):
        batch[row, 0, :, : one.shape[1]] = 1 - one.astype(np.float32) / 255
    if rng is not None:
        batch *= np.asarray(rng.uniform(0.55, 1.1, (len(made), 1, 1, 1)), np.float32)
        batch += 0.03 * rng.standard_normal(batch.shape, np.float32)
    return torch.from_numpy(batch)


def _changed(line: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The same writing as another day, another pen and another scanner would have it."""
    width = line.shape[1]
    sx, sy = float(rng.uniform(0.8, 1.25)), float(rng.uniform(0.82, 1.1))
    shear = float(rng.normal(0, 0.1))
    wide = max(8, round(width * sx))
    matrix = np.array(
        [
            [sx, shear, -shear * HEIGHT / 2 + float(rng.normal(0, 1.0))],
            [0.0, sy, (1 - sy) * HEIGHT / 2 + float(rng.normal(0, 1.0))],
        ]
    )
    moved = np.asarray(cv2.warpAffine(line, matrix, (wide, HEIGHT), borderValue=(255,)), np.uint8)
    if rng.random() < BENT:
        moved = _bent(moved, rng)
    chance = float(rng.random())
    if chance < THICKER:
        moved = np.asarray(cv2.erode(moved, SQUARE), np.uint8)
    elif chance < THICKER + THINNER:
        thin = cv2.dilate(moved, SQUARE)
        moved = np.asarray(cv2.addWeighted(moved, 0.45, thin, 0.55, 0), np.uint8)
    if rng.random() < 0.25:
        moved = np.asarray(cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(0.4, 1.0))), np.uint8)
    return moved


def _bent(line: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Letters a little nearer, wider, higher and lower than they were: a smooth random warp.

    After Simard, Steinkraus and Platt (2003).
    """
    high, wide = line.shape
    coarse = rng.normal(0, 1, (2, 3, max(2, wide // 12))).astype(np.float32)
    across, down = (cv2.resize(one, (wide, high), interpolation=cv2.INTER_CUBIC) for one in coarse)
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    size = float(rng.uniform(0.4, 1.6))
    return np.asarray(
        cv2.remap(line, x + size * across, y + size * down, cv2.INTER_LINEAR, borderValue=(255,)),
        np.uint8,
    )


def encoded(texts: list[str]) -> tuple[Tensor, Tensor]:
    """Texts as the loss wants them: all their signs in one row, and how many each has."""
    rows = [[ALPHABET.index(sign) + 1 for sign in text] for text in texts]
    lengths = torch.tensor([len(row) for row in rows])
    return torch.tensor([sign for row in rows for sign in row]), lengths


def loss_of(model: nn.Module, lines: Lines, places: list[int], rng: np.random.Generator) -> Tensor:
    """How unlikely the network finds the texts of a batch, a sign."""
    given = padded(lines, places, rng).to(DEVICE, memory_format=torch.channels_last)
    with torch.autocast(DEVICE, torch.bfloat16, enabled=HAS_HALVES):
        logits = model(given).float()
    signs, lengths = encoded([lines.texts[place] for place in places])
    log_probabilities = logits.log_softmax(2).transpose(0, 1)
    frames = torch.full((len(places),), logits.shape[1])
    return nn.functional.ctc_loss(
        log_probabilities, signs, frames, lengths, blank=BLANK, zero_infinity=True
    )


@torch.no_grad()
def right_share(model: nn.Module, lines: Lines, most: int = 4000) -> float:
    """The share of lines whose best path is the text, letter by letter."""
    model.eval()
    right = total = 0
    for places in batches(lines, None):
        best = model(padded(lines, places, None).to(DEVICE)).argmax(2)
        for row, place in zip(best.tolist(), places, strict=True):
            text = "".join(
                ALPHABET[sign - 1]
                for sign, before in zip(row, [BLANK, *row], strict=False)
                if sign not in (BLANK, before)
            )
            right += text == lines.texts[place]
        total += len(places)
        if total >= most:
            break
    model.train()
    return right / max(total, 1)


def fit(crops: Path, out: Path, *, minutes: float, seed: int) -> None:
    """Learn for so long, keep the state now and then, and export."""
    torch.manual_seed(seed)
    learned, shown = load_lines(crops, "fit"), load_lines(crops, "tune")
    sys.stderr.write(f"{len(learned.texts)} lines to learn from, {len(shown.texts)} to look at\n")
    model = LineReader(len(ALPHABET) + 1).to(DEVICE).to(memory_format=torch.channels_last)
    mean = AveragedModel(model, avg_fn=_kept, use_buffers=True)
    chooser = torch.optim.AdamW(model.parameters(), lr=BEST_RATE, weight_decay=1e-2)
    state = out / f"{NAME}.state.pt"
    spent, step, passes = 0.0, 0, 0
    if state.exists():
        kept = torch.load(state, map_location=DEVICE)
        model.load_state_dict(kept["model"])
        mean.load_state_dict(kept["mean"])
        chooser.load_state_dict(kept["chooser"])
        spent, step, passes = kept["spent"], kept["step"], kept["passes"]
    began, said = time.monotonic() - spent, 0.0
    while spent < minutes * 60:
        rng = np.random.default_rng([seed, passes])
        for places in batches(learned, rng):
            for group in chooser.param_groups:
                group["lr"] = _rate(spent / (minutes * 60), step)
            chooser.zero_grad(set_to_none=True)
            loss = loss_of(model, learned, places, rng)
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            chooser.step()
            mean.update_parameters(model)
            step += 1
            spent = time.monotonic() - began
            if spent - said > LOOK_EVERY_S or spent >= minutes * 60:
                said = spent
                share = right_share(mean, shown)
                line = f"{spent / 60:5.1f} min, {step} steps, pass {passes}: "
                sys.stderr.write(f"{line}loss {float(loss.detach()):.3f}, right {share:.4f}\n")
                kept = {"model": model.state_dict(), "mean": mean.state_dict()}
                kept |= {"chooser": chooser.state_dict()}
                torch.save({**kept, "spent": spent, "step": step, "passes": passes}, state)
            if spent >= minutes * 60:
                break
        passes += 1
    export(mean.module, out, {"steps": step, "minutes": minutes, "right": right_share(mean, shown)})


def _kept(mean: Tensor, learned: Tensor, _: object) -> Tensor:
    """The running mean of a weight after one more step."""
    return KEEPS * mean + (1 - KEEPS) * learned


def _rate(share: float, step: int) -> float:
    """Up in the first steps, then down along a cosine until the time is over."""
    return BEST_RATE * min(1.0, (step + 1) / 500) * (0.5 + 0.5 * math.cos(math.pi * min(1, share)))


class _Probabilities(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, lines: Tensor) -> Tensor:
        probabilities: Tensor = self.model(lines).softmax(2)
        return probabilities


def export(model: nn.Module, out: Path, facts: dict[str, float]) -> None:
    """Write the network as ONNX, and its card as JSON."""
    model.eval().cpu()
    path = out / f"{NAME}.onnx"
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
    card = {
        "name": NAME,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "signs": ALPHABET,
        "height": HEIGHT,
        "step": STEP,
        "weights": sum(one.numel() for one in model.parameters()),
        **facts,
    }
    (out / f"{NAME}.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.fit", description=__doc__)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(given)
    chosen.out.mkdir(parents=True, exist_ok=True)
    fit(chosen.crops, chosen.out, minutes=chosen.minutes, seed=chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
