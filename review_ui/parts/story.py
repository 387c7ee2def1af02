"""The trail of a record, told as a story: who did what, when, and why."""

import streamlit as st

from pipeline.core.forms import MasterForm
from pipeline.trail import TrailEvent, events_of
from review_ui.opened import the_site
from review_ui.parts.markup import piece, show
from review_ui.parts.words import flag_words, moment


def show_story(record_id: str, form: MasterForm | None) -> None:
    """Every event of the record, the oldest first."""
    events = events_of(the_site(), record_id)
    if not events:
        st.info("Nothing has happened to this record yet.")
        return
    labels = {field.name: field.label for field in form.fields} if form else {}
    show('<ol class="story">', *(told(event, labels) for event in events), "</ol>")


def told(event: TrailEvent, labels: dict[str, str]) -> str:
    """One event as a line of the story."""
    where = labels.get(event.field or "", event.field or "")
    line = piece(
        "<li><time>$at</time> <b>$by</b> $what",
        at=moment(event.at),
        by=event.by,
        what=flag_words(event.kind),
    )
    if where:
        line += piece(" <em>$where</em>", where=where)
    if event.old or event.new:
        line += piece(" <s>$old</s> <b>$new</b>", old=event.old or "", new=event.new or "")
    if event.reason:
        line += piece(" <q>$reason</q>", reason=event.reason)
    return line + "</li>"
