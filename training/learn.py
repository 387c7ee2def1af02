"""How a network of lines learns: passes over crops for so long, with its state kept now and then.

The loss is that of connectionist temporal classification (Graves et al., 2006). What is given back
is a running mean of the weights, steadier than the last ones.
"""

import math
import os
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from extractors.frames import BLANK
from training.lines import Batch, Lines, batch_of, batches, encoded, one_pass, read_off

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
HAS_HALVES = DEVICE == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether numbers of 16 bits are quicker here; the loss is always taken in 32."""
LAID = torch.channels_last if DEVICE == "cpu" else torch.contiguous_format
"""How images lie in memory; a GPU is far slower with the other where there are many depths."""
WORKERS = min(4, (os.cpu_count() or 1) // 2) if DEVICE == "cuda" else 0
"""Processes that prepare batches; with no other processor the one that learns does it as well."""
LOOK_EVERY_S = 300
"""After so many seconds it says how it goes, and keeps its state."""
SHOWN = 6000
"""Lines of the tune split that are looked at on the way."""


Parts = dict[str, nn.Module | torch.optim.Optimizer]


@dataclass(frozen=True)
class Recipe:
    """How to learn: for so long, so fast, so many columns of lines at a time.

    The shipped weights are a running mean of those learned, of which each step `keeps` so much.
    """

    minutes: float
    best_rate: float
    columns: int
    keeps: float = 0.999
    warm_up: int = 500
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Learned:
    """A network and how it came about: steps, passes begun, the share of shown lines read right."""

    network: nn.Module
    steps: int
    passes: int
    right: float


@dataclass
class _Progress:
    spent: float = 0.0
    step: int = 0
    passes: int = 0


def learn(network: nn.Module, learned: Lines, shown: Lines, recipe: Recipe, state: Path) -> Learned:
    """Learn for so long; goes on from `state` where that is there, and keeps it up to date."""
    torch.manual_seed(recipe.seed)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True
    network = network.to(DEVICE).to(memory_format=LAID)
    mean = AveragedModel(network, avg_fn=partial(_kept, recipe.keeps), use_buffers=True)
    chooser = torch.optim.AdamW(network.parameters(), lr=recipe.best_rate, weight_decay=1e-2)
    parts: Parts = {"network": network, "mean": mean, "chooser": chooser}
    done = _taken_up(parts, state)
    began, said = time.monotonic() - done.spent, done.spent
    while done.spent < recipe.minutes * 60:
        columns, seed = recipe.columns, recipe.seed
        for batch in one_pass(learned, columns, seed=seed, number=done.passes, workers=WORKERS):
            loss = _step(network, chooser, batch, _rate(recipe, done))
            mean.update_parameters(network)
            done.step += 1
            done.spent = time.monotonic() - began
            is_over = done.spent >= recipe.minutes * 60
            if is_over or done.spent - said > LOOK_EVERY_S:
                said = done.spent
                _keep(parts, done, state)
                _say(done, float(loss), right_share(mean, shown))
            if is_over:
                break
        done.passes += 1
    return Learned(mean.module, done.step, done.passes, right_share(mean, shown))


def _taken_up(parts: Parts, state: Path) -> _Progress:
    if not state.exists():
        return _Progress()
    kept = torch.load(state, map_location=DEVICE)
    for name, part in parts.items():
        part.load_state_dict(kept[name])
    return _Progress(**kept["progress"])


def _keep(parts: Parts, done: _Progress, state: Path) -> None:
    kept = {name: part.state_dict() for name, part in parts.items()}
    unfinished = state.with_suffix(".part")
    torch.save({**kept, "progress": vars(done)}, unfinished)
    unfinished.replace(state)


def _say(done: _Progress, loss: float, right: float) -> None:
    line = f"{done.spent / 60:5.1f} min, {done.step} steps, pass {done.passes}: "
    sys.stderr.write(f"{line}loss {loss:.3f}, right {right:.4f}\n")


def _step(network: nn.Module, chooser: torch.optim.Optimizer, batch: Batch, rate: float) -> Tensor:
    for group in chooser.param_groups:
        group["lr"] = rate
    chooser.zero_grad(set_to_none=True)
    loss = loss_of(network, batch)
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    chooser.step()
    return loss.detach()


def loss_of(network: nn.Module, batch: Batch) -> Tensor:
    """How unlikely the network finds the texts of a batch, a sign."""
    given = batch.lines.to(DEVICE, memory_format=LAID)
    with torch.autocast(DEVICE, torch.bfloat16, enabled=HAS_HALVES):
        logits = network(given)
    signs, lengths = encoded(batch.texts)
    log_probabilities = logits.float().log_softmax(2).transpose(0, 1)
    frames = torch.full((len(batch.texts),), logits.shape[1])
    return nn.functional.ctc_loss(
        log_probabilities, signs, frames, lengths, blank=BLANK, zero_infinity=True
    )


@torch.no_grad()
def right_share(network: nn.Module, lines: Lines, most: int = SHOWN) -> float:
    """The share of lines whose best path is the text, letter by letter."""
    network.eval()
    right = total = 0
    for places in batches(lines, 64 * 160, None):
        batch = batch_of(lines, places, None)
        best = network(batch.lines.to(DEVICE)).argmax(2).tolist()
        right += sum(read_off(row) == text for row, text in zip(best, batch.texts, strict=True))
        total += len(places)
        if total >= most:
            break
    network.train()
    return right / max(total, 1)


def _kept(keeps: float, mean: Tensor, learned: Tensor, _: object) -> Tensor:
    """The running mean of a weight after one more step."""
    return keeps * mean + (1 - keeps) * learned


def _rate(recipe: Recipe, done: _Progress) -> float:
    """Up in the first steps, then down along a cosine until the time is over."""
    share = min(1.0, done.spent / (recipe.minutes * 60))
    warm = min(1.0, (done.step + 1) / recipe.warm_up)
    return recipe.best_rate * warm * (0.5 + 0.5 * math.cos(math.pi * share))
