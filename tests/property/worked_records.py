"""Records after people worked on them, drawn at random: corrected, answered, signed, or none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core_strategies import FORM, records
from hypothesis import strategies as st

from extractors.values import EntryKind, State
from pipeline.core.catalogue import CATALOGUE, severity_of
from pipeline.core.keyed import Keying, KeyingStep
from pipeline.core.values import (
    Correction,
    Disposition,
    Entry,
    Flag,
    Outcome,
    Record,
    RecordState,
    Signature,
    Source,
)

texts = st.text(max_size=12) | st.sampled_from(
    ["=1+1", "+2", "-3", "@x", "'=x", "'", "_x000B_", "a\r\nb\tc", "\x0b", " x ", "\ufffe", "😀é≤"]
)
moments = st.integers(0, 10**15).map(
    lambda step: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=step)
)
outcomes = st.sampled_from(Outcome)
names = st.sampled_from([kind.name for kind in CATALOGUE])
states = {
    EntryKind.CHECKBOX: [State.CHECKED, State.UNCHECKED, State.NOT_APPLICABLE, State.UNREADABLE],
}
OTHERS = [State.FILLED, State.BLANK, State.NOT_APPLICABLE, State.UNREADABLE]


@st.composite
def flags(draw, field: str | None, page: int | None) -> Flag:
    name = draw(names)
    return Flag(name, severity_of(name), draw(texts), field, page)


answers = st.builds(Disposition, names, outcomes, texts, texts, moments, texts)
signatures = st.builds(Signature, texts, texts, texts, moments, st.just("f" * 64))


@st.composite
def corrections(draw, kind: EntryKind) -> Correction:
    state = draw(st.sampled_from(states.get(kind, OTHERS)))
    value = draw(texts) if state is State.FILLED else ""
    return Correction(value, state, draw(texts), draw(texts), draw(moments))


@st.composite
def keyings(draw, kind: EntryKind) -> Keying:
    step, by, at = draw(st.sampled_from(KeyingStep)), draw(texts), draw(moments)
    if draw(st.booleans()):
        return Keying(step, "", State.BLANK, "", by, at, is_sealed=True)
    given = draw(corrections(kind))
    return Keying(step, given.value, given.state, draw(texts), by, at)


@st.composite
def worked_on(draw, entry: Entry) -> Entry:
    some = st.lists(flags(entry.field, entry.page), max_size=2).map(tuple)
    return replace(
        entry,
        accepted=draw(st.booleans()),
        step=draw(st.sampled_from([entry.step, "", "4.3"])),
        flags=draw(some),
        corrections=tuple(draw(st.lists(corrections(entry.type), max_size=2))),
        dispositions=tuple(draw(st.lists(answers, max_size=2))),
        keyings=tuple(draw(st.lists(keyings(entry.type), max_size=2))),
    )


newer_scans = st.none() | st.builds(Source, texts, st.just("e" * 64), st.integers(1, 9))
"""The scan of a page that was scanned again; None of all others."""


@st.composite
def worked_records(draw) -> Record:
    """A record of FORM, or of no form at all, with what people may have done to it."""
    record = draw(records())
    found = tuple(draw(worked_on(entry)) for entry in record.entries)
    record = replace(
        record,
        batch_number=draw(texts),
        pages=tuple(replace(page, source=draw(newer_scans)) for page in record.pages),
        entries=found,
        flags=tuple(draw(st.lists(flags(None, None), max_size=2))),
        dispositions=tuple(draw(st.lists(answers, max_size=2))),
        signatures=tuple(draw(st.lists(signatures, max_size=2))),
        state=draw(st.sampled_from(RecordState)),
        revision=draw(st.integers(1, 3)),
    )
    if draw(st.integers(0, 9)) == 0:
        return replace(record, form=None, version=None, entries=(), pages=())
    return record


def form_of(record: Record):
    """The record's form."""
    return FORM if record.form else None
