"""Counts beside the hits: each can be chosen to narrow the search down to it."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from pipeline.archive import Facet
from pipeline.core.query import About, Query, as_text, with_value, without_value
from pipeline.core.values import RecordState
from review_ui.parts.words import STATES, flag_words, plain

TITLES = {
    About.FORM: "Form",
    About.FLAG: "Flag",
    About.MADE: "Year made",
    About.PRODUCT: "Product",
    About.SIGNED: "Person",
    About.EQUIPMENT: "Equipment",
    About.STATE: "State",
}


def show_facets(facets: tuple[Facet, ...], query: Query, on_asked: Callable[[str], None]) -> None:
    """The counts, kind by kind; what the search asks for already is marked."""
    for facet in facets:
        chosen = set(values_of(query, facet.about))
        counts = dict(facet.counts) | {one: 0 for one in chosen - dict(facet.counts).keys()}
        if len(counts) < 2 and not chosen:
            continue
        key = f"facet {facet.about.value} {as_text(query)}"
        picked = st.pills(
            TITLES[facet.about],
            tuple(counts),
            selection_mode="multi",
            wrap=True,
            default=[one for one in counts if one in chosen],
            format_func=partial(shown, facet.about, counts),
            key=key,
        )
        changed = set(picked) ^ chosen
        if changed:
            on_asked(as_text(toggled(query, facet.about, changed.pop())))


def values_of(query: Query, about: About) -> tuple[str, ...]:
    """The values of a field that the search asks for already."""
    terms = query.about(about)
    return tuple(
        one for term in terms for one in (*term.values, *(days.text for days in term.days))
    )


def toggled(query: Query, about: About, value: str) -> Query:
    """The search with that value, or without it where it has it already."""
    has_it = value in values_of(query, about)
    return (without_value if has_it else with_value)(query, about, value)


def shown(about: About, counts: Mapping[str, int], value: str) -> str:
    """A value with how many records have it; one that is only asked for, as a range, by itself."""
    words = value
    if about is About.FLAG:
        words = flag_words(value)
    if about is About.STATE:
        words = STATES[RecordState(value)]
    return f"{plain(words)} · {counts[value]}" if counts[value] else plain(words)
