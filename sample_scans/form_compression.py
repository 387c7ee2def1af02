"""Tablet compression in-process checks: a dense grid of numbers over three pages."""

from datetime import date
from typing import Any

from sample_scans import form_heads
from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.form_compression_tests import tests_page
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="IPC-52",
    version="05",
    title="In-process checks, tablet compression",
    size_mm=(210, 297),
    page_count=3,
    effective=date(2016, 9, 1),
    company="Norvia Pharma · Tabletting",
)

_TIME = Column(
    "time", "Time|HH:MM", 17, "time", {"format": "HH:MM", "required": True}, Fill(minutes=(28, 33))
)
_BY = Column("by", "Initials", 16, "initials", {"role": "performed_by", "required": True})


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("vera", accent="#0a6b5b", rule=0.2, small=6.6, tint="#e4f1ee"))
    _weights(d)
    _hardness(d)
    tests_page(d, _page_head(d))
    return d.done()


def _page_head(d: Drawing) -> float:
    d.page()
    y = form_heads.plain(d, logo="triangle")
    number = d.page_number
    d.entry(
        "batch_number" if number == 1 else f"batch_number_{number}",
        "Batch no.",
        "text",
        (14, y + 2, 44, 7),
        label_width=20,
        comb=8,
        required=True,
        means="batch_number",
        pattern=r"\d{8}",
        same_as=None if number == 1 else "batch_number",
        fill=Fill(template="########"),
    )
    d.entry(
        f"date_{number}",
        "Date",
        "date",
        (86, y + 2, 30, 7),
        label_width=12,
        format="DD/MM/YY",
        required=True,
        means="manufacturing_date" if number == 1 else None,
        step=f"page{number}",
        not_before=None if number == 1 else f"date_{number - 1}",
    )
    d.entry(
        f"press_{number}",
        "Press",
        "text",
        (138, y + 2, 24, 7),
        label_width=12,
        required=True,
        pattern=r"TP-\d{3}",
        means="equipment",
        same_as=None if number == 1 else "press_1",
        fill=Fill(template="TP-0##"),
    )
    return y + 14


def _grid(
    d: Drawing,
    y: float,
    kind: str,
    *,
    count: int,
    wide: float,
    keys: dict[str, Any],
    rows: int,
    limits: dict[str, Any],
) -> float:
    names = [f"{kind}{number}" for number in range(1, count + 1)]
    mean = ", ".join(f"{name}_{{r}}" for name in names)
    columns = [_TIME]
    columns += [
        Column(name, str(number + 1), wide, "number", {**keys, "required": True})
        for number, name in enumerate(names)
    ]
    columns.append(
        Column(
            f"{kind}_mean",
            "Mean",
            wide + 2,
            "number",
            {
                "decimals": keys["decimals"],
                "required": True,
                "equals": f"mean({mean})",
                "tolerance": 0.5 * 10 ** -keys["decimals"],
                **limits,
            },
        )
    )
    columns.append(_BY)
    tags = [f"{kind}{row}" for row in range(1, rows + 1)]
    made = [
        Row(
            tag,
            keys={"time": {"not_before": f"time_{tags[index - 1]}" if index else None}},
            is_spare=index >= rows - 1,
        )
        for index, tag in enumerate(tags)
    ]
    return d.table((14, y), columns, made, row_height=8, head_height=8, block=kind)


