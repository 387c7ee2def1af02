"""The archive: one search over every entry and every alternative reading."""

import streamlit as st

from pipeline.archive import Hit, Matched, frame_as_csv, frame_as_excel, search
from pipeline.signed_export import signed_hits
from review_ui.opened import the_site
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import STATES, counted, percent

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Page", "number"),
    Column("Field"),
    Column("Value"),
    Column("Probability", "number"),
    Column("Found as"),
    Column("Record", "nowrap"),
)
LIMIT = 500
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw() -> None:
    """Draws the search box, the hits and their downloads."""
    st.title("Archive", anchor=False)
    query = st.text_input(
        "Search batches, lots, materials, equipment, names and every other entry",
        key="q",
        bind="query-params",
        type="search",
        placeholder="For example a batch or lot number; part of one is enough",
    )
    if not (query or "").strip():
        st.caption(
            "Alternative readings are searched too: a lot that was read wrongly is still found, "
            "with the probability that it is meant."
        )
        return
    found = search(the_site(), query or "", limit=LIMIT)
    hits = best(found)
    if len(found) == LIMIT:
        st.caption(f"Only the {LIMIT} most probable readings are shown; add a word to see others.")
    if not hits:
        st.info("Nothing in the archive fits. Try fewer words, or a part of the number.")
        return
    show_downloads(hits)
    picked = list_view("Hits, the most probable first", COLUMNS, lines(hits), key="hits")
    if picked:
        hit = hits[int(picked)]
        go_to_record(hit.record, hit.field or "")


def best(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Of several readings of one entry the most probable alone; hits come in that order."""
    first: dict[tuple[str, str | None, int | None], Hit] = {}
    for hit in hits:
        first.setdefault((hit.record, hit.field, hit.page), hit)
    return tuple(first.values())


def show_downloads(hits: tuple[Hit, ...]) -> None:
    """How many there are, and the same table as files, with the signatures of each record."""
    records = len({hit.record for hit in hits})
    site = the_site()

    def excel() -> bytes:
        signed = signed_hits(site, hits)
        return frame_as_excel(signed.hits, {"Signatures": signed.signatures})

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{counted(len(hits), 'hit')} in {counted(records, 'record')}")
        st.download_button(
            "CSV",
            lambda: frame_as_csv(signed_hits(site, hits).hits),
            "hits.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Excel",
            excel,
            "hits.xlsx",
            EXCEL,
            icon=":material/download:",
            on_click="ignore",
        )


def lines(hits: tuple[Hit, ...]) -> list[Line]:
    """The hits as rows that lead to their records."""
    return [line(hit, number) for number, hit in enumerate(hits)]


def line(hit: Hit, number: int) -> Line:
    """One hit: where it is, what stands there, and how probable that is."""
    form = f"{hit.form} v{hit.version}" if hit.form else "unknown form"
    return Line(
        str(number),
        record_link(hit.record, hit.field or ""),
        (
            (Part(hit.batch_number or "no batch number"),),
            (Part(form),),
            (Part("" if hit.page is None else str(hit.page)),),
            (Part(hit.label),),
            (Part(hit.value, "mono"),),
            (Part(percent(hit.probability)),),
            (found_as(hit),),
            (Part(STATES[hit.state], "quiet"),),
        ),
    )


def found_as(hit: Hit) -> Part:
    """Whether the value itself was found, or a reading that was less probable."""
    if hit.matched is Matched.VALUE:
        return Part("value", "good")
    return Part("alternative reading", "major")
