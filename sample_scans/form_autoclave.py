"""Autoclave load and sterilisation log. Only the test split uses it."""

from datetime import date

from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="STER/640",
    version="1.4",
    title="Steam sterilisation log",
    size_mm=(210, 297),
    page_count=2,
    effective=date(2018, 2, 1),
    company="INFUSA sterile products",
    hours=(6, 22),
)

_GREY = "#8f8f8f"
_NUMBER = {"required": True}


def draw() -> PaperForm:
    """The blank form."""
    look = Look("vera", accent="#00567a", rule=0.3, small=7, tint="#cfe3ec", round_mm=1.6)
    d = Drawing(HEAD, look)
    _load(d)
    _cycle(d)
    return d.done()


def _head(d: Drawing) -> float:
    d.page()
    d.rect(10, 8, 190, 281, rule=0.6, colour=d.look.accent, round_mm=4)
    d.text(16, 18, "INFUSA", size=16, bold=True, colour=d.look.accent)
    d.text(16, 22.5, "sterile products", size=7, colour=d.look.accent)
    d.text(105, 18, d.head.title, size=13, bold=True, align="centre")
    d.text(
        105,
        23,
        f"{d.head.number}  ·  Version {d.head.version}  ·  {d.page_of}",
        size=8,
        align="centre",
    )
    number = d.page_number
    d.text(150, 14, "Load number", size=6.5)
    d.field(
        "batch_number" if number == 1 else "batch_number_b",
        "Load number",
        "text",
        (150, 15, 44, 9),
        comb=7,
        required=True,
        means="batch_number",
        pattern=r"[A-Z]\d{6}",
        same_as=None if number == 1 else "batch_number",
        fill=Fill(template="@######"),
    )
    d.line(10, 27, 200, 27, rule=0.6, colour=d.look.accent)
    return 32.0


def _pill(d: Drawing, x: float, y: float, number: str, words: str) -> None:
    d.circle(x + 3, y + 2.6, 3, fill=d.look.accent)
    d.text(x + 3, y + 3.7, number, size=8, bold=True, colour="#ffffff", align="centre")
    d.text(x + 8, y + 3.9, words, size=9.5, bold=True, colour=d.look.accent)


def _load(d: Drawing) -> None:
    y = _head(d)
    _pill(d, 16, y, "1", "Autoclave and program")
    y += 12
    d.entry(
        "autoclave",
        "Autoclave",
        "text",
        (16, y, 34, 8.5),
        required=True,
        choices=["AK-1", "AK-2", "AK-5"],
        means="equipment",
        fill=Fill(words=("AK-1", "AK-2", "AK-5")),
    )
    d.entry(
        "program",
        "Program",
        "text",
        (58, y, 26, 8.5),
        required=True,
        pattern=r"P\d{2}",
        fill=Fill(template="P0#"),
    )
    d.entry(
        "day",
        "Date (DD.MM.YY)",
        "date",
        (92, y, 36, 8.5),
        required=True,
        format="DD.MM.YY",
        step="head",
        means="manufacturing_date",
    )
    d.entry(
        "operator",
        "Operator",
        "initials",
        (136, y, 24, 8.5),
        required=True,
        role="performed_by",
        step="head",
    )
    d.entry(
        "leak",
        "Leak rate mbar/min (max. 1.3)",
        "number",
        (166, y, 28, 8.5),
        decimals=2,
        low=0,
        high=1.3,
        required=True,
        fill=Fill(middle=0.62, spread=0.2),
    )
    y += 16
    _pill(d, 16, y, "2", "Load")
    columns = (
        Column("pos", "Shelf", 14),
        Column(
            "article",
            "Article",
            54,
            "text",
            {"required": True, "means": "product"},
            Fill(
                words=(
                    "NaCl 0.9 % 500 ml",
                    "Glucose 5 % 100 ml",
                    "Ringer 1000 ml",
                    "Stoppers 20 mm",
                    "Filters",
                )
            ),
        ),
        Column(
            "item_lot",
            "Lot",
            36,
            "text",
            {"required": True, "pattern": r"\d{4}[A-Z]\d{2}", "means": "lot"},
            Fill(template="####@##"),
        ),
        Column(
            "pieces",
            "Pieces",
            28,
            "number",
            {"required": True, "decimals": 0},
            Fill(middle=420, spread=60),
        ),
        Column("indicator", "Indicator|turned", 22, "checkbox", {}, Fill(pick=0.96)),
        Column("loaded", "Loaded by", 24, "initials", {"required": True, "role": "performed_by"}),
    )
    rows = [Row(f"s{n}", {"pos": f"{n}"}, is_spare=n > 3) for n in range(1, 9)]
    y = d.table((16, y + 8), columns, rows, row_height=9, head_height=8, block="shelf")
    y += 10
    d.entry(
        "total",
        "Pieces in all",
        "number",
        (16, y, 34, 8.5),
        decimals=0,
        required=True,
        fill=Fill(middle=1260, spread=40),
    )
    d.entry(
        "door", "Door closed", "time", (62, y, 26, 8.5), format="HH:MM", required=True, step="load"
    )
    d.entry(
        "load_check",
        "Load checked by",
        "initials",
        (100, y, 26, 8.5),
        required=True,
        role="verified_by",
        step="head",
    )
    y += 16
    _pill(d, 16, y, "3", "Before the start")
    y += 9
    for name, words in (
        ("drain", "Drain free"),
        ("probes", "Probes placed as in the drawing"),
        ("seal", "Door seal without damage"),
        ("paper", "Recorder paper loaded"),
    ):
        d.text(24, y + 3.3, words, size=8)
        d.choices(
            ((f"{name}_y", "yes", 0.97), (f"{name}_n", "no", 0.03)),
            (100, y),
            group=name,
            gap=20,
            size=4.5,
        )
        y += 8
    y += 4
    d.entry(
        "notes",
        "Notes",
        "text",
        (16, y, 178, 9),
        frame="dots",
        fill=Fill(words=("Shelf 2 loaded twice", "Probe 4 replaced"), often=0.3),
    )


