"""Material dispensing record: one row a material with lot, weights, limits and initials."""

from datetime import date
from typing import Any

from sample_scans import form_heads
from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="MD-204",
    version="7",
    title="Material Dispensing Record",
    size_mm=(210, 297),
    page_count=1,
    effective=date(2017, 2, 1),
    company="Norvia Pharma",
)

_MATERIALS = (
    ("1", "Lactose monohydrate", 24.0, 0.2),
    ("2", "Microcryst. cellulose", 18.5, 0.15),
    ("3", "Maize starch", 6.4, 0.1),
    ("4", "Povidone K30", 2.25, 0.05),
    ("5", "Croscarmellose sodium", 1.8, 0.05),
    ("6", "Talc", 0.9, 0.03),
    ("7", "Magnesium stearate", 0.45, 0.02),
)

_COLUMNS = (
    Column("item", "No.", 8),
    Column("material", "Material", 34, "text", {"means": "material"}),
    Column("range", "Net limits|kg", 17),
    Column(
        "lot",
        "Lot / AR No.",
        28,
        "text",
        {"pattern": r"L\d{5}[A-Z]", "means": "lot", "required": True},
        Fill(template="L#####@"),
    ),
    Column("gross", "Gross|kg", 19, "number", {"decimals": 2, "unit": "kg", "required": True}),
    Column(
        "tare",
        "Tare|kg",
        17,
        "number",
        {"decimals": 2, "unit": "kg", "required": True},
        Fill(middle=0.62, spread=0.2),
    ),
    Column(
        "net",
        "Net|kg",
        19,
        "number",
        {
            "decimals": 2,
            "unit": "kg",
            "required": True,
            "equals": "gross_{r} - tare_{r}",
            "tolerance": 0.005,
            "means": "quantity",
        },
    ),
    Column("done", "Dispensed|by", 18, "initials", {"role": "performed_by", "required": True}),
    Column("seen", "Checked|by", 18, "initials", {"role": "verified_by", "required": True}),
)


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("roboto", accent="#1f4e8c", tint="#d9e4f2"))
    d.page()
    top = form_heads.band(d)
    d.bar_code(158, top + 1, "MD204-07", height=8)
    _head(d, top + 4)
    y = d.table((16, top + 40), _COLUMNS, _rows(), row_height=9, head_fill="#d9e4f2", block="row")
    _foot(d, y + 9)
    return d.done()


def _rows() -> tuple[Row, ...]:
    rows = []
    for tag, material, net, margin in _MATERIALS:
        keys: dict[str, dict[str, Any]] = {
            "net": {"low": round(net - margin, 2), "high": round(net + margin, 2)},
            "gross": {"fill": Fill(middle=net, spread=margin / 3.5, formula="tare_{r}")},
        }
        limits = f"{net - margin:.2f}–{net + margin:.2f}"
        rows.append(Row(tag, {"item": tag, "material": material, "range": limits}, keys))
    extra = ("Purified water", "Hypromellose", "Titanium dioxide", "Gelatin", "Citric acid")
    for tag in ("8", "9", "10"):
        keys = {
            "material": {"fill": Fill(words=extra)},
            "gross": {"fill": Fill(middle=3.4, spread=0.8, formula="tare_{r}")},
        }
        rows.append(Row(tag, {"item": tag, "range": "—"}, keys, is_spare=True))
    return tuple(rows)


def _head(d: Drawing, y: float) -> None:
    d.entry(
        "product",
        "Product",
        "text",
        (16, y + 4, 48, 8),
        label_width=24,
        required=True,
        means="product",
        fill=Fill(words=("Norvasan 50 mg", "Norvasan 100 mg", "Cefatab 250", "Metfor 500 mg")),
    )
    d.entry(
        "batch_number",
        "Batch Number",
        "text",
        (16, y + 15, 72, 8),
        label_width=24,
        comb=9,
        required=True,
        means="batch_number",
        pattern=r"[A-Z]{2}\d{2}-\d{4}",
        fill=Fill(template="@@YY-####"),
    )
    d.entry(
        "dispensed_on",
        "Date",
        "date",
        (120, y + 15, 34, 8),
        label_width=16,
        format="DD/MM/YYYY",
        required=True,
        means="manufacturing_date",
        step="head",
    )
    d.entry(
        "booth",
        "Booth",
        "text",
        (16, y + 26, 22, 8),
        label_width=24,
        choices=["D1", "D2", "D3"],
        required=True,
        fill=Fill(words=("D1", "D2", "D3")),
    )
    d.entry(
        "balance",
        "Balance No.",
        "text",
        (68, y + 26, 28, 8),
        label_width=20,
        required=True,
        pattern=r"BAL-\d{3}",
        means="equipment",
        fill=Fill(template="BAL-0##"),
    )
    d.entry(
        "started",
        "Start",
        "time",
        (120, y + 26, 22, 8),
        label_width=16,
        format="HH:MM",
        required=True,
        step="head",
    )
    d.text(164, y + 31, "24 h clock", size=6.5, colour="#555555")


def _foot(d: Drawing, y: float) -> None:
    d.text(16, y + 3, "Balance checked before use:", size=7.5)
    d.choices(
        (("balance_yes", "Yes", 0.97), ("balance_no", "No", 0.03)),
        (58, y),
        group="balance_check",
        gap=16,
    )
    d.text(100, y + 3, "Booth cleaned after use:", size=7.5)
    d.choices(
        (("booth_yes", "Yes", 0.96), ("booth_no", "No", 0.04)),
        (138, y),
        group="booth_clean",
        gap=16,
    )
    y += 10
    d.entry(
        "finished",
        "Finished at",
        "time",
        (16, y, 22, 8),
        label_width=24,
        format="HH:MM",
        required=True,
        not_before="started",
        step="head",
        fill=Fill(minutes=(45, 150)),
    )
    d.entry(
        "temperature",
        "Room temp. (18–25 °C)",
        "number",
        (68, y, 20, 8),
        label_width=32,
        decimals=1,
        unit="°C",
        low=18,
        high=25,
        required=True,
        fill=Fill(middle=21.3, spread=0.9),
    )
    d.entry(
        "humidity",
        "Rel. hum. (max. 60 %)",
        "number",
        (126, y, 18, 8),
        label_width=32,
        decimals=0,
        unit="%",
        low=0,
        high=60,
        required=True,
        fill=Fill(middle=43, spread=5),
    )
    y += 13
    d.entry(
        "remarks",
        "Remarks",
        "text",
        (16, y, 154, 8),
        label_width=24,
        frame="line",
        fill=Fill(
            words=(
                "Second container of lactose opened",
                "Scale printer out of paper",
                "New lot of starch",
                "Booth changed at noon",
            ),
            often=0.25,
        ),
    )
    y += 13
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (16, y, 40, 8),
        label_width=24,
        means="deviation",
        pattern=r"DEV-\d{2}-\d{3}",
        fill=Fill(template="DEV-YY-###", often=0.08),
    )
    y += 15
    d.entry(
        "supervisor",
        "Supervisor (signature)",
        "signature",
        (16, y, 58, 10),
        label_width=32,
        required=True,
        role="reviewed_by",
        step="review",
        frame="line",
    )
    d.entry(
        "reviewed_on",
        "Date",
        "date",
        (120, y + 1, 34, 8),
        label_width=16,
        format="DD/MM/YYYY",
        required=True,
        not_before="dispensed_on",
        step="review",
        fill=Fill(days=(0, 2)),
    )
