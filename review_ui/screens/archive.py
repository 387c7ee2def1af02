"""The archive: one search over every entry and every alternative reading."""

import streamlit as st

from pipeline.archive import (
    Hit,
    SearchPage,
    SearchQuery,
    Sort,
    look,
)
from pipeline.core.query import About, Query
from pipeline.hits_out import MOST_OUT, hits_as_csv, hits_as_excel
from pipeline.named import destroyed_batches
from pipeline.saved_searches import SavedSearch
from review_ui.opened import the_site
from review_ui.parts.facets import show_facets
from review_ui.parts.frame import the_person
from review_ui.parts.hit_words import found_as
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.out_files import EXCEL, out_button
from review_ui.parts.paper import entry_url
from review_ui.parts.saved import show_saved
from review_ui.parts.search_box import search_box
from review_ui.parts.way import go_to_record, page_of, record_link
from review_ui.parts.words import STATES, counted, plain

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("As written"),
    Column("Value"),
    Column("Found as"),
    Column("Field"),
    Column("Form", "nowrap"),
    Column("Record", "nowrap"),
)
SORTS = {
    "best first": Sort.BEST,
    "newest first": Sort.NEWEST,
    "oldest first": Sort.OLDEST,
    "day made": Sort.MADE,
    "batch": Sort.BATCH,
}
WORDS_OF_SORTS = {sort: words for words, sort in SORTS.items()}
MOST_GONE, MOST_WORDS = 5, 12
"""So many destroyed records are named, and so many words may be parts of a batch's number."""
PAGE, SORT, Q = "page", "sort", "q"
HELP = """Words are looked for in every entry; put a phrase in quotation marks. Fields narrow a
search down: `batch:` `lot:` `product:` `material:` `equipment:` `signed:` `made:` `form:`
`version:` `flag:` `deviation:` `state:` `step:` `field:`, for example `made:2013-05..2013-07`. A
minus before a word or field leaves out, and commas between values mean any of them. Alternative
readings are searched too: a lot that was read wrongly is still found, with the probability that it
is meant."""


def draw() -> None:
    """Draws the search box, the hits with their counts, and their downloads."""
    st.title("Archive", anchor=False)
    query = st.query_params.get(Q, "").strip()
    search_box(query, asked)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        sort = ask_sort()
        show_saved(query, sort, opened)
        with st.popover("How to search", icon=":material/help:", width="content"):
            st.markdown(HELP)
        downloads = st.container(horizontal=True, vertical_alignment="center")
    if not query:
        st.caption("Type a batch, a lot, a name or any other entry; part of a number is enough.")
        return
    found = look(the_site(), SearchQuery(query, sort, asked_page()))
    if found.problem:
        st.warning(plain(found.problem), icon=":material/edit:")
        return
    if found.waiting:
        st.warning(
            f"{counted(found.waiting, 'record')} of an older version of Recordroom "
            f"{'is' if found.waiting == 1 else 'are'} still being put into the index: fields such "
            "as lot: and made: may not find them yet."
        )
    show_destroyed(found.query)
    if not found.hits:
        st.info("Nothing in the archive fits. Try fewer words, or a part of the number.")
        return
    with downloads:
        show_downloads(found, query, sort)
    hits, counts = st.columns([4, 1], gap="medium")
    with counts:
        show_facets(found.facets, found.query, asked)
    with hits:
        show_hits(found)


def show_destroyed(query: Query) -> None:
    """Says of batches that were asked for that their records are destroyed."""
    numbers = numbers_in(query)
    for gone in destroyed_batches(the_site(), numbers, most=MOST_GONE, by=the_person()):
        said = (
            f"Batch {gone.batch_number}: the record {gone.record} ({gone.form_words}) was "
            "destroyed after its retention. Its certificate is kept: document control, approvers "
            "and administrators find it on the screen Retention."
        )
        st.info(plain(said), icon=":material/delete:")


