"""Records written down, put through the scanner, and saved as one file with their truth."""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from sample_scans.everybody import open_everybody
from sample_scans.hands import Hands, open_hands
from sample_scans.people import Roster, make_roster
from sample_scans.record import Work
from sample_scans.render import sheets_of
from sample_scans.scanner import plan_scan, scan
from sample_scans.truth import truth_of
from sample_scans.values import ScanPlan, Split

SUFFIX = {"pdf": ".pdf", "tiff": ".tiff", "png": ".png", "jpeg": ".jpg"}


@dataclass(frozen=True, eq=False)
class Made:
    """One scan: its file name, its bytes, and the truth of each record in it by file name."""

    name: str
    content: bytes = field(repr=False)
    truths: tuple[tuple[str, str], ...] = ()


def scanned(
    works: list[Work],
    stem: str,
    hands: Hands,
    *,
    rng: np.random.Generator,
    split: Split,
    is_known: bool = True,
    plan: ScanPlan | None = None,
) -> Made:
    """Records written down and put through the scanner as one file."""
    sheets = [sheet for work in works for sheet in sheets_of(work, hands)]
    plan = plan or plan_scan(rng, pages=len(sheets), split=split)
    if plan.container in ("png", "jpeg") and _needs_day(works):
        plan = replace(plan, container="pdf")
    day = max(work.scanned_on for work in works)
    works = [replace(work, scanned_on=day) for work in works]
    content = scan(sheets, plan, rng, created=day)
    truths = _truths(works, stem, plan, is_known=is_known)
    return Made(stem + SUFFIX[plan.container], content, truths)


def _truths(
    works: list[Work], stem: str, plan: ScanPlan, *, is_known: bool
) -> tuple[tuple[str, str], ...]:
    names = [stem] if len(works) == 1 else [f"{stem}-{n + 1}" for n in range(len(works))]
    truths = (truth_of(work, plan, is_known=is_known) for work in works)
    return tuple(zip((f"{name}.json" for name in names), truths, strict=True))


def _needs_day(works: list[Work]) -> bool:
    """Whether the truth holds only with the day of scanning, which PNG and JPEG do not keep."""
    flags = {flag for work in works for draft in work.drafts.values() for flag in draft.flags}
    return "impossible_date" in flags


@cache
def people(
    folder: Path | None, split: Split, *, is_everybody: bool = False
) -> tuple[Hands, Roster]:
    """The hands of a split and the people who write in them.

    `is_everybody`: those too who left few letters.
    """
    hands = open_everybody(folder) if is_everybody else open_hands(folder)
    return hands, make_roster(hands.writers(split), split.value)


def save(made: Made, out: Path) -> str:
    """Put a scan and its truth into their folders."""
    (out / "scans" / made.name).write_bytes(made.content)
    for name, text in made.truths:
        (out / "truth" / name).write_text(text, encoding="utf-8")
    return made.name
