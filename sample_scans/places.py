"""Where a page is still white: for notes in the margin and signatures in the wrong place."""

from functools import cache

import numpy as np
import numpy.typing as npt

from extractors.values import Box
from sample_scans.paper import PaperForm

_CELL = 1.0
_CLEAR = 3.5  # how far from every field, in millimetres
_EDGE = 9.0  # how far from the paper's edge


def free_place(
    form: PaperForm,
    page: int,
    size: tuple[float, float],
    *,
    rng: np.random.Generator,
    near: Box | None = None,
    taken: tuple[Box, ...] = (),
) -> Box | None:
    """A place of that size with neither print nor fields, near another box where one is given."""
    grid = _occupied(form.folder, page)(form).copy()
    for box in taken:
        _block(grid, box, _CLEAR)
    wide, high = int(np.ceil(size[0] / _CELL)), int(np.ceil(size[1] / _CELL))
    sums = np.pad(grid.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    if sums.shape[0] <= high or sums.shape[1] <= wide:
        return None
    total = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    rows, columns = np.nonzero(total == 0)
    if not len(rows):
        return None
    if near is not None:
        distance = np.hypot(columns * _CELL - near.x, rows * _CELL - near.y)
        best = np.argsort(distance, kind="stable")[: max(1, len(distance) // 40)]
        rows, columns = rows[best], columns[best]
    pick = int(rng.integers(len(rows)))
    return Box(float(columns[pick]) * _CELL, float(rows[pick]) * _CELL, size[0], size[1])


class _Occupied:
    def __init__(self, page: int) -> None:
        self.page = page
        self.grid: npt.NDArray[np.bool_] | None = None

    def __call__(self, form: PaperForm) -> npt.NDArray[np.bool_]:
        if self.grid is None:
            width, height = form.head.size_mm
            grid = np.zeros((int(height / _CELL), int(width / _CELL)), bool)
            edge = int(_EDGE / _CELL)
            grid[:edge] = grid[-edge:] = True
            grid[:, :edge] = grid[:, -edge:] = True
            for page, box in form.print:
                if page == self.page:
                    _block(grid, box, 0.8)
            for paper in form.on_page(self.page):
                _block(grid, paper.field.box, _CLEAR)
            self.grid = grid
        return self.grid


@cache
def _occupied(folder: str, page: int) -> _Occupied:
    """One grid a page, made once."""
    return _Occupied(page)


def _block(grid: npt.NDArray[np.bool_], box: Box, margin: float) -> None:
    left, top = int(max((box.x - margin) / _CELL, 0)), int(max((box.y - margin) / _CELL, 0))
    right, bottom = (
        int(np.ceil((box.right + margin) / _CELL)),
        int(np.ceil((box.bottom + margin) / _CELL)),
    )
    grid[top:bottom, left:right] = True