def _cycle(d: Drawing) -> None:
    y = _head(d)
    _pill(d, 16, y, "4", "Cycle (121.0–124.0 °C, F0 at least 15)")
    columns = [
        Column("minute", "Phase", 30),
        Column(
            "clock",
            "Time",
            24,
            "time",
            {"format": "HH:MM:SS", "required": True},
            Fill(minutes=(6, 12)),
        ),
    ]
    columns += [
        Column(f"probe{n}", f"Probe {n} °C", 23, "number", {"decimals": 1, "required": True})
        for n in (1, 2, 3, 4)
    ]
    columns.append(Column("bar", "Pressure|bar", 24, "number", {"decimals": 2, "required": True}))
    phases = (
        ("vacuum", "Vacuum", 58.0, 8.0, 0.12),
        ("heat", "Heating", 103.0, 3.0, 1.32),
        ("hold1", "Hold, start", 121.9, 0.3, 2.12),
        ("hold2", "Hold, 5 min", 122.2, 0.3, 2.15),
        ("hold3", "Hold, 10 min", 122.3, 0.3, 2.16),
        ("hold4", "Hold, end", 122.1, 0.3, 2.14),
        ("cool", "Cooling", 84.0, 3.0, 1.02),
        ("dry", "Drying", 62.0, 3.0, 0.11),
    )
    rows, last = [], ""
    for tag, words, middle, spread, bar in phases:
        keys = {
            f"probe{n}": {
                "fill": Fill(middle=middle, spread=spread),
                **({"low": 121, "high": 124} if tag.startswith("hold") else {}),
            }
            for n in (1, 2, 3, 4)
        }
        keys |= {
            "bar": {"fill": Fill(middle=bar, spread=0.01)},
            "clock": {"not_before": last or None},
        }
        rows.append(Row(tag, {"minute": words}, keys))
        last = f"clock_{tag}"
    y = d.table((16, y + 8), columns, rows, row_height=9, head_height=8)
    y += 10
    mean = "mean(probe1_hold4, probe2_hold4, probe3_hold4, probe4_hold4)"
    d.entry(
        "hold_mean",
        "Mean at the end of hold °C",
        "number",
        (16, y, 36, 8.5),
        decimals=1,
        required=True,
        equals=mean,
        tolerance=0.05,
        step="result",
        unit="°C",
    )
    d.entry(
        "f_zero",
        "F0 min (at least 15.0)",
        "number",
        (64, y, 32, 8.5),
        decimals=1,
        low=15,
        high=60,
        required=True,
        step="result",
        fill=Fill(middle=19, spread=1.2),
    )
    d.entry(
        "door_open",
        "Door opened",
        "time",
        (108, y, 28, 8.5),
        format="HH:MM",
        required=True,
        step="result",
        fill=Fill(minutes=(15, 40)),
    )
    d.entry(
        "unloaded_by",
        "Unloaded by",
        "initials",
        (148, y, 26, 8.5),
        role="performed_by",
        required=True,
        step="result",
    )
    y += 18
    _pill(d, 16, y, "5", "Result")
    y += 9
    d.choices(
        (("passed", "load passed", 0.95), ("failed", "load failed, blocked", 0.05)),
        (24, y),
        group="result",
        gap=34,
        size=4.5,
    )
    d.entry(
        "deviation",
        "Deviation",
        "text",
        (124, y - 2.5, 50, 8.5),
        label_width=20,
        means="deviation",
        required_if="failed",
        pattern=r"AB-\d{2}-\d{3}",
        fill=Fill(template="AB-YY-###", often=0.0),
    )
    y += 14
    d.text(16, y, "Glue the recorder strip here", size=7, colour=_GREY)
    d.rect(16, y + 2, 178, 30, rule=0.2, colour=_GREY)
    y += 40
    for name, words, role, days in (
        ("sign_op", "Sterilisation", "performed_by", (0, 0)),
        ("sign_qa", "Quality assurance", "approved_by", (1, 5)),
    ):
        d.entry(
            f"{name}",
            words,
            "signature",
            (16, y, 70, 11),
            label_width=34,
            role=role,
            required=True,
            step=name,
        )
        d.entry(
            f"{name}_date",
            "Date",
            "date",
            (132, y + 1, 36, 8.5),
            label_width=14,
            format="DD.MM.YY",
            required=True,
            step=name,
            fill=Fill(days=days),
            not_before="day" if name == "sign_op" else "sign_op_date",
        )
        y += 16
