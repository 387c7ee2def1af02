"""A brew sheet: heavy bars, italic feel, no boxes. Only the test split uses it."""

from datetime import date
from typing import Any

from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="BR 14",
    version="2021-A",
    title="Brew sheet",
    size_mm=(215.9, 279.4),
    page_count=1,
    effective=date(2019, 1, 1),
    company="Old Mill Brewing Co.",
)

_MALTS = ("Pale malt", "Munich", "Wheat malt", "Cara 120", "Oats", "Rye")
_HOPS = ("Saaz", "Cascade", "Hallertau", "Magnum", "Perle")


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(
        HEAD, Look("caladea", accent="#000000", frame="dots", rule=0.3, small=9, tint="#ffffff")
    )
    d.page()
    d.text(14, 18, "Brew sheet", size=22, bold=True)
    d.text(202, 13, d.head.company, size=9, align="right")
    d.text(
        202,
        18,
        f"No. {d.head.number} / Version {d.head.version} / {d.page_of}",
        size=9,
        align="right",
    )
    d.rect(14, 21, 188, 2.2, fill="#000000", rule=0)
    y = _head(d, 28)
    y = _grain(d, y)
    y = _mash(d, y)
    y = _boil(d, y)
    _foot(d, y)
    return d.done()


def _bar(d: Drawing, y: float, words: str) -> float:
    d.rect(14, y, 188, 5.5, fill="#000000", rule=0)
    d.text(16, y + 4, words, size=9, bold=True, colour="#ffffff")
    return y + 7.5


def _head(d: Drawing, y: float) -> float:
    d.entry(
        "beer",
        "Beer",
        "text",
        (14, y, 50, 8),
        label_width=14,
        required=True,
        means="product",
        fill=Fill(words=("Pale Ale", "Porter", "Mill Lager", "Wheat", "Amber")),
    )
    d.entry(
        "batch_number",
        "Brew",
        "text",
        (86, y, 30, 8),
        label_width=14,
        required=True,
        means="batch_number",
        pattern=r"\d{2}-\d{3}",
        fill=Fill(template="YY-###"),
    )
    d.entry(
        "brewed_on",
        "Date",
        "date",
        (140, y, 44, 8),
        label_width=14,
        required=True,
        format="MM/DD/YYYY",
        step="head",
        means="manufacturing_date",
    )
    return y + 11


def _grain(d: Drawing, y: float) -> float:
    y = _bar(d, y, "Grain and hops")
    columns = (
        Column(
            "malt", "Malt", 42, "text", {"means": "material", "required": True}, Fill(words=_MALTS)
        ),
        Column(
            "malt_lot",
            "Lot",
            28,
            "text",
            {"means": "lot", "required": True, "pattern": r"[A-Z]\d{4}"},
            Fill(template="@####"),
        ),
        Column(
            "malt_kg",
            "kg",
            22,
            "number",
            {"decimals": 1, "required": True},
            Fill(middle=64, spread=20),
        ),
        Column("hop", "Hops", 36, "text", {"required": True}, Fill(words=_HOPS)),
        Column(
            "hop_g",
            "g",
            20,
            "number",
            {"decimals": 0, "required": True},
            Fill(middle=350, spread=90),
        ),
        Column(
            "at_min",
            "min",
            18,
            "number",
            {"decimals": 0, "low": 0, "high": 90, "required": True},
            Fill(middle=30, spread=12),
        ),
        Column("added", "By", 22, "initials", {"role": "performed_by", "required": True}),
    )
    rows = [Row(f"g{n}", is_spare=n > 2) for n in range(1, 6)]
    return d.table((14, y), columns, rows, row_height=8.5, head_height=6, block="grain") + 3


