"""Crops to learn from: the reader's own stages give back what a hand wrote into a sheet."""

import numpy as np
import pytest

from extractors.recognise import PADDLE_HEIGHT
from sample_scans.hands import NoHands, open_hands
from sample_scans.values import Split
from training.crops import LONGEST, Order, make_crops

SPLIT = Split.FIT


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    try:
        open_hands(None)
    except NoHands as error:
        pytest.skip(str(error))
    return Order(hands=None, out=tmp_path_factory.mktemp("crops"), split=SPLIT, seed=3)


def shard_of(order, number):
    with np.load(order.out / f"{SPLIT.value}-{order.seed}-{number:05}.npz") as shard:
        return {name: shard[name] for name in shard.files}


def test_a_sheet_gives_lines_with_ink_and_their_texts(order):
    count = make_crops(order, 1)
    shard = shard_of(order, 1)
    assert count == len(shard["texts"]) == len(shard["widths"]) > 20
    assert shard["widths"].sum() * PADDLE_HEIGHT == len(shard["pixels"])
    assert shard["widths"].max() <= LONGEST
    start = 0
    for width, text in zip(shard["widths"], shard["texts"], strict=True):
        line = shard["pixels"][start : start + width * PADDLE_HEIGHT]
        start += width * PADDLE_HEIGHT
        assert line.min() < 128, f"{text} has no ink"
    assert all(text for text in shard["texts"])


def test_a_sheet_that_is_there_is_not_made_again_and_the_same_seed_gives_the_same(order):
    make_crops(order, 2)
    first = shard_of(order, 2)
    assert make_crops(order, 2) == 0
    (order.out / f"{SPLIT.value}-{order.seed}-00002.npz").unlink()
    make_crops(order, 2)
    second = shard_of(order, 2)
    assert all(np.array_equal(first[name], second[name]) for name in first)