def _weights(d: Drawing) -> None:
    y = _page_head(d)
    d.text(14, y + 2, "Tablet weight mg: 10 tablets every 30 minutes", size=8.5, bold=True)
    d.text(
        14,
        y + 6.5,
        "Limits: single tablet 235–265 mg, mean 243–257 mg. Stop the press outside of them.",
        size=7,
    )
    y = _grid(
        d,
        y + 9,
        "w",
        count=10,
        wide=13,
        rows=7,
        limits={"low": 243, "high": 257},
        keys={"decimals": 0, "low": 235, "high": 265, "fill": Fill(middle=250, spread=3.5)},
    )
    y += 8
    d.text(14, y, "Thickness mm, 5 tablets at start and end (3.80–4.20)", size=8.5, bold=True)
    names = [f"t{number}" for number in range(1, 6)]
    columns = [Column("when", "", 24)]
    columns += [
        Column(
            name,
            str(number + 1),
            20,
            "number",
            {"decimals": 2, "low": 3.8, "high": 4.2, "required": True},
        )
        for number, name in enumerate(names)
    ]
    columns.append(
        Column("t_by", "Initials", 20, "initials", {"role": "performed_by", "required": True})
    )
    y = d.table(
        (14, y + 3),
        columns,
        (Row("start", {"when": "Start"}), Row("end", {"when": "End"})),
        row_height=8,
        head_height=7,
    )
    d.entry(
        "remark_1",
        "Remarks",
        "text",
        (14, y + 6, 160, 8),
        label_width=18,
        frame="line",
        fill=Fill(
            words=("Dosing adjusted after 2nd sample", "Press stopped 10 min", "Hopper refilled"),
            often=0.3,
        ),
    )
    y += 22
    d.text(14, y + 3, "Appearance:", size=7.5)
    d.choices(
        (("look_good", "conforms", 0.95), ("look_bad", "does not conform", 0.05)),
        (40, y),
        group="appearance",
        gap=28,
    )
    d.text(120, y + 3, "Metal detector test:", size=7.5)
    d.choices(
        (("metal_ok", "passed", 0.97), ("metal_bad", "failed", 0.03)),
        (152, y),
        group="metal",
        gap=20,
    )
    d.entry(
        "checked_1",
        "Page checked by",
        "initials",
        (14, y + 10, 24, 8),
        label_width=30,
        role="verified_by",
        required=True,
        step="page1",
    )


def _hardness(d: Drawing) -> None:
    y = _page_head(d)
    d.text(14, y + 2, "Hardness N: 6 tablets every hour", size=8.5, bold=True)
    d.text(14, y + 6.5, "Limits: single 60–110 N, mean 70–100 N", size=7)
    y = _grid(
        d,
        y + 9,
        "h",
        count=6,
        wide=18,
        rows=5,
        limits={"low": 70, "high": 100},
        keys={"decimals": 0, "low": 60, "high": 110, "fill": Fill(middle=85, spread=7)},
    )
    y += 9
    d.text(14, y, "Press settings", size=8.5, bold=True)
    settings = (
        ("speed", "Speed 25–40 rpm", 0, 25, 40),
        ("main_force", "Main force 8.0–16.0 kN", 1, 8, 16),
        ("pre_force", "Pre-force 1.0–4.0 kN", 1, 1, 4),
        ("depth", "Fill depth 6.00–9.00 mm", 2, 6, 9),
    )
    columns = [Column("set", "Setting and limits", 52)]
    columns += [
        Column(f"s{n}", f"Reading {n}", 26, "number", {"required": n < 3}) for n in (1, 2, 3)
    ]
    columns.append(
        Column("s_by", "Initials", 20, "initials", {"role": "performed_by", "required": True})
    )
    rows = [
        Row(
            tag,
            {"set": label},
            {f"s{n}": {"decimals": decimals, "low": low, "high": high} for n in (1, 2, 3)},
        )
        for tag, label, decimals, low, high in settings
    ]
    y = d.table((14, y + 3), columns, rows, row_height=8.5, head_height=7)
    y += 8
    d.text(14, y + 3, "Punches inspected:", size=7.5)
    d.choices(
        (("punch_yes", "Yes", 0.97), ("punch_no", "No", 0.03)), (46, y), group="punches", gap=16
    )
    d.entry(
        "punch_set",
        "Punch set No.",
        "text",
        (86, y - 2, 30, 8),
        label_width=24,
        required=True,
        pattern=r"PS\d{3}/\d",
        means="equipment",
        fill=Fill(template="PS###/#"),
    )
    d.entry(
        "checked_2",
        "Page checked by",
        "initials",
        (14, y + 12, 24, 8),
        label_width=30,
        role="verified_by",
        required=True,
        step="page2",
    )
