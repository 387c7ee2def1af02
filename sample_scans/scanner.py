"""The plant's scanners: filled-in sheets become the bytes of a scan.

`plan_scan` decides how a record is scanned, `scan` does it. Poor scans are what a plant would
still archive: a person can read every entry on them. The same sheets, plan and chance give the
same bytes. `scanner_page` holds what happens to one page, `scanner_files` the file formats.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sample_scans.scanner_files import ScannedPage, write_scan
from sample_scans.scanner_page import scan_page
from sample_scans.values import ScanPlan, Split

T = TypeVar("T")

# Shares of good, fair and poor scans. The test split is an exam: leave it as it is.
QUALITIES = {
    Split.FIT: (0.30, 0.35, 0.35),
    Split.TUNE: (0.30, 0.35, 0.35),
    Split.TEST: (0.27, 0.33, 0.40),
}
DPI = {
    "good": ((200, 300, 400, 600), (0.20, 0.72, 0.05, 0.03)),
    "fair": ((150, 200, 300), (0.06, 0.50, 0.44)),
    "poor": ((150, 200, 300), (0.20, 0.54, 0.26)),
}
MODES = {"good": (0.40, 0.48, 0.12), "fair": (0.44, 0.36, 0.20), "poor": (0.46, 0.26, 0.28)}
JPEG_QUALITY = {"good": (82, 96), "fair": (58, 82), "poor": (32, 58)}
SKEW = {"good": (0.5, 1.5), "fair": (1.2, 3.0), "poor": (2.0, 5.0)}
WEAR = {"good": (0.0, 0.18), "fair": (0.1, 0.45), "poor": (0.35, 1.0)}
DAMAGES = ("fade", "streaks", "folded_corner", "bleed_through", "dark_border", "perspective")
DAMAGE_CHANCE = {"good": 0.05, "fair": 0.22, "poor": 0.42}
LOSSLESS = 100
LEAST_QUALITY_AT_150_DPI = 45


def plan_scan(rng: np.random.Generator, *, pages: int, split: Split) -> ScanPlan:
    """How a record of so many pages is scanned. `jpeg_quality` 100 means without loss."""
    quality = _choose(rng, ("good", "fair", "poor"), QUALITIES[split])
    dpi = _choose(rng, *DPI[quality])
    mode = _choose(rng, ("grey", "colour", "bilevel"), MODES[quality])
    container = _container(rng, pages, mode)
    wear = {name: float(rng.uniform(*WEAR[quality])) for name in ("noise", "blur")}
    hit = {name: bool(rng.random() < DAMAGE_CHANCE[quality]) for name in DAMAGES}
    strength = {name: float(rng.uniform(*WEAR[quality])) * hit[name] for name in DAMAGES}
    spread, limit = SKEW[quality]
    is_copy = rng.random() < {"good": 0.02, "fair": 0.10, "poor": 0.25}[quality]
    return ScanPlan(
        quality=quality,
        dpi=dpi,
        mode=mode,
        container=container,
        jpeg_quality=_jpeg_quality(rng, quality, dpi, container),
        turns=_turns(rng, pages),
        skew_degrees=float(np.clip(rng.normal(0, spread), -limit, limit)),
        perspective=strength["perspective"],
        noise=wear["noise"],
        blur=wear["blur"] * (0.6 if dpi == 150 else 1.0),
        fade=strength["fade"],
        streaks=strength["streaks"],
        punch_holes=bool(rng.random() < 0.3),
        folded_corner=hit["folded_corner"],
        bleed_through=strength["bleed_through"],
        generations=2 if is_copy else 1,
        dark_border=strength["dark_border"],
    )


def scan(
    sheets: Sequence[npt.NDArray[np.uint8]],
    plan: ScanPlan,
    rng: np.random.Generator,
    *,
    created: date | None = None,
) -> bytes:
    """Scan sheets (RGB at 300 dpi) into one file. `created` goes into the file's own metadata.

    Raises ValueError where PNG or JPEG is asked to hold several pages.
    """
    pages: list[ScannedPage] = []
    for number, sheet in enumerate(sheets):
        back = sheets[(number + 1) % len(sheets)]
        turn = plan.turns[number % len(plan.turns)] if plan.turns else 0
        pages.append(ScannedPage(scan_page(sheet, back, plan, turn=turn, rng=rng), plan.dpi))
    return write_scan(pages, plan, created)


def _choose(rng: np.random.Generator, choices: Sequence[T], shares: Sequence[float]) -> T:
    return choices[int(rng.choice(len(choices), p=shares))]


def _container(rng: np.random.Generator, pages: int, mode: str) -> str:
    """PDF mostly; what holds one page only is for records of one page."""
    if pages > 1:
        return _choose(rng, ("pdf", "tiff"), (0.82, 0.18))
    if mode == "bilevel":
        return _choose(rng, ("pdf", "tiff", "png"), (0.72, 0.18, 0.10))
    return _choose(rng, ("pdf", "tiff", "png", "jpeg"), (0.66, 0.12, 0.07, 0.15))


def _jpeg_quality(rng: np.random.Generator, quality: str, dpi: int, container: str) -> int:
    low, high = JPEG_QUALITY[quality]
    chosen = int(rng.integers(low, high))
    is_lossless = rng.random() < {"pdf": 0.06, "tiff": 0.4}.get(container, 0.0)
    if container == "png" or (is_lossless and quality == "good" and dpi <= 200):
        return LOSSLESS
    return max(chosen, LEAST_QUALITY_AT_150_DPI) if dpi == 150 else chosen


def _turns(rng: np.random.Generator, pages: int) -> tuple[int, ...]:
    """Mostly upright; sometimes a whole stack, sometimes one page lay another way round."""
    turns = [0] * pages
    chance = float(rng.random())
    other = _choose(rng, (90, 180, 270), (0.35, 0.35, 0.30))
    if chance < 0.12:
        turns = [other] * pages
    elif chance < 0.20:
        turns[int(rng.integers(pages))] = other
    return tuple(turns)