def _mash(d: Drawing, y: float) -> float:
    y = _bar(d, y, "Mash (24 h clock)")
    rests = (
        ("protein", "52 °C", 50, 54),
        ("maltose", "63 °C", 61, 65),
        ("sugar", "72 °C", 70, 74),
        ("out", "78 °C", 76, 79),
    )
    for index, (tag, words, low, high) in enumerate(rests):
        x, row_y = 14 + 95 * (index % 2), y + 10 * (index // 2)
        d.text(x, row_y + 6, f"Rest {words}", size=9)
        d.field(
            f"temp_{tag}",
            f"Rest {words}: °C",
            "number",
            (x + 24, row_y, 20, 8),
            decimals=1,
            low=low,
            high=high,
            unit="°C",
            required=True,
            step=tag,
            fill=Fill(middle=(low + high) / 2, spread=0.5),
        )
        d.text(x + 45, row_y + 6, "at", size=9)
        before = f"at_{rests[index - 1][0]}" if index else None
        d.field(
            f"at_{tag}",
            f"Rest {words}: time",
            "time",
            (x + 50, row_y, 22, 8),
            format="HH:MM",
            required=True,
            step=tag,
            not_before=before,
            fill=Fill(minutes=(20, 40)),
        )
        d.field(
            f"by_{tag}",
            f"Rest {words}: by",
            "initials",
            (x + 75, row_y, 16, 8),
            role="performed_by",
            required=True,
            step=tag,
        )
    return y + 23


def _boil(d: Drawing, y: float) -> float:
    y = _bar(d, y, "Boil and pitching")
    fields: tuple[tuple[str, str, int, float, float, dict[str, Any]], ...] = (
        ("volume_before", "Volume before, hl", 1, 11.6, 0.15, {}),
        ("volume_after", "Volume after, hl", 1, 10.6, 0.12, {}),
        (
            "evaporation",
            "Evaporation %",
            1,
            0,
            0,
            {"equals": "100 * (volume_before - volume_after) / volume_before", "tolerance": 0.05},
        ),
        ("gravity", "Original gravity °P (11.0–14.0)", 1, 12.4, 0.4, {"low": 11, "high": 14}),
        ("ph", "pH (4.9–5.5)", 2, 5.2, 0.08, {"low": 4.9, "high": 5.5}),
        ("pitch", "Pitching temp. °C (8.0–22.0)", 1, 16, 2, {"low": 8, "high": 22}),
    )
    for index, (name, label, decimals, middle, spread, keys) in enumerate(fields):
        x, row_y = 14 + 95 * (index % 2), y + 9.5 * (index // 2)
        d.entry(
            name,
            label,
            "number",
            (x, row_y, 26, 8),
            label_width=52,
            decimals=decimals,
            required=True,
            step="boil",
            fill=Fill(middle=middle, spread=spread),
            **keys,
        )
    y += 30
    d.text(14, y + 4, "Yeast", size=9)
    d.choices(
        (("ale", "ale", 0.5), ("lager", "lager", 0.3), ("wheat", "wheat", 0.2)),
        (30, y),
        group="yeast",
        gap=20,
        size=4.6,
    )
    d.entry(
        "tank",
        "Tank",
        "text",
        (110, y - 2, 22, 8),
        label_width=12,
        required=True,
        means="equipment",
        pattern=r"T\d{2}",
        fill=Fill(template="T##"),
    )
    return y + 10


def _foot(d: Drawing, y: float) -> None:
    y = _bar(d, y, "Release")
    d.entry(
        "start_ferment",
        "Fermentation started",
        "time",
        (14, y, 24, 8),
        label_width=36,
        format="HH:MM",
        required=True,
        step="boil",
        not_before="at_out",
        fill=Fill(minutes=(120, 220)),
    )
    d.entry(
        "deviation",
        "Deviation",
        "text",
        (110, y, 36, 8),
        label_width=20,
        means="deviation",
        pattern=r"\d{3}/\d{2}",
        fill=Fill(template="###/YY", often=0.05),
    )
    y += 10
    d.entry(
        "notes",
        "Notes",
        "text",
        (14, y, 172, 8),
        label_width=16,
        fill=Fill(
            words=("Lauter stuck, raked twice", "Added 2 hl of water", "Foam in kettle"), often=0.35
        ),
    )
    y += 11
    d.entry(
        "brewer",
        "Brewer",
        "signature",
        (14, y, 58, 10),
        label_width=16,
        role="performed_by",
        required=True,
        step="sign",
    )
    d.entry(
        "head_brewer",
        "Head brewer",
        "signature",
        (104, y, 58, 10),
        label_width=24,
        role="approved_by",
        required=True,
        step="sign_head",
    )
    y += 12
    d.entry(
        "signed_on",
        "Date",
        "date",
        (14, y, 40, 8),
        label_width=16,
        format="MM/DD/YYYY",
        required=True,
        step="sign",
        not_before="brewed_on",
    )
    d.entry(
        "released_on",
        "Date",
        "date",
        (104, y, 40, 8),
        label_width=24,
        format="MM/DD/YYYY",
        required=True,
        step="sign_head",
        not_before="signed_on",
        fill=Fill(days=(1, 6)),
    )
