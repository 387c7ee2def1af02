"""The samples that are kept in this folder: every form and most faults, in few megabytes."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sample_scans.blank_forms import forms_of, strays_of
from sample_scans.contents import FAULTS, PAGE_FAULTS, expect_deviation
from sample_scans.form_yaml import write_form
from sample_scans.people import Roster
from sample_scans.record import Work
from sample_scans.scan_files import people, save, scanned
from sample_scans.scanner import plan_scan
from sample_scans.story import write_correctly
from sample_scans.values import ScanPlan, Split
from sample_scans.voids import void_unused_rows

SEED = 2024


@dataclass(frozen=True)
class Recipe:
    """One scan: its forms (by folder), its faults, and how well it was scanned."""

    forms: str
    faults: str
    quality: str
    container: str = "pdf"
    mode: str = "grey"


RECIPES = (
    Recipe("MD-204-v7", "", "good", mode="colour"),
    Recipe("MD-204-v7", "corrected same_person", "fair"),
    Recipe("MD-204-v7", "void_unsigned limit", "poor", mode="bilevel"),
    Recipe("BMR-118-v3.1", "", "good"),
    Recipe("BMR-118-v3.1", "unsigned wrong_sum misplaced", "fair"),
    Recipe("BMR-118-v3.1", "missing_page overwritten", "poor"),
    Recipe("IPC-52-v05", "batch_number blank", "fair", mode="bilevel"),
    Recipe("IPC-52-v05", "page_order limit", "good", "tiff", "bilevel"),
    Recipe("IPC-52-v05", "scribbled corrected_unsigned", "poor"),
    Recipe("PKG-310-v2", "", "good", mode="bilevel"),
    Recipe("PKG-310-v2", "wrong_sum fluid", "fair", mode="colour"),
    Recipe("PKG-310-v2", "rewritten_page", "poor"),
    Recipe("LC-031-v3", "two_marked none_marked", "good"),
    Recipe("LC-031-v4", "smudge unknown_signatory", "fair"),
    Recipe("LC-031-v3", "date_only date_order", "poor", "jpeg"),
    Recipe("LC-031-v4", "", "fair", "png", "bilevel"),
    Recipe("CCP-09-v11", "", "good", mode="colour"),
    Recipe("CCP-09-v11", "time_order limit", "fair"),
    Recipe("CCP-09-v11", "not_applicable bad_format stamp_over", "poor", mode="colour"),
    Recipe("QC-017-vB", "impossible_date", "good"),
    Recipe("QC-017-vB", "note line", "fair", "jpeg", "colour"),
    Recipe("QC-017-vB", "stamp_only overshoot", "poor", mode="bilevel"),
    Recipe("LC-031-v4 QC-017-vB", "corrected", "fair"),
    Recipe("MD-204-v7", "double_page", "fair", "tiff"),
    Recipe("Visitors-v1", "", "fair"),
)


def make_committed(out: Path, *, hands: Path) -> None:
    """Write the forms, scans, truth and signature log that are kept in the repository."""
    for name in ("forms", "scans", "truth"):
        (out / name).mkdir(parents=True, exist_ok=True)
    for form in forms_of(Split.FIT):
        write_form(form, out / "forms")
    writers, roster = people(hands, Split.FIT)
    (out / "signatories.csv").write_text(roster.csv(), encoding="utf-8")
    for number, recipe in enumerate(RECIPES, start=1):
        rng = np.random.default_rng([SEED, number])
        works = _works(recipe, roster, rng)
        plan = _plan(recipe, sum(len(work.order) for work in works), rng)
        is_known = recipe.forms != "Visitors-v1"
        stem = f"{number:03}"
        made = scanned(works, stem, writers, rng=rng, split=Split.FIT, is_known=is_known, plan=plan)
        save(made, out)


def _works(recipe: Recipe, roster: Roster, rng: np.random.Generator) -> list[Work]:
    if recipe.forms == "Visitors-v1":
        return [_work(strays_of(Split.FIT)[0].folder, (), roster, rng)]
    faults = tuple(recipe.faults.split())
    return [_work(folder, faults, roster, rng) for folder in recipe.forms.split()]


def _work(folder: str, faults: tuple[str, ...], roster: Roster, rng: np.random.Generator) -> Work:
    known = forms_of(Split.FIT) + strays_of(Split.FIT)
    form = next(form for form in known if form.folder == folder)
    for _ in range(200):
        work = write_correctly(form, roster, rng)
        first = [name for name in faults if name in PAGE_FAULTS]
        is_done = all(PAGE_FAULTS[name](work) for name in first)
        void_unused_rows(work)
        is_done = is_done and all(FAULTS[name](work) for name in faults if name not in first)
        if is_done:
            work.faults += faults
            expect_deviation(work)
            return work
    raise ValueError(f"{folder} has no place for {', '.join(faults)}")


def _plan(recipe: Recipe, pages: int, rng: np.random.Generator) -> ScanPlan:
    """A plan of the wanted quality, not finer than 200 dpi: the files are to stay small."""
    for _ in range(2000):
        plan = plan_scan(rng, pages=pages, split=Split.FIT)
        if plan.quality == recipe.quality and plan.dpi in (150, 200):
            loss = min(plan.jpeg_quality, 88)
            return replace(plan, container=recipe.container, mode=recipe.mode, jpeg_quality=loss)
    raise ValueError(f"no {recipe.quality} scan came up")
