"""Line clearance and cleaning, in two versions: version 4 asks for the humidity as well."""

from datetime import date

from sample_scans import form_heads
from sample_scans.drawing import Drawing, Look
from sample_scans.paper import Fill, FormHead, PaperForm

_POINTS = (
    ("Tablets and powder of the previous product removed", "tablets"),
    ("Hopper, feed shoe and turret empty and clean", "hopper"),
    ("Punches and dies removed and counted", "punches"),
    ("Dust extraction emptied, filter changed", "dust"),
    ("Floor, walls and drains clean and dry", "floor"),
    ("Labels and papers of the previous batch removed", "labels"),
    ("Waste containers emptied", "waste"),
    ("Status label 'CLEAN' attached", "status"),
    ("Tools complete, no foreign parts", "tools"),
    ("Line log book signed", "log"),
)


def draw_version_3() -> PaperForm:
    """The version in force until September 2020."""
    return _draw("3", date(2016, 3, 1), date(2020, 9, 30), has_humidity=False)


def draw_version_4() -> PaperForm:
    """The version in force since October 2020, with one more field."""
    return _draw("4", date(2020, 10, 1), None, has_humidity=True)


def _draw(version: str, start: date, end: date | None, *, has_humidity: bool) -> PaperForm:
    head = FormHead(
        "LC-031", version, "Line clearance and cleaning", (210, 297), 1, start, end, "Norvia Pharma"
    )
    d = Drawing(head, Look("source", accent="#333333", rule=0.35, small=8.2))
    d.page()
    y = form_heads.footer(d)
    y = _head(d, y + 4, has_humidity=has_humidity)
    y = _points(d, y)
    _foot(d, y + 6)
    return d.done()


def _head(d: Drawing, y: float, *, has_humidity: bool) -> float:
    d.entry(
        "room",
        "Room",
        "text",
        (14, y, 28, 8),
        label_width=16,
        required=True,
        choices=["P-101", "P-102", "P-103", "P-104"],
        frame="line",
        fill=Fill(words=("P-101", "P-102", "P-103", "P-104")),
    )
    d.entry(
        "machine",
        "Machine",
        "text",
        (66, y, 30, 8),
        label_width=18,
        required=True,
        means="equipment",
        pattern=r"TP-\d{3}",
        frame="line",
        fill=Fill(template="TP-0##"),
    )
    d.entry(
        "cleaned_on",
        "Date",
        "date",
        (124, y, 40, 8),
        label_width=14,
        format="DD.MM.YYYY",
        required=True,
        frame="line",
        means="manufacturing_date",
        step="head",
    )
    y += 11
    d.entry(
        "previous_batch",
        "Previous batch",
        "text",
        (14, y, 34, 8),
        label_width=28,
        required=True,
        pattern=r"\d{8}",
        frame="line",
        fill=Fill(template="########"),
    )
    d.entry(
        "batch_number",
        "Next batch",
        "text",
        (84, y, 34, 8),
        label_width=22,
        required=True,
        means="batch_number",
        pattern=r"\d{8}",
        frame="line",
        fill=Fill(template="########"),
    )
    if has_humidity:
        d.entry(
            "humidity",
            "Humidity % (30–60)",
            "number",
            (148, y, 18, 8),
            label_width=32,
            decimals=0,
            low=30,
            high=60,
            unit="%",
            required=True,
            frame="line",
            fill=Fill(middle=45, spread=5),
        )
    return y + 13


def _points(d: Drawing, y: float) -> float:
    d.rect(14, y, 182, 7, fill="#333333")
    d.text(16, y + 4.8, "Point", size=8, bold=True, colour="#ffffff")
    for x, words in (
        (113, "Yes"),
        (125, "No"),
        (137, "N/A"),
        (153, "Done by"),
        (175, "Checked by"),
    ):
        d.text(x, y + 4.8, words, size=8, bold=True, colour="#ffffff")
    y += 7
    for number, (words, name) in enumerate(_POINTS, start=1):
        d.line(14, y + 9, 196, y + 9, rule=0.15)
        d.text(16, y + 5.8, f"{number}.", size=8.2)
        d.text(23, y + 5.8, words, size=8.2)
        step = f"{number}"
        for x, tag, pick in ((113, "yes", 0.9), (125, "no", 0.02), (137, "na", 0.08)):
            d.field(
                f"{name}_{tag}",
                f"{words}: {tag}",
                "checkbox",
                (x, y + 2.3, 4.4, 4.4),
                group=name,
                step=step,
                required=True,
                fill=Fill(pick=pick),
            )
        d.field(
            f"{name}_by",
            f"{words}: done by",
            "initials",
            (150, y + 0.7, 20, 7.8),
            role="performed_by",
            required=True,
            step=step,
            frame="none",
        )
        d.field(
            f"{name}_checked",
            f"{words}: checked by",
            "initials",
            (173, y + 0.7, 20, 7.8),
            role="verified_by",
            required=True,
            step=step,
            frame="none",
        )
        y += 9
    return y


def _foot(d: Drawing, y: float) -> None:
    d.text(14, y + 3, "Type of cleaning:", size=8.2, bold=True)
    d.choices(
        (
            ("type_a", "A: same product", 0.5),
            ("type_b", "B: change of strength", 0.25),
            ("type_c", "C: full, change of product", 0.25),
        ),
        (46, y),
        group="cleaning",
        gap=44,
        size=4.4,
    )
    y += 9
    d.entry(
        "start",
        "Start",
        "time",
        (14, y, 22, 8),
        label_width=16,
        format="HH:MM",
        required=True,
        step="time",
        frame="line",
    )
    d.entry(
        "end",
        "End",
        "time",
        (64, y, 22, 8),
        label_width=14,
        format="HH:MM",
        required=True,
        step="time",
        not_before="start",
        frame="line",
        fill=Fill(minutes=(40, 140)),
    )
    d.entry(
        "swab",
        "Swab sample No.",
        "text",
        (112, y, 34, 8),
        label_width=30,
        required_if="type_c",
        pattern=r"SW-\d{4}",
        frame="line",
        fill=Fill(template="SW-####", often=0.1),
    )
    y += 13
    d.text(14, y + 3, "The line is", size=8.2)
    d.choices(
        (("released", "released", 0.96), ("blocked", "blocked", 0.04)),
        (34, y),
        group="release",
        gap=26,
        size=4.4,
    )
    d.entry(
        "reason",
        "Reason",
        "text",
        (96, y - 2, 82, 8),
        label_width=16,
        required_if="blocked",
        frame="line",
        fill=Fill(words=("Dust under the turret", "Old label found", "Floor wet"), often=0.0),
    )
    y += 13
    d.entry(
        "deviation",
        "Deviation No.",
        "text",
        (14, y, 40, 8),
        label_width=26,
        means="deviation",
        pattern=r"DEV-\d{2}-\d{3}",
        frame="line",
        fill=Fill(template="DEV-YY-###", often=0.04),
    )
    y += 14
    for name, label, role in (
        ("cleaner", "Cleaned by", "performed_by"),
        ("releaser", "Released by (QA)", "approved_by"),
    ):
        d.entry(
            f"{name}_signature",
            label,
            "signature",
            (14, y, 62, 10),
            label_width=34,
            role=role,
            required=True,
            step=name,
            frame="line",
        )
        d.entry(
            f"{name}_date",
            "Date",
            "date",
            (122, y + 1, 40, 8),
            label_width=14,
            format="DD.MM.YYYY",
            required=True,
            step=name,
            not_before="cleaned_on",
            frame="line",
        )
        y += 14
