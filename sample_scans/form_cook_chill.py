"""A food plant's cook and chill log: temperatures, and times that pass midnight. US Letter."""

from datetime import date

from sample_scans import form_heads
from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="CCP-09",
    version="11",
    title="Cook and chill log (CCP 2 and 3)",
    size_mm=(279.4, 215.9),
    page_count=1,
    effective=date(2017, 6, 1),
    company="Lakeside Kitchens Ltd.",
    hours=(17, 22),
)

_TIME = {"format": "HH:MM", "required": True}
_TEMP = {"decimals": 1, "unit": "°C", "required": True}
_DISHES = (
    "Chicken korma",
    "Beef chilli",
    "Lentil soup",
    "Bolognese",
    "Fish pie mix",
    "Rice",
    "Tomato sauce",
)
_COLUMNS = (
    Column("no", "No.", 8),
    Column("dish", "Dish", 44, "text", {"means": "product", "required": True}, Fill(words=_DISHES)),
    Column(
        "kettle",
        "Kettle",
        16,
        "text",
        {"choices": ["K1", "K2", "K3", "K4"], "required": True, "means": "equipment"},
        Fill(words=("K1", "K2", "K3", "K4")),
    ),
    Column("cook_start", "Cook|start", 20, "time", _TIME, Fill(minutes=(-135, -110))),
    Column(
        "cook_end",
        "Cook|end",
        20,
        "time",
        {**_TIME, "not_before": "cook_start_{r}"},
        Fill(minutes=(45, 90)),
    ),
    Column(
        "core",
        "Core °C|min. 75.0",
        21,
        "number",
        {**_TEMP, "low": 75, "high": 99},
        Fill(middle=81, spread=2),
    ),
    Column(
        "chill_start",
        "Chill|start",
        20,
        "time",
        {**_TIME, "not_before": "cook_end_{r}"},
        Fill(minutes=(6, 20)),
    ),
    Column(
        "chill_end",
        "Chill|end",
        20,
        "time",
        {**_TIME, "not_before": "chill_start_{r}"},
        Fill(minutes=(60, 85)),
    ),
    Column(
        "cold",
        "Core °C|max. 5.0",
        21,
        "number",
        {**_TEMP, "low": -2, "high": 5},
        Fill(middle=3.1, spread=0.6),
    ),
    Column(
        "weight",
        "Weight|kg",
        20,
        "number",
        {"decimals": 1, "required": True, "means": "quantity"},
        Fill(middle=118, spread=14),
    ),
    Column("cook", "Cook", 19, "initials", {"role": "performed_by", "required": True}),
    Column("check", "Check", 19, "initials", {"role": "verified_by", "required": True}),
)


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("lato", accent="#2e7d32", tint="#dcefdc", rule=0.2, small=7.6))
    d.page()
    y = form_heads.plain(d)
    _head(d, y + 3)
    rows = [Row(str(number), {"no": str(number)}, is_spare=number > 5) for number in range(1, 10)]
    y = d.table(
        (14, y + 15), _COLUMNS, rows, row_height=9, head_height=9, head_fill="#dcefdc", block="dish"
    )
    _foot(d, y + 6)
    return d.done()


def _head(d: Drawing, y: float) -> None:
    d.entry(
        "log_date",
        "Date (shift start)",
        "date",
        (14, y, 34, 8),
        label_width=32,
        format="DD MMM YYYY",
        required=True,
        means="manufacturing_date",
        step="head",
    )
    d.entry(
        "batch_number",
        "Batch",
        "text",
        (92, y, 36, 8),
        label_width=14,
        required=True,
        means="batch_number",
        pattern=r"LK-\d{5}",
        fill=Fill(template="LK-#####"),
    )
    d.text(152, y + 5, "Shift", size=7.6)
    d.choices(
        (("early", "early", 0.15), ("late", "late", 0.25), ("night", "night", 0.6)),
        (164, y + 2),
        group="shift",
        gap=18,
    )
    d.entry(
        "probe",
        "Probe No.",
        "text",
        (222, y, 26, 8),
        label_width=18,
        required=True,
        means="equipment",
        pattern=r"T-\d{2}",
        fill=Fill(template="T-##"),
    )


def _foot(d: Drawing, y: float) -> None:
    d.rect(14, y, 122, 30, fill="#f6faf6")
    d.text(16, y + 5, "Probe check in melting ice: 0.0 ± 0.5 °C", size=7.6, bold=True)
    d.entry(
        "ice",
        "Reading",
        "number",
        (16, y + 8, 20, 8),
        label_width=16,
        decimals=1,
        low=-0.5,
        high=0.5,
        unit="°C",
        required=True,
        step="probe",
        fill=Fill(middle=0.1, spread=0.1),
    )
    d.entry(
        "ice_time",
        "Time",
        "time",
        (62, y + 8, 20, 8),
        label_width=12,
        format="HH:MM",
        required=True,
        step="probe",
        fill=Fill(minutes=(3, 9)),
    )
    d.entry(
        "ice_by",
        "By",
        "initials",
        (104, y + 8, 20, 8),
        label_width=8,
        role="performed_by",
        required=True,
        step="probe",
    )
    d.text(16, y + 24, "If a limit is missed:", size=7.4)
    d.choices(
        (
            ("recooked", "cooked again", 0.3),
            ("discarded", "discarded", 0.2),
            ("nothing", "not needed", 0.5),
        ),
        (46, y + 21),
        group="action",
        gap=30,
    )
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (142, y, 40, 8),
        label_width=24,
        means="deviation",
        pattern=r"NC-\d{4}",
        fill=Fill(template="NC-####", often=0.05),
    )
    d.entry(
        "comment",
        "Comment",
        "text",
        (142, y + 11, 96, 8),
        label_width=24,
        frame="line",
        fill=Fill(
            words=("Kettle 2 slow to heat", "Blast chiller defrosted", "Probe changed"), often=0.3
        ),
    )
    d.entry(
        "manager",
        "Shift manager",
        "signature",
        (142, y + 21, 52, 10),
        label_width=24,
        role="reviewed_by",
        required=True,
        step="review",
        frame="line",
    )
    d.entry(
        "manager_date",
        "Date",
        "date",
        (222, y + 22, 32, 8),
        label_width=10,
        format="DD MMM YYYY",
        required=True,
        step="review",
        not_before="log_date",
        frame="line",
        fill=Fill(days=(0, 1)),
    )
