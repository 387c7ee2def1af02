"""Records drawn at random for the property tests of the core: all states, evidence and flags."""

from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from extractors.values import (
    Alternative,
    Box,
    EntryKind,
    Evidence,
    Previous,
    Reading,
    State,
)
from pipeline.core.forms import Field, FormPage, MasterForm, Meaning, Role
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, RecordState, Source

few = settings(max_examples=40, deadline=None)
"""Enough for CI, where several people share the machine: no test fails for being slow."""

BOX = Box(10.0, 20.5, 30.0, 8.0)


def _field(name: str, type: str, page: int, **keys) -> Field:
    return Field(name, name.capitalize(), EntryKind(type), page, BOX, **keys)


FIELDS = (
    _field(
        "batch_number", "text", 1, pattern=r"[A-Z]\d", required=True, means=Meaning.BATCH_NUMBER
    ),
    _field("weight", "number", 1, decimals=1, low=Decimal(5), high=Decimal(9), step="1"),
    _field("twice", "number", 1, equals="2 * weight"),
    _field("made", "date", 1, format="DD/MM/YYYY", step="1", means=Meaning.MANUFACTURING_DATE),
    _field("start", "time", 1, step="1"),
    _field("end", "time", 1, step="1", not_before="start"),
    _field("yes", "checkbox", 1, group="g", required=True),
    _field("no", "checkbox", 1, group="g"),
    _field("did", "initials", 2, step="2", role=Role.PERFORMED_BY, required=True),
    _field("saw", "initials", 2, step="2", role=Role.VERIFIED_BY),
    _field("signed", "signature", 2, required=True),
    _field("batch_2", "text", 2, same_as="batch_number"),
    _field("deviation", "text", 2, means=Meaning.DEVIATION),
)

FORM = MasterForm(
    "BMR-077",
    "12",
    "Granulation",
    tuple(
        FormPage(page, (210.0, 297.0), tuple(one for one in FIELDS if one.page == page))
        for page in (1, 2)
    ),
    Path("blank.pdf"),
)

VALUES = {
    EntryKind.TEXT: st.sampled_from(["A1", "B2", "(blank)", "((", "N/A", "é", ""]) | st.text(),
    EntryKind.NUMBER: st.sampled_from(["5.0", "9.1", "10.0", "10", "-1.0", "1,5", "x"]),
    EntryKind.DATE: st.sampled_from(["01/02/2024", "31/02/2024", "1/2/24", "32/01/2024"]),
    EntryKind.TIME: st.sampled_from(["10:00", "09:00", "23:30", "00:15", "25:00"]),
    EntryKind.INITIALS: st.sampled_from(["MJ", "TB", "mj", "4"]),
}

shares = st.floats(0, 1).map(lambda share: round(share, 6) + 0.0)
lengths = st.floats(-1000, 1000).map(lambda length: float(f"{length:.9g}") + 0.0)
alternatives = st.lists(st.builds(Alternative, st.text(max_size=5), shares), max_size=2).map(tuple)
previous = st.lists(st.builds(Previous, st.text(max_size=5), st.text(max_size=3)), max_size=2)
evidence = st.lists(st.sampled_from(Evidence), max_size=2, unique=True).map(tuple)


@st.composite
def readings(draw, kind: EntryKind) -> Reading:
    """A reading that a field of that type can have."""
    if kind is EntryKind.CHECKBOX:
        marks = [State.CHECKED, State.UNCHECKED, State.NOT_APPLICABLE, State.UNREADABLE]
        state = draw(st.sampled_from(marks))
        value = {State.CHECKED: "true", State.UNCHECKED: "false"}.get(state, "")
    else:
        states = [State.FILLED, State.BLANK, State.NOT_APPLICABLE, State.UNREADABLE]
        state = draw(st.sampled_from(states))
        is_written = state is State.FILLED and kind is not EntryKind.SIGNATURE
        value = draw(VALUES[kind]) if is_written else ""
    return Reading(
        value=value,
        state=state,
        confidence=draw(shares),
        reader=draw(st.sampled_from(["handwriting", "marks"])),
        model="1",
        alternatives=draw(alternatives),
        previous=tuple(draw(previous)),
        evidence=draw(evidence),
        free_text=draw(st.text(max_size=5)),
    )


@st.composite
def pages(draw, number: int) -> RecordPage:
    """A page that lies anyhow."""
    row = st.tuples(lengths, lengths, lengths)
    homography = draw(st.tuples(row, row, row))
    turned = draw(st.sampled_from([0, 90, 180, 270]))
    return RecordPage(
        number, number, turned, draw(shares), homography, draw(lengths), draw(lengths)
    )


@st.composite
def records(draw) -> Record:
    """A record of FORM as a reading gives it, in review; perhaps without its second page."""
    numbers = draw(st.sampled_from([(1,), (1, 2)]))
    entries = tuple(
        Entry(one.name, one.page, one.type, one.step, one.box, draw(readings(one.type)))
        for one in FIELDS
        if one.page in numbers
    )
    return Record(
        form=FORM.form,
        version=FORM.version,
        batch_number="",
        source=Source(draw(st.text(max_size=8)), "0" * 64, len(numbers)),
        reader=ReaderInfo("0.1.0", (("handwriting", "1"), ("marks", "2"))),
        pages=tuple(draw(pages(number)) for number in numbers),
        entries=entries,
        id="R1",
        state=RecordState.IN_REVIEW,
    )
