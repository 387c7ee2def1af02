"""Wet granulation batch record: numbered steps with limits, times, signatures and dates."""

from datetime import date
from typing import Any

from sample_scans import form_heads
from sample_scans.drawing import Drawing, Look
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
_PAGES: tuple[tuple[tuple[str, str, tuple[tuple[str, str, dict[str, Any]], ...]], ...], ...] = (
    (
        (
            "1.1",
            "Check that the granulator is clean and released.",
            (
                (
                    "equipment",
                    "Granulator",
                    {
                        "type": "text",
                        "pattern": r"GR-\d{2}",
                        "means": "equipment",
                        "fill": Fill(template="GR-1#"),
                    },
                ),
            ),
        ),
        (
            "1.2",
            "Load lactose and maize starch; mix dry for 5 to 8 minutes at 120 rpm.",
            (
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_1.2", "fill": Fill(minutes=(5, 8))},
                ),
                (
                    "speed",
                    "Speed 110–130 rpm",
                    {"type": "number", "decimals": 0, "low": 110, "high": 130, "unit": "rpm"},
                ),
            ),
        ),
        (
            "1.3",
            "Dissolve povidone in purified water at 40 to 50 °C.",
            (
                (
                    "water",
                    "Water kg",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=8.4, spread=0.1)},
                ),
                (
                    "temp",
                    "Temp. 40.0–50.0 °C",
                    {"type": "number", "decimals": 1, "low": 40, "high": 50, "unit": "°C"},
                ),
                (
                    "lot",
                    "Water lot",
                    {
                        "type": "text",
                        "pattern": r"PW\d{4}",
                        "means": "lot",
                        "fill": Fill(template="PW####"),
                    },
                ),
            ),
        ),
        (
            "1.4",
            "Add the binder solution over 4 to 6 minutes.",
            (
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_1.4", "fill": Fill(minutes=(4, 6))},
                ),
                (
                    "load",
                    "Load 35–55 %",
                    {"type": "number", "decimals": 0, "low": 35, "high": 55, "unit": "%"},
                ),
            ),
        ),
        (
            "1.5",
            "Knead to the end point; record the power at the end.",
            (
                (
                    "power",
                    "Power 4.0–6.5 kW",
                    {"type": "number", "decimals": 1, "low": 4, "high": 6.5, "unit": "kW"},
                ),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "end_1.4", "fill": Fill(minutes=(2, 5))},
                ),
            ),
        ),
    ),
    (
        (
            "2.1",
            "Transfer to the fluid bed dryer. Inlet air 60 °C.",
            (
                (
                    "dryer",
                    "Dryer",
                    {
                        "type": "text",
                        "pattern": r"FBD-\d",
                        "means": "equipment",
                        "fill": Fill(template="FBD-#"),
                    },
                ),
                (
                    "inlet",
                    "Inlet 55.0–65.0 °C",
                    {"type": "number", "decimals": 1, "low": 55, "high": 65, "unit": "°C"},
                ),
                ("start", "Start", {"type": "time"}),
            ),
        ),
        (
            "2.2",
            "Dry until the product temperature is 38 to 42 °C.",
            (
                (
                    "product",
                    "Product 38.0–42.0 °C",
                    {"type": "number", "decimals": 1, "low": 38, "high": 42, "unit": "°C"},
                ),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_2.1", "fill": Fill(minutes=(35, 70))},
                ),
            ),
        ),
        (
            "2.3",
            "Loss on drying, three samples; the mean must be 1.0 to 2.5 %.",
            (
                (
                    "lod_a",
                    "Sample A %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod_b",
                    "Sample B %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod_c",
                    "Sample C %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod",
                    "Mean %",
                    {
                        "type": "number",
                        "decimals": 2,
                        "low": 1.0,
                        "high": 2.5,
                        "unit": "%",
                        "equals": "mean(lod_a_2.3, lod_b_2.3, lod_c_2.3)",
                        "tolerance": 0.005,
                    },
                ),
            ),
        ),
        (
            "2.4",
            "Sieve through 1.0 mm; weigh in the tared container.",
            (
                (
                    "gross",
                    "Gross kg",
                    {"type": "number", "decimals": 1, "fill": Fill(middle=62.4, spread=0.6)},
                ),
                (
                    "tare",
                    "Tare kg",
                    {"type": "number", "decimals": 1, "fill": Fill(middle=8.2, spread=0.3)},
                ),
                (
                    "net",
                    "Net kg",
                    {
                        "type": "number",
                        "decimals": 1,
                        "equals": "gross_2.4 - tare_2.4",
                        "tolerance": 0.05,
                        "means": "quantity",
                    },
                ),
            ),
        ),
        (
            "2.5",
            "Add magnesium stearate; final blend for 3 minutes.",
            (
                (
                    "lot",
                    "Lot",
                    {
                        "type": "text",
                        "pattern": r"L\d{5}[A-Z]",
                        "means": "lot",
                        "fill": Fill(template="L#####@"),
                    },
                ),
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_2.5", "fill": Fill(minutes=(3, 4))},
                ),
            ),
        ),
    ),
)


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("caladea", accent="#555555", rule=0.2, small=7.8))
    for index, steps in enumerate(_PAGES):
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
