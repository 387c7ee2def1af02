"""Goods-in inspection and sampling card: a small sheet, A5 across, without rules round entries."""

from datetime import date

from sample_scans import form_heads
from sample_scans.drawing import Drawing, Look
from sample_scans.paper import Fill, FormHead, PaperForm

HEAD = FormHead(
    number="QC-017",
    version="B",
    title="Goods-in inspection and sampling",
    size_mm=(210, 148),
    page_count=1,
    effective=date(2015, 1, 1),
    company="Helmar AG · Quality Control",
)

_GOODS = ("Lactose", "Maize starch", "Glycerol 99.5", "Ethanol 96", "Gelatin", "Sucrose", "Talc")
_CHECKS = (
    ("seal", "Seals and labels intact"),
    ("papers", "Certificate of analysis present"),
    ("clean", "Containers clean and dry"),
)


def draw() -> PaperForm:
    """The blank form."""
    d = Drawing(HEAD, Look("source", accent="#000000", frame="line", rule=0.3, small=8))
    d.page()
    y = form_heads.corner(d) + 4
    d.bar_code(160, y - 2, "QC017B", height=7)
    d.entry(
        "material",
        "Material",
        "text",
        (12, y, 62, 8),
        label_width=22,
        required=True,
        means="material",
        fill=Fill(words=_GOODS),
    )
    d.entry(
        "code",
        "Code",
        "text",
        (104, y, 32, 8),
        label_width=14,
        required=True,
        pattern=r"\d{3}\.\d{3}",
        fill=Fill(template="###.###"),
    )
    y += 10.5
    d.entry(
        "supplier_lot",
        "Supplier lot",
        "text",
        (12, y, 62, 8),
        label_width=22,
        required=True,
        means="lot",
        pattern=r"[A-Z0-9]{6,10}",
        fill=Fill(template="@@######"),
    )
    d.entry(
        "batch_number",
        "Receipt No.",
        "text",
        (104, y, 56, 8),
        label_width=20,
        required=True,
        comb=8,
        frame="box",
        means="batch_number",
        pattern=r"R\d{7}",
        fill=Fill(template="R#######"),
    )
    y += 10.5
    d.entry(
        "received_on",
        "Received",
        "date",
        (12, y, 34, 8),
        label_width=22,
        format="DD/MM/YY",
        required=True,
        step="goods",
    )
    d.entry(
        "containers",
        "Containers",
        "number",
        (78, y, 18, 8),
        label_width=18,
        decimals=0,
        required=True,
        step="goods",
        fill=Fill(middle=12, spread=5),
    )
    d.entry(
        "weight",
        "Total kg",
        "number",
        (124, y, 28, 8),
        label_width=15,
        decimals=1,
        unit="kg",
        required=True,
        means="quantity",
        step="goods",
        fill=Fill(middle=480, spread=120),
    )
    d.entry(
        "temp",
        "°C",
        "number",
        (174, y, 16, 8),
        label_width=8,
        decimals=0,
        unit="°C",
        low=2,
        high=30,
        step="goods",
        fill=Fill(middle=17, spread=3, often=0.75),
    )
    y += 12
    for name, label in _CHECKS:
        d.text(12, y + 3.3, label, size=8)
        d.choices(
            ((f"{name}_yes", "yes", 0.96), (f"{name}_no", "no", 0.04)),
            (66, y),
            group=name,
            gap=16,
            size=4.2,
        )
        y += 7
    _right(d, y - 21)
    _foot(d, y + 3)
    return d.done()


def _right(d: Drawing, y: float) -> None:
    d.entry(
        "sampled",
        "Containers sampled",
        "number",
        (108, y - 1, 16, 8),
        label_width=32,
        decimals=0,
        required=True,
        step="goods",
        fill=Fill(middle=4, spread=1),
    )
    d.entry(
        "amount",
        "Amount g",
        "number",
        (162, y - 1, 20, 8),
        label_width=16,
        decimals=0,
        unit="g",
        required=True,
        step="goods",
        fill=Fill(middle=150, spread=25),
    )
    d.entry(
        "sample_time",
        "Time",
        "time",
        (108, y + 9, 22, 8),
        label_width=32,
        format="HH:MM",
        required=True,
        step="goods",
    )
    d.entry(
        "sampled_by",
        "By",
        "initials",
        (162, y + 9, 20, 8),
        label_width=16,
        role="performed_by",
        required=True,
        step="goods",
    )


def _foot(d: Drawing, y: float) -> None:
    d.entry(
        "retest",
        "Retest date",
        "date",
        (12, y, 34, 8),
        label_width=22,
        format="DD/MM/YY",
        means="expiry_date",
        fill=Fill(days=(360, 720), often=0.8),
    )
    d.entry(
        "store",
        "Store",
        "text",
        (78, y, 22, 8),
        label_width=12,
        choices=["A1", "A2", "B1", "COLD"],
        required=True,
        fill=Fill(words=("A1", "A2", "B1", "COLD")),
    )
    d.entry(
        "remark",
        "Remark",
        "text",
        (118, y, 64, 8),
        label_width=16,
        fill=Fill(words=("1 drum dented", "Pallet wet", "Label torn"), often=0.2),
    )
    y += 12
    d.text(12, y + 3.3, "Decision", size=8, bold=True)
    d.choices(
        (("accept", "quarantine", 0.93), ("reject", "rejected", 0.07)),
        (30, y),
        group="decision",
        gap=26,
        size=4.2,
    )
    d.entry(
        "deviation",
        "Deviation",
        "text",
        (90, y - 3, 32, 8),
        label_width=18,
        means="deviation",
        required_if="reject",
        pattern=r"D\d{2}-\d{4}",
        fill=Fill(template="DYY-####", often=0.0),
    )
    y += 10
    d.entry(
        "inspector",
        "Inspector",
        "signature",
        (12, y, 58, 10),
        label_width=22,
        role="reviewed_by",
        required=True,
        step="review",
    )
    d.entry(
        "inspected_on",
        "Date",
        "date",
        (104, y + 1, 34, 8),
        label_width=14,
        format="DD/MM/YY",
        required=True,
        not_before="received_on",
        step="review",
        fill=Fill(days=(0, 2)),
    )
