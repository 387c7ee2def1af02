"""Wet granulation batch record: numbered steps with limits, times, signatures and dates."""

from datetime import date
from typing import Any

from sample_scans import form_heads
from sample_scans.drawing import Drawing, Look
from sample_scans.form_granulation_steps import STEPS
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="BMR-118",
    version="3.1",
    title="Wet Granulation Batch Record",
    size_mm=(210, 297),
    page_count=3,
    effective=date(2018, 5, 14),
    company="Helmar AG",
)

BATCH = r"[A-Z]\d{6}"


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("caladea", accent="#555555", rule=0.2, small=7.8))
    for index, steps in enumerate(STEPS):
        d.page()
        y = _page_head(d, form_heads.ruled(d), is_first=index == 0)
        for tag, words, wanted in steps:
            y = _step(d, y, tag, words=words, wanted=wanted)
    d.page()
    _last(d, _page_head(d, form_heads.ruled(d), is_first=False))
    return d.done()


def _page_head(d: Drawing, y: float, *, is_first: bool) -> float:
    name = "batch_number" if is_first else f"batch_number_p{d.page_number}"
    d.entry(
        name,
        "Batch No.",
        "text",
        (15, y, 36, 8),
        label_width=20,
        required=True,
        pattern=BATCH,
        means="batch_number",
        same_as=None if is_first else "batch_number",
        fill=Fill(template="@######"),
    )
    if is_first:
        d.entry(
            "product",
            "Product",
            "text",
            (78, y, 48, 8),
            label_width=16,
            required=True,
            means="product",
            fill=Fill(words=("Helmacin 200", "Helmacin 400", "Dolorex forte")),
        )
        d.entry(
            "batch_size",
            "Size kg",
            "number",
            (148, y, 22, 8),
            label_width=14,
            decimals=0,
            required=True,
            means="quantity",
            fill=Fill(words=("50", "54", "60")),
        )
    else:
        d.text(78, y + 5.2, "The batch number must be the same on every page.", size=7.5)
    return y + 12


def _step(
    d: Drawing,
    y: float,
    tag: str,
    *,
    words: str,
    wanted: tuple[tuple[str, str, dict[str, Any]], ...],
) -> float:
    d.rect(15, y, 180, 38)
    d.line(27, y, 27, y + 38)
    d.text(21, y + 6, tag, size=10, bold=True, align="centre")
    d.text(29, y + 5.5, words, size=8.6)
    x = 30.0
    for key, label, keys in wanted:
        keys = {"required": True, "step": tag, **keys}
        kind = keys.pop("type")
        if kind == "time":
            keys["format"] = "HH:MM"
        d.entry(f"{key}_{tag}", label, kind, (x, y + 12, 34, 8), **keys)
        x += 41
    d.text(30, y + 30, "Done by", size=7.5)
    d.field(
        f"done_{tag}",
        f"Step {tag} done by",
        "signature",
        (43, y + 24, 40, 10),
        role="performed_by",
        required=True,
        step=tag,
    )
    d.text(86, y + 30, "Date", size=7.5)
    d.field(
        f"date_{tag}",
        f"Step {tag} date",
        "date",
        (94, y + 25, 32, 8),
        format="DD-MMM-YYYY",
        required=True,
        step=tag,
    )
    d.text(130, y + 30, "Checked by", size=7.5)
    d.field(
        f"seen_{tag}",
        f"Step {tag} checked by",
        "initials",
        (147, y + 25, 22, 8),
        role="verified_by",
        required=True,
        step=tag,
    )
    return y + 41


def _last(d: Drawing, y: float) -> None:
    d.text(15, y + 4, "3  Yield and review", size=11, bold=True)
    y += 9
    d.entry(
        "theory",
        "Theoretical yield kg (A)",
        "number",
        (15, y, 30, 8),
        label_width=58,
        decimals=1,
        required=True,
        step="3",
        fill=Fill(middle=56.0, spread=0.8),
    )
    d.entry(
        "actual",
        "Actual yield kg (B)",
        "number",
        (15, y + 11, 30, 8),
        label_width=58,
        decimals=1,
        required=True,
        step="3",
        same_as=None,
        fill=Fill(middle=54.3, spread=0.6),
    )
    d.entry(
        "yield",
        "Yield % = 100 × B / A   (95.0–101.0 %)",
        "number",
        (15, y + 22, 30, 8),
        label_width=58,
        decimals=1,
        unit="%",
        low=95,
        high=101,
        required=True,
        step="3",
        equals="100 * actual / theory",
        tolerance=0.05,
        means="yield",
    )
    d.entry(
        "samples",
        "Samples taken g",
        "number",
        (112, y, 24, 8),
        label_width=34,
        decimals=0,
        unit="g",
        step="3",
        fill=Fill(middle=120, spread=10),
    )
    d.entry(
        "waste",
        "Waste kg",
        "number",
        (112, y + 11, 24, 8),
        label_width=34,
        decimals=1,
        unit="kg",
        step="3",
        fill=Fill(middle=0.8, spread=0.2),
    )
    d.entry(
        "containers",
        "Containers",
        "number",
        (112, y + 22, 24, 8),
        label_width=34,
        decimals=0,
        required=True,
        step="3",
        fill=Fill(middle=4, spread=1),
    )
    y += 36
    d.text(15, y + 3, "All steps were done as written:", size=8)
    d.choices(
        (("as_written", "Yes", 0.9), ("not_as_written", "No, see deviation", 0.1)),
        (68, y),
        group="as_written",
        gap=18,
        step="3",
    )
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (128, y - 2, 36, 8),
        label_width=24,
        means="deviation",
        pattern=r"D\d{2}-\d{4}",
        required_if="not_as_written",
        fill=Fill(template="DYY-####", often=0.05),
    )
    d.text(15, y + 14, "Comments", size=8)
    for line in range(3):
        d.field(
            f"comment_{line + 1}",
            f"Comment line {line + 1}",
            "text",
            (32, y + 9 + 9 * line, 163, 8),
            frame="line",
            fill=Fill(
                words=(
                    "Filter bag changed before drying",
                    "Granules look normal",
                    "Mixer stopped once, restarted",
                    "Sieve checked, no damage",
                ),
                often=(0.4, 0.15, 0.05)[line],
            ),
        )
    y += 46
    for name, label, role, days in (
        ("production", "Head of production", "reviewed_by", (0, 2)),
        ("quality", "Quality assurance", "approved_by", (2, 9)),
    ):
        d.rect(15, y, 180, 22)
        d.text(17, y + 12, label, size=8.5, bold=True)
        d.field(
            f"{name}_signature",
            f"{label} signature",
            "signature",
            (58, y + 6, 60, 12),
            role=role,
            required=True,
            step=name,
            frame="line",
        )
        d.text(60, y + 21.2, "Signature", size=6.5)
        before = "date_2.5" if name == "production" else "production_date"
        d.field(
            f"{name}_date",
            f"{label} date",
            "date",
            (138, y + 8, 36, 8),
            format="DD-MMM-YYYY",
            required=True,
            step=name,
            not_before=before,
            frame="line",
            fill=Fill(days=days),
        )
        d.text(140, y + 21.2, "Date (DD-MMM-YYYY)", size=6.5)
        y += 27
