"""Lines to learn from: loaded from crops, laid side by side, each a little changed each time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from extractors.automaton import ALPHABET

SQUARE = np.ones((2, 2), np.uint8)
BENT, THICKER, THINNER = 0.6, 0.15, 0.15
"""Shares of lines that are warped, and that another pen wrote."""


@dataclass(frozen=True)
class Batch:
    """Lines side by side (batch × 1 × height × width, ink 1 on paper 0) and their texts."""

    lines: Tensor
    texts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Lines:
    """Crops in memory: `pixels` holds them column by column, one after the other."""

    height: int
    pixels: npt.NDArray[np.uint8] = field(repr=False)
    starts: npt.NDArray[np.int64] = field(repr=False)
    widths: npt.NDArray[np.int32] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)

    def line(self, place: int) -> npt.NDArray[np.uint8]:
        """One line: height × width, ink dark."""
        start, width = self.starts[place], self.widths[place]
        return self.pixels[start : start + width * self.height].reshape(width, self.height).T


def load_lines(folder: Path, split: str) -> Lines:
    """All crops of a split, but those whose text has signs that no entry holds."""
    pixels, widths, texts = [], [], []
    for path in sorted(folder.glob(f"{split}-*[0-9].npz")):
        with np.load(path) as shard:
            pixels.append(shard["pixels"])
            widths.append(shard["widths"])
            texts += [str(text) for text in shard["texts"]]
    every = np.concatenate(widths)
    height = sum(len(one) for one in pixels) // int(every.sum())
    starts = np.concatenate([[0], np.cumsum(every.astype(np.int64) * height)[:-1]])
    return Lines(height, np.concatenate(pixels), starts, every, tuple(texts))


def at_line_height(lines: Lines, height: int) -> Lines:
    """The same lines at another height in pixels."""
    if height == lines.height:
        return lines
    made = []
    for place, width in enumerate(lines.widths.tolist()):
        size = (max(8, round(width * height / lines.height)), height)
        made.append(cv2.resize(lines.line(place), size, interpolation=cv2.INTER_AREA))
    widths = np.array([one.shape[1] for one in made], np.int32)
    starts = np.concatenate([[0], np.cumsum(widths.astype(np.int64) * height)[:-1]])
    pixels = np.concatenate([one.T.ravel() for one in made])
    return Lines(height, pixels, starts, widths, lines.texts)


def batches(lines: Lines, columns: int, rng: np.random.Generator | None) -> Iterator[list[int]]:
    """Places of lines of like width, together: so many as fit into `columns` at their width.

    In another order each time where `rng` is given.
    """
    order = np.argsort(lines.widths, kind="stable")
    if rng is not None:
        order = order[np.argsort(lines.widths[order] + rng.uniform(0, 24, len(order)))]
    groups: list[list[int]] = []
    group: list[int] = []
    for place in order.tolist():
        wide = int(lines.widths[place])
        if group and (len(group) + 1) * max(wide, 64) > columns:
            groups.append(group)
            group = []
        group.append(place)
    groups.append(group)
    if rng is not None:
        rng.shuffle(groups)
    yield from groups


def batch_of(lines: Lines, places: list[int], rng: np.random.Generator | None) -> Batch:
    """Lines side by side as a network wants them; with `rng` each a little changed."""
    made = [lines.line(place) for place in places]
    if rng is not None:
        made = [_changed(one, rng) for one in made]
    wide = -(-max(one.shape[1] for one in made) // 16) * 16
    batch = np.zeros((len(made), 1, lines.height, wide), np.float32)
    for row, one in enumerate(made):
        batch[row, 0, :, : one.shape[1]] = 1 - one.astype(np.float32) / 255
    if rng is not None:
        batch *= np.asarray(rng.uniform(0.55, 1.1, (len(made), 1, 1, 1)), np.float32)
        batch += 0.03 * rng.standard_normal(batch.shape, np.float32)
    return Batch(torch.from_numpy(batch), tuple(lines.texts[place] for place in places))


class OnePass(IterableDataset[Batch]):
    """All lines once, in batches, each line a little changed; the work is shared by processes."""

    def __init__(self, lines: Lines, columns: int, *, seed: int, number: int) -> None:
        self.lines, self.columns, self.seed, self.number = lines, columns, seed, number

    def __iter__(self) -> Iterator[Batch]:
        """The batches of this process's share."""
        cv2.setNumThreads(1)
        mine = torch.utils.data.get_worker_info()
        every, first = (mine.num_workers, mine.id) if mine else (1, 0)
        order = np.random.default_rng([self.seed, self.number])
        for place, group in enumerate(batches(self.lines, self.columns, order)):
            if place % every == first:
                rng = np.random.default_rng([self.seed, self.number, place])
                yield batch_of(self.lines, group, rng)


def one_pass(
    lines: Lines, columns: int, *, seed: int, number: int, workers: int
) -> Iterator[Batch]:
    """All lines once, in an order that the seed and the pass's number give.

    `workers` processes prepare the batches; with none this process does.
    """
    made = OnePass(lines, columns, seed=seed, number=number)
    yield from DataLoader(
        made, batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None
    )


def _changed(line: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The same writing as another day, another pen and another scanner would have it."""
    high, width = line.shape
    sx, sy = float(rng.uniform(0.8, 1.25)), float(rng.uniform(0.82, 1.1))
    shear = float(rng.normal(0, 0.1))
    wide = max(8, round(width * sx))
    matrix = np.array(
        [
            [sx, shear, -shear * high / 2 + float(rng.normal(0, 1.0))],
            [0.0, sy, (1 - sy) * high / 2 + float(rng.normal(0, 1.0))],
        ]
    )
    moved = np.asarray(cv2.warpAffine(line, matrix, (wide, high), borderValue=(255,)), np.uint8)
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


def encoded(texts: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Texts as the loss wants them: all their signs in one row, and how many each has."""
    rows = [[ALPHABET.index(sign) + 1 for sign in text] for text in texts]
    lengths = torch.tensor([len(row) for row in rows])
    return torch.tensor([sign for row in rows for sign in row]), lengths


def read_off(best: list[int]) -> str:
    """The text of a best path: repeats are one sign, "no sign here" (0) parts them."""
    pairs = zip(best, [0, *best], strict=False)
    return "".join(ALPHABET[sign - 1] for sign, before in pairs if sign not in (0, before))
