"""Where a page lies on a blank, from matches of which many are chance."""

import numpy as np
import pytest

from extractors.candidates import MIN_POINTS, _homography
from extractors.images import moved_points

SHAPE = (1000, 710)
CELL_MM = 10.0
TURNED = np.array([[0.29, 0.004, 2.0], [-0.004, 0.29, -3.0], [0.0, 0.0, 1.0]])
TILTED = np.array([[0.29, 0.004, 2.0], [-0.004, 0.31, -3.0], [8e-5, 2e-4, 1.0]])


def check_boxes(to_mm, *, chance=0.4, seed=5):
    """Corners of like check boxes: on the page, and on the blank, some of another box."""
    rng = np.random.default_rng(seed)
    known = np.array([[20 + CELL_MM * x, 30 + CELL_MM * y] for x in range(16) for y in range(24)])
    known = known[rng.permutation(len(known))[:110]]
    seen = moved_points(known, np.linalg.inv(to_mm)) + rng.normal(0, 0.4, known.shape)
    wrong = rng.random(len(known)) < chance
    known[wrong, 1] += CELL_MM * np.sign(known[wrong, 1] - 150)  # the next box of its column
    return seen, known


@pytest.mark.parametrize("to_mm", [TURNED, TILTED], ids=["on the glass", "photographed"])
def test_a_page_of_like_check_boxes_is_laid_where_it_lies(to_mm):
    found = _homography(*check_boxes(to_mm), SHAPE)
    assert found is not None
    corners = np.array([[0.0, 0], [710, 0], [710, 1000], [0, 1000]])
    off = moved_points(corners, found[0]) - moved_points(corners, to_mm)
    assert np.hypot(*off.T).max() < 2.0


def test_a_page_on_the_glass_is_only_turned_moved_and_scaled():
    found = _homography(*check_boxes(TURNED), SHAPE)
    assert found is not None
    assert (found[0][2] == [0, 0, 1]).all()


def test_matches_without_a_place_in_common_are_no_page():
    rng = np.random.default_rng(1)
    seen, known = rng.uniform(0, 700, (MIN_POINTS, 2)), rng.uniform(0, 200, (MIN_POINTS, 2))
    assert _homography(seen, known, SHAPE) is None
