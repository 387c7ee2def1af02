"""Sheets that get into the scanner by mistake: no form of the set, so nobody may recognise them."""

from datetime import date

from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import Fill, FormHead, PaperForm

_NAMES = ("M. Keller", "P. Singh", "A. Duval", "J. Smith", "R. Marin", "T. Okafor", "L. Berg")
_FIRMS = ("Festo", "Water lab", "Lift service", "Courier", "City", "Pest control", "Glass Ltd")
_TOPICS = ("Gowning", "Hand washing", "Data integrity", "Fire drill", "Spill kit", "Forklift")


def draw_visitors() -> PaperForm:
    """A visitors' book page."""
    head = FormHead("Visitors", "1", "Visitors", (210, 297), 1, date(2015, 1, 1), company="Gate 2")
    d = Drawing(head, Look("lato", rule=0.2, small=8))
    d.page()
    d.text(105, 20, "VISITORS", size=20, bold=True, align="centre")
    d.text(105, 27, "Please sign in and out at gate 2", size=9, align="centre")
    columns = (
        Column("who", "Name", 48, "text", {"required": True}, Fill(words=_NAMES)),
        Column("firm", "Company", 46, "text", {"required": True}, Fill(words=_FIRMS)),
        Column("came", "In", 24, "time", {"format": "HH:MM", "required": True}),
        Column("left", "Out", 24, "time", {"format": "HH:MM", "required": True}),
        Column("sign", "Signature", 46, "signature", {"required": True}),
    )
    rows = [Row(f"v{number}", is_spare=number > 6) for number in range(1, 18)]
    d.table((11, 34), columns, rows, row_height=13, head_height=9, block="visit")
    return d.done()


def draw_training() -> PaperForm:
    """An attendance list of a training."""
    head = FormHead("Training", "1", "Attendance", (297, 210), 1, date(2015, 1, 1), company="HR")
    d = Drawing(head, Look("caladea", rule=0.4, small=9, frame="line"))
    d.page()
    d.text(20, 22, "Attendance list", size=18, bold=True)
    d.entry(
        "topic",
        "Subject",
        "text",
        (20, 30, 90, 9),
        label_width=24,
        required=True,
        fill=Fill(words=_TOPICS),
    )
    d.entry(
        "held_on",
        "Date",
        "date",
        (150, 30, 40, 9),
        label_width=16,
        format="DD.MM.YYYY",
        required=True,
    )
    columns = (
        Column("person", "Name", 90, "text", {"required": True}, Fill(words=_NAMES)),
        Column("unit", "Department", 60, "text", {"required": True}, Fill(words=_FIRMS)),
        Column("sign", "Signature", 90, "signature", {"required": True}),
    )
    rows = [Row(f"t{number}", is_spare=number > 5) for number in range(1, 13)]
    d.table((20, 46), columns, rows, row_height=11, head_height=9, block="person")
    return d.done()