def numbers_in(query: Query) -> tuple[str, ...]:
    """What may be a batch's number in what was asked: words, and words beside each other as one."""
    words = [value for term in query.about(About.TEXT) for value in term.values][:MOST_WORDS]
    named = [value for term in query.about(About.BATCH) for value in term.values]
    runs = ["".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
    return tuple(one for one in (*named, *runs) if any(sign.isdigit() for sign in one))


def ask_sort() -> Sort:
    """The order of the hits; it stands in the address."""
    words = st.selectbox(
        "Sorted by",
        tuple(SORTS),
        key=SORT,
        bind="query-params",
        width=150,
        on_change=to_first_page,
        label_visibility="collapsed",
    )
    return SORTS[words or "best first"]


def asked(query: str) -> None:
    """Searches for that from now on; the address says so too."""
    to_first_page()
    st.query_params[Q] = query.strip()
    st.rerun()


def opened(saved: SavedSearch) -> None:
    """Searches as it was kept, from the next redraw on."""
    to_first_page()
    st.session_state[SORT] = WORDS_OF_SORTS[saved.sort]
    st.query_params[Q] = saved.query


def asked_page() -> int:
    """The page that was turned to, in this session or in the address."""
    return page_of(st.query_params.get(PAGE, "1"))


def to_first_page() -> None:
    """Begins at the first page."""
    st.query_params.pop(PAGE, None)


def turn(page: int) -> None:
    """Goes to that page."""
    st.query_params[PAGE] = str(page)


def show_hits(found: SearchPage) -> None:
    """The hits of a page, and the way to the other pages."""
    if found.is_cut:
        st.caption(
            "There are many hits: only the newest of them are ranked and counted, or the oldest "
            "where those are to come first. Add a word or a field to see others."
        )
    picked = list_view("Hits, the best first", COLUMNS, lines(found.hits), key="hits")
    if picked:
        hit = found.hits[int(picked)]
        go_to_record(hit.record, hit.field or "")
    last = max(1, -(-found.total // SearchQuery("").size))
    if last > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="pages"):
            here = found.page
            st.button("Previous page", disabled=here == 1, on_click=turn, args=(here - 1,))
            st.markdown(f"Page {here} of {last}", width="content")
            st.button("Next page", disabled=here == last, on_click=turn, args=(here + 1,))


def show_downloads(found: SearchPage, query: str, sort: Sort) -> None:
    """How many there are, and the same as files, with the signatures of each record."""
    more = " at least" if found.is_cut else ""
    said = f"{counted(found.total, 'hit')} in {counted(found.records, 'record')}{more}"
    st.markdown(said, width="content")
    asked, site = SearchQuery(query, sort), the_site()
    first, start = first_of(found)
    out_button(
        f"CSV{first}",
        f"{start}hits.csv",
        "text/csv",
        lambda by, where: hits_as_csv(site, asked, f"{start}hits.csv", by=by, where=where),
    )
    out_button(
        f"Excel{first}",
        f"{start}hits.xlsx",
        EXCEL,
        lambda by, where: hits_as_excel(site, asked, f"{start}hits.xlsx", by=by, where=where),
    )


def first_of(found: SearchPage) -> tuple[str, str]:
    """How a button and the name of its file say that not all hits are in it."""
    if found.total <= MOST_OUT and not found.is_cut:
        return "", ""
    most = min(found.total, MOST_OUT)
    return f" of the first {most}", f"first-{most}-"


def lines(hits: tuple[Hit, ...]) -> list[Line]:
    """The hits as rows that lead to their records."""
    return [line(hit, number) for number, hit in enumerate(hits)]


def line(hit: Hit, number: int) -> Line:
    """One hit: where it is, how it looks on the paper, what was read, and how probable that is."""
    form = f"{hit.form} v{hit.version}" if hit.form else "unknown form"
    place = hit.label if hit.page is None else f"{hit.label}, page {hit.page}"
    return Line(
        str(number),
        record_link(hit.record, hit.field or ""),
        (
            (Part(hit.batch_number or "no batch number"),),
            crop(hit),
            (Part(hit.value, "mono") if hit.value or not hit.field else Part("blank", "quiet"),),
            found_as(hit),
            (Part(place),),
            (Part(form),),
            (Part(STATES[hit.state], "quiet"),),
        ),
    )


def crop(hit: Hit) -> tuple[Part, ...]:
    """The entry as it stands on the paper."""
    if hit.field is None:
        return ()
    return (Part(f"{hit.label} as written", "crop", entry_url(hit.record, hit.field)),)
