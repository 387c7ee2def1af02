"""Packaging record with label reconciliation: landscape, sums that must come out."""

from datetime import date

from sample_scans import form_heads
from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="PKG-310",
    version="2",
    title="Packaging and label reconciliation",
    size_mm=(297, 210),
    page_count=2,
    effective=date(2019, 1, 7),
    company="Brandt & Sohn Arzneimittel",
)

_DATE = "YYYY-MM-DD"
_DIGITS = {"decimals": 0, "required": True}


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("lato", accent="#8a1538", tint="#f3e3e8", rule=0.3, small=7.4))
    _run(d)
    _reconciliation(d)
    return d.done()


def _page_head(d: Drawing) -> float:
    d.page()
    y = form_heads.band(d, logo="triangle", margin=14)
    first = d.page_number == 1
    d.entry(
        "batch_number" if first else "batch_number_2",
        "Batch",
        "text",
        (14, y + 2, 54, 8),
        label_width=16,
        comb=9,
        required=True,
        means="batch_number",
        pattern=r"BS\d{7}",
        same_as=None if first else "batch_number",
        fill=Fill(template="BS#######"),
    )
    if first:
        d.entry(
            "product",
            "Product",
            "text",
            (90, y + 2, 62, 8),
            label_width=18,
            required=True,
            means="product",
            fill=Fill(words=("Brantol 20 x 10", "Brantol forte 10", "Sedasan 30")),
        )
        d.entry(
            "expiry",
            "Expiry",
            "date",
            (176, y + 2, 30, 8),
            label_width=16,
            format=_DATE,
            required=True,
            means="expiry_date",
            fill=Fill(days=(700, 1100)),
        )
        d.entry(
            "packed_on",
            "Date",
            "date",
            (228, y + 2, 34, 8),
            label_width=14,
            format=_DATE,
            required=True,
            means="manufacturing_date",
            step="head",
        )
    else:
        d.entry(
            "product_2",
            "Product",
            "text",
            (90, y + 2, 62, 8),
            label_width=18,
            required=True,
            same_as="product",
            fill=Fill(words=("",)),
        )
    return y + 14


def _run(d: Drawing) -> None:
    y = _page_head(d)
    columns = (
        Column("what", "Packing material", 52),
        Column("code", "Code", 22),
        Column(
            "lot",
            "Lot",
            32,
            "text",
            {"pattern": r"\d{6}-\d", "required": True, "means": "lot"},
            Fill(template="######-#"),
        ),
        Column("received", "Received", 26, "number", _DIGITS),
        Column("used", "Used", 26, "number", _DIGITS),
        Column("spoiled", "Spoiled", 22, "number", _DIGITS, Fill(middle=60, spread=25)),
        Column(
            "returned",
            "Returned",
            24,
            "number",
            {**_DIGITS, "equals": "received_{r} - used_{r} - spoiled_{r}"},
        ),
        Column("by", "Initials", 20, "initials", {"role": "performed_by", "required": True}),
        Column("checked", "Checked", 20, "initials", {"role": "verified_by", "required": True}),
    )
    rows = [
        _material(*row)
        for row in (
            ("1", "PVC film 250 µm", "PM-1180", 4200, 3960),
            ("2", "Aluminium foil", "PM-1181", 4400, 4150),
            ("3", "Folding box", "PM-2245", 12500, 12040),
            ("4", "Leaflet", "PM-3310", 12600, 12040),
            ("5", "Shipping case", "PM-4002", 320, 250),
        )
    ]
    spare = {
        "received": {"fill": Fill(middle=900, spread=40)},
        "used": {"fill": Fill(middle=700, spread=30)},
    }
    rows += [Row(tag, {"what": "", "code": ""}, spare, is_spare=True) for tag in ("6", "7")]
    y = d.table((14, y), columns, rows, row_height=9, head_height=8, block="material")
    y += 7
    d.text(14, y + 3, "Line:", size=8)
    lines = [(f"line_{n}", f"{n}", 0.34) for n in (1, 2, 3)]
    d.choices(lines, (26, y), group="line", gap=12)
    d.text(72, y + 3, "Line clearance done:", size=8)
    d.choices(
        (("clear_yes", "Yes", 0.97), ("clear_no", "No", 0.03)), (102, y), group="clear", gap=16
    )
    d.text(144, y + 3, "Print check (batch, expiry) on first box:", size=8)
    d.choices(
        (("print_ok", "OK", 0.97), ("print_bad", "not OK", 0.03)), (198, y), group="print", gap=15
    )
    y += 9
    for index, (name, label) in enumerate(
        (("start", "Start"), ("break_from", "Break from"), ("break_to", "to"), ("end", "End"))
    ):
        before = (None, "start", "break_from", "start")[index]
        minutes = ((10, 30), (90, 160), (20, 40), (60, 200))[index]
        d.entry(
            name,
            label,
            "time",
            (14 + 46 * index, y, 22, 8),
            label_width=20,
            format="HH:MM",
            required=index in (0, 3),
            not_before=before,
            step="run",
            fill=Fill(minutes=minutes, often=0.6),
        )
    d.entry(
        "speed",
        "Speed boxes/min (60–120)",
        "number",
        (200, y, 18, 8),
        label_width=38,
        decimals=0,
        low=60,
        high=120,
        required=True,
        step="run",
        fill=Fill(middle=95, spread=8),
    )
    y += 11
    d.entry(
        "leader",
        "Line leader",
        "signature",
        (14, y, 56, 10),
        label_width=20,
        required=True,
        role="performed_by",
        step="run",
        frame="line",
    )
    d.entry(
        "leader_date",
        "Date",
        "date",
        (96, y + 1, 32, 8),
        label_width=12,
        format=_DATE,
        required=True,
        step="run",
        not_before="packed_on",
        frame="line",
    )
    d.entry(
        "note",
        "Notes",
        "text",
        (146, y + 1, 120, 8),
        label_width=14,
        frame="line",
        fill=Fill(
            words=("Foil splice at 10:40", "Camera adjusted", "Carton jam, 3 boxes lost"), often=0.3
        ),
    )


