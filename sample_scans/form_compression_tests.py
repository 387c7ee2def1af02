"""The last page of the tablet compression checks."""

from sample_scans.drawing import Drawing
from sample_scans.paper import Fill


def tests_page(d: Drawing, y: float) -> None:
    """Friability, disintegration, yield and signatures, below the page's head."""
    d.text(14, y + 2, "Friability, 100 turns (max. 1.0 %)", size=8.5, bold=True)
    y += 8
    for index, (name, label) in enumerate(
        (("before", "Weight before g"), ("after", "Weight after g"))
    ):
        d.entry(
            f"fri_{name}",
            label,
            "number",
            (14 + 60 * index, y, 26, 8),
            label_width=28,
            decimals=2,
            required=True,
            step="fri",
            fill=Fill(middle=(6.52, 6.49)[index], spread=0.008),
        )
    d.entry(
        "friability",
        "Loss %",
        "number",
        (138, y, 24, 8),
        label_width=16,
        decimals=2,
        unit="%",
        low=0,
        high=1,
        required=True,
        step="fri",
        tolerance=0.005,
        equals="100 * (fri_before - fri_after) / fri_before",
    )
    y += 18
    d.text(14, y, "Disintegration, 6 tablets, minutes (max. 15)", size=8.5, bold=True)
    for number in range(1, 7):
        d.entry(
            f"dis_{number}",
            str(number),
            "number",
            (14 + 26 * (number - 1), y + 6, 22, 8),
            decimals=1,
            unit="min",
            low=0,
            high=15,
            required=True,
            step="dis",
            fill=Fill(middle=7.5, spread=1.2),
        )
    d.entry(
        "dis_max",
        "Longest min",
        "number",
        (14, y + 18, 24, 8),
        label_width=28,
        decimals=1,
        low=0,
        high=15,
        unit="min",
        required=True,
        step="dis",
        equals="max(dis_1, dis_2, dis_3, dis_4, dis_5, dis_6)",
    )
    y += 36
    d.text(14, y, "Yield", size=8.5, bold=True)
    for index, (name, label, middle) in enumerate(
        (
            ("theory", "Theoretical tablets", 216000),
            ("good", "Good tablets", 212400),
            ("rejects", "Rejects and samples", 1650),
        )
    ):
        d.entry(
            name,
            label,
            "number",
            (14, y + 4 + 10 * index, 34, 8),
            label_width=36,
            decimals=0,
            required=True,
            step="yield",
            fill=Fill(middle=middle, spread=middle / 300),
        )
    d.entry(
        "yield",
        "Yield % (97.0–101.0)",
        "number",
        (100, y + 14, 26, 8),
        label_width=34,
        decimals=1,
        low=97,
        high=101,
        unit="%",
        required=True,
        step="yield",
        equals="100 * good / theory",
        tolerance=0.05,
        means="yield",
    )
    y += 42
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (14, y, 42, 8),
        label_width=36,
        means="deviation",
        pattern=r"DEV-\d{2}-\d{3}",
        fill=Fill(template="DEV-YY-###", often=0.06),
    )
    y += 16
    for name, label, role in (
        ("operator", "Operator", "performed_by"),
        ("supervisor", "Supervisor", "verified_by"),
        ("qa", "Quality assurance", "approved_by"),
    ):
        d.entry(
            f"{name}_signature",
            label,
            "signature",
            (14, y, 60, 10),
            label_width=36,
            role=role,
            required=True,
            step="sign",
            frame="line",
        )
        d.entry(
            f"{name}_date",
            "Date",
            "date",
            (120, y + 1, 30, 8),
            label_width=14,
            format="DD/MM/YY",
            required=True,
            step=name,
            not_before="date_3",
            fill=Fill(days=(0, 0) if name != "qa" else (1, 6)),
        )
        y += 15
