"""Trends: a parameter over batches as a control chart; corrections and flags; turnaround."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from pipeline.core.batch_days import DayFrom
from pipeline.core.forms import Field, Meaning
from pipeline.core.trend import Trend
from pipeline.core.trend_plot import control_drawing
from pipeline.handed_out import TrendKind, trend_file, trend_name
from pipeline.people import Person
from pipeline.quality import Between
from pipeline.trends import Asked, ChartedForm, charted_forms, trend
from review_ui.opened import the_site
from review_ui.parts.drawing_view import drawing_view
from review_ui.parts.frame import the_person
from review_ui.parts.in_address import BETWEEN, chosen_in_address
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.out_files import out_button
from review_ui.parts.quality_view import show_quality, show_turnaround
from review_ui.parts.trend_words import (
    DAYS,
    RULES,
    capability_text,
    chart_text,
    days_text,
    left_out_text,
    point_notes,
    shown_value,
    spot_of,
)
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import STATES, percent, plain

PARAMETER, QUALITY, TURNAROUND = "Parameter", "Corrections and flags", "Turnaround"
EVERY_FORM = "every form"
POINTS = (
    Column("Batch", "nowrap"),
    Column("Day", "nowrap"),
    Column("Value", "number"),
    Column("What it shows"),
    Column("How sure", "nowrap"),
    Column("Record", "nowrap"),
)
MOST_ROWS = 300
OLDEST, NEWEST = date(1950, 1, 1), date(2100, 12, 31)


def draw() -> None:
    """Draws the choice, and what is chosen."""
    st.title("Trends", anchor=False)
    forms = {one.form: one for one in charted_forms(the_site(), by=the_person())}
    if not forms:
        st.info("No form of this site has a number or a time on it.")
        return
    seen = st.segmented_control(
        "What",
        (PARAMETER, QUALITY, TURNAROUND),
        default=PARAMETER,
        required=True,
        key="of",
        bind="query-params",
        label_visibility="collapsed",
    )
    if seen == QUALITY:
        show_quality(between(forms))
    elif seen == TURNAROUND:
        show_turnaround(between(forms))
    else:
        show_parameter(asked(forms))


def asked(forms: dict[str, ChartedForm]) -> Asked:
    """Which field of which form, from when to when; all of it stands in the address."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        form = chosen_form(tuple(forms), forms)
        fields = field_texts(forms[form].fields)
        name = chosen_in_address(
            "Field",
            tuple(fields),
            lambda one: fields.get(one, one),
            key="parameter",  # `field` in an address is the entry of a record
            width=320,
        )
        since, until = days()
    return Asked(form, name, since, until)


def between(forms: dict[str, ChartedForm]) -> Between:
    """Which form, or every one, and received from when to when."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        form = chosen_form((EVERY_FORM, *forms), forms)
        since, until = days()
    return Between("" if form == EVERY_FORM else form, since, until)


def chosen_form(names: tuple[str, ...], forms: dict[str, ChartedForm]) -> str:
    """The form; its title stands beside its number."""

    def text(name: str) -> str:
        return f"{name} {forms[name].title}" if name in forms else name

    key = "form" if EVERY_FORM not in names else "of_form"
    return chosen_in_address("Form", names, text, key=key, width=320)


def days() -> tuple[date | None, date | None]:
    """The first and the last day; open where none is given."""
    dates = [
        st.date_input(
            label,
            value=None,
            min_value=OLDEST,  # else ten years ago, and the address's older days do not count
            max_value=NEWEST,
            format="YYYY-MM-DD",
            key=key,
            bind="query-params",
            width=150,
        )
        for label, key in (("From", "from"), ("Until", "until"))
    ]
    since, until = (one if isinstance(one, date) else None for one in dates)
    return since, until


def field_texts(fields: Sequence[Field]) -> dict[str, str]:
    """Each field's name, and what it is called: also by its name where others are called alike."""
    texts = {field.name: field_text(field) for field in fields}
    alike = Counter(texts.values())
    return {
        name: text if alike[text] == 1 else BETWEEN.join((text, name))
        for name, text in texts.items()
    }


def field_text(field: Field) -> str:
    """A field by its label and its step, where that has a number; yields and quantities say so."""
    kind = {Meaning.YIELD: "yield", Meaning.QUANTITY: "quantity"}.get(field.means or Meaning.LOT)
    is_numbered = any(sign.isdigit() for sign in field.step or "")
    parts = (field.label, f"step {field.step}" if is_numbered else "", kind or "")
    return BETWEEN.join(part for part in parts if part)


def show_parameter(query: Asked) -> None:
    """The control chart of a field, what it amounts to, and each point."""
    found = trend(the_site(), query, by=the_person())
    if not found.points:
        st.info("No entry of this field is a number here. Take other days, or another field.")
        show_left_out(found)
        return
    spots = {str(place): spot_of(found, place) for place in range(len(found.points))}
    picked = drawing_view(control_drawing(found), spots, key="chart", fits=True)
    if picked:
        open_point(found, int(picked))
    with st.container(horizontal=True, vertical_alignment="top"):
        st.markdown(plain(f"{chart_text(found)} {capability_text(found)}"), width="stretch")
        show_files(found)
    show_left_out(found)
    with st.expander("What the marks mean"):
        st.markdown("\n".join(f"* {plain(line)}" for line in RULES))
    rows = [row(found, place) for place in reversed(range(len(found.points)))][:MOST_ROWS]
    picked = list_view("Points, the newest first", POINTS, rows, key="points")
    if picked:
        open_point(found, int(picked))


def open_point(found: Trend, place: int) -> None:
    """The entry of a point, where its crop stands."""
    point = found.points[place]
    go_to_record(point.record, point.field)


def show_left_out(found: Trend) -> None:
    """Which batches stand on a day that is not sure; how many entries are no points, and why."""
    for text in (days_text(found), left_out_text(found)):
        if text:
            st.caption(plain(text))


def show_files(found: Trend) -> None:
    """The points and the chart as files."""
    for kind, media_type in ((TrendKind.CSV, "text/csv"), (TrendKind.PNG, "image/png")):
        out_button(
            kind.value.upper(), trend_name(found, kind), media_type, partial(made, found, kind)
        )


def made(found: Trend, kind: TrendKind, by: Person, where: str) -> bytes:
    """The file, for whoever presses the button."""
    return trend_file(the_site(), found, kind, by=by, where=where)


def day_parts(found: Trend, place: int) -> tuple[Part, ...]:
    """The day, and what it is where it is not surely the day of making."""
    point = found.points[place]
    what, _ = DAYS[point.day_from]
    look = "major" if point.day_from is DayFrom.UNSURE else "quiet"
    return (Part(point.day.isoformat()), *((Part(what, look),) if what else ()))


def row(found: Trend, place: int) -> Line:
    """A point as a row that leads to its entry."""
    point = found.points[place]
    sure = "looked at, or surely read" if point.is_settled else percent(point.probability)
    return Line(
        str(place),
        record_link(point.record, point.field),
        (
            (Part(point.batch_number or "no batch number"),),
            day_parts(found, place),
            (Part(shown_value(found, place), "mono"),),
            tuple(Part(text, look) for text, look in point_notes(found, place)),
            (Part(sure, "" if point.is_settled else "major"),),
            (Part(f"{found.form} v{point.version}"), Part(STATES[point.state], "quiet")),
        ),
    )