def _material(tag: str, what: str, code: str, received: int, used: int) -> Row:
    keys = {
        "received": {"fill": Fill(middle=received, spread=received / 100)},
        "used": {"fill": Fill(middle=used * 0.98, spread=used / 300)},
        "spoiled": {"fill": Fill(middle=used / 200, spread=used / 900)},
    }
    return Row(tag, {"what": what, "code": code}, keys)


def _reconciliation(d: Drawing) -> None:
    y = _page_head(d)
    d.text(14, y + 2, "Label reconciliation", size=10, bold=True)
    sum_left = "issued - applied - sample - damaged"
    rows = (
        ("issued", "A  Labels issued", None, Fill(middle=12500, spread=30)),
        ("applied", "B  Labels on good packs", None, Fill(middle=12210, spread=20)),
        ("sample", "C  Samples for the record", None, Fill(middle=12, spread=2)),
        ("damaged", "D  Damaged and destroyed", None, Fill(middle=85, spread=15)),
        ("left", "E  Returned to the store", None, Fill(middle=0, spread=1.2, formula=sum_left)),
        ("difference", "F  Difference A − B − C − D − E", f"{sum_left} - left", Fill()),
    )
    y += 6
    for index, (name, label, equals, fill) in enumerate(rows):
        row_y = y + index * 10
        d.rect(14, row_y, 128, 10)
        d.text(16, row_y + 6.3, label, size=8.5)
        d.field(
            name,
            label,
            "number",
            (76, row_y + 1, 34, 8),
            decimals=0,
            required=True,
            step="labels",
            equals=equals,
            fill=fill,
            frame="none",
            low=-5 if name == "difference" else None,
            high=5 if name == "difference" else None,
        )
        d.line(76, row_y, 76, row_y + 10)
        d.line(112, row_y, 112, row_y + 10)
        d.text(114, row_y + 6.3, "±5 labels" if name == "difference" else "pieces", size=7)
    d.entry(
        "label_yield",
        "Usage % = 100 (B + C + D) / A",
        "number",
        (156, y, 26, 9),
        label_width=50,
        decimals=1,
        unit="%",
        low=95,
        high=100.5,
        required=True,
        step="labels",
        tolerance=0.05,
        equals="100 * (applied + sample + damaged) / issued",
        means="yield",
    )
    d.entry(
        "packed",
        "Packs sent to the warehouse",
        "number",
        (156, y + 13, 30, 9),
        label_width=50,
        decimals=0,
        required=True,
        means="quantity",
        step="labels",
        fill=Fill(middle=12200, spread=60),
    )
    d.entry(
        "pallets",
        "Pallets",
        "number",
        (156, y + 26, 20, 9),
        label_width=50,
        decimals=0,
        step="labels",
        fill=Fill(middle=9, spread=1, often=0.85),
    )
    d.entry(
        "counted_by",
        "Counted by",
        "initials",
        (156, y + 39, 22, 9),
        label_width=26,
        required=True,
        role="performed_by",
        step="labels",
    )
    d.entry(
        "recounted_by",
        "Recounted by",
        "initials",
        (216, y + 39, 22, 9),
        label_width=26,
        required=True,
        role="verified_by",
        step="labels",
    )
    y += 66
    d.text(14, y + 3, "Anything unusual?", size=8)
    d.choices(
        (("unusual_no", "No", 0.92), ("unusual_yes", "Yes: deviation number", 0.08)),
        (42, y),
        group="unusual",
        gap=16,
    )
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (98, y - 2, 40, 8),
        means="deviation",
        pattern=r"DEV-\d{4}",
        required_if="unusual_yes",
        fill=Fill(template="DEV-####", often=0.0),
    )
    y += 13
    for index, (name, label, role, days) in enumerate(
        (
            ("production", "Production", "reviewed_by", (0, 1)),
            ("quality", "Quality", "approved_by", (2, 8)),
        )
    ):
        x = 14 + 132 * index
        d.rect(x, y, 126, 24)
        d.text(x + 2, y + 4, f"Reviewed: {label}", size=7.5, bold=True)
        d.field(
            f"{name}_signature",
            f"{label} signature",
            "signature",
            (x + 4, y + 7, 66, 12),
            role=role,
            required=True,
            step=name,
            frame="line",
        )
        d.field(
            f"{name}_date",
            f"{label} date",
            "date",
            (x + 82, y + 9, 36, 9),
            format=_DATE,
            required=True,
            step=name,
            frame="line",
            fill=Fill(days=days),
            not_before="packed_on" if name == "production" else "production_date",
        )
        d.text(x + 5, y + 22.5, "Signature", size=6)
        d.text(x + 83, y + 22.5, "Date YYYY-MM-DD", size=6)
