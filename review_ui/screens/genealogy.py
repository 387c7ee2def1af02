"""Genealogy: where a lot went, and what went into a batch, as a graph and as a list."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from pipeline.core.genealogy import MOST_LEVELS, Node, is_nameless
from pipeline.core.genealogy_plot import MOST_DRAWN, genealogy_drawing
from pipeline.genealogy import (
    DEFAULT_LEVELS,
    MOST_UNREAD,
    Direction,
    Edge,
    Gap,
    Genealogy,
    recall_as_csv,
    recall_as_excel,
    recall_name,
    trace,
    unread_lots,
)
from review_ui.opened import the_site
from review_ui.parts.drawing_view import drawing_view
from review_ui.parts.frame import the_person
from review_ui.parts.genealogy_words import (
    UNNAMED,
    WAYS,
    amount_of,
    balance_line,
    chance,
    headline,
    node_spot,
    notes_of,
)
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.out_files import EXCEL, out_button
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import STATES, counted, plain

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Lot that went in", "nowrap"),
    Column("Level", "number"),
    Column("Material"),
    Column("Quantity", "number"),
    Column("How sure", "nowrap"),
    Column("Record", "nowrap"),
    Column("Note", "quiet"),
)
NUMBERS = (
    Column("Number", "nowrap"),
    Column("Level", "number"),
    Column("Material"),
    Column("Made or received", "number"),
    Column("Went in", "number"),
    Column("Used", "number"),
    Column("Rest", "number"),
    Column("Possibly used", "number"),
)
NEXT = "next lot"
ON_GRAPH, AS_LIST, BALANCES = "Graph", "List", "Quantities"


def draw() -> None:
    """Draws what is asked for, the graph, the list and the gaps."""
    head = st.empty()
    if NEXT in st.session_state:
        st.session_state["lot"] = st.session_state.pop(NEXT)
    number, direction, levels = asked()
    is_forward = direction is Direction.FORWARD
    head.title("Where did it go" if is_forward else "What went into it", anchor=False)
    if not number:
        st.caption(
            "Forward: the batches that a lot went into, and on into those. Backward: what went "
            "into a batch. Records that are not approved are in it too, and say so; what a reading "
            "may also be is shown as possible, with its probability."
        )
        return
    found = trace(the_site(), number, direction, by=the_person(), levels=levels)
    show_meant(found)
    if not found.is_known:
        st.info(
            f"{plain(number)} is in no record of the archive, neither as another reading nor as a "
            "likely misreading. Look for it in the Archive too, which shows unlikelier ones."
        )
        show_gaps(found)
        show_unread(direction)
        return
    show_head(found)
    show_gaps(found)
    show_unread(direction)
    graph, listed, balances = st.tabs((ON_GRAPH, AS_LIST, BALANCES), key="seen as")
    with graph:
        show_graph(found)
    with listed:
        show_list(found)
    with balances:
        show_balances(found)


def show_meant(found: Genealogy) -> None:
    """Numbers like the one that was typed, where no record holds that one itself."""
    if not found.meant:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"No record holds {plain(found.asked)} itself. Did you mean:", width="content")
        for name, count in found.meant:
            if st.button(f"{plain(name)}, in {counted(count, 'record')}", key=f"meant {name}"):
                go_on(name)


def asked() -> tuple[str, Direction, int]:
    """What the fields say; all of it stands in the address."""
    with st.container(horizontal=True, gap="small", vertical_alignment="top"):
        number = st.text_input(
            "Lot or batch number",
            key="lot",
            bind="query-params",
            placeholder="For example L08481V",
            width=260,
        )
        way = st.segmented_control(
            "Which way",
            tuple(WAYS),
            default=next(iter(WAYS)),
            required=True,
            key="way",
            bind="query-params",
        )
        levels = st.number_input(
            "Levels",
            1,
            MOST_LEVELS,
            DEFAULT_LEVELS,
            key="levels",
            bind="query-params",
            width=120,
            help="How many times it is followed on, from batch to batch.",
        )
    direction = WAYS.get(way or "", Direction.FORWARD)
    return (number or "").strip(), direction, int(levels or DEFAULT_LEVELS)


def show_head(found: Genealogy) -> None:
    """How much was found, and the recall list as files."""
    site = the_site()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(headline(found)))
        out_button(
            "CSV",
            recall_name(found, "csv"),
            "text/csv",
            lambda by, where: recall_as_csv(site, found, by=by, where=where),
        )
        out_button(
            "Excel",
            recall_name(found, "xlsx"),
            EXCEL,
            lambda by, where: recall_as_excel(site, found, by=by, where=where),
        )


def show_gaps(found: Genealogy) -> None:
    """What the archive does not answer: said in one line, so that the graph is seen; all in it."""
    if not found.gaps:
        return
    with st.expander(gaps_title(found.gaps), icon=":material/warning:"):
        st.markdown("\n".join(f"* {gap_line(gap)}" for gap in found.gaps))


def gaps_title(gaps: Sequence[Gap]) -> str:
    """The first gap in full, and how many there are."""
    first = plain(gaps[0].detail)
    if len(gaps) == 1:
        return f"**Not answered here:** {first}"
    return f"**Not answered here, {counted(len(gaps), 'gap')}:** {first} …"


def gap_line(gap: Gap) -> str:
    """A gap as a sentence, with the way to its record."""
    link = f" [Open the record]({record_link(gap.record, gap.field or '')})" if gap.record else ""
    return f"{plain(gap.detail)}{link}"


def show_unread(direction: Direction) -> None:
    """Lots that nobody could read: each of them may be the one that is asked for."""
    unread = unread_lots(the_site(), by=the_person()) if direction is Direction.FORWARD else ()
    if not unread:
        return
    least = "At least " if len(unread) >= MOST_UNREAD else ""
    many = f"{least}{counted(len(unread), 'lot')}"
    title = f"{many} in the archive that nobody could read, or that is not named: any may be this"
    with st.expander(title, icon=":material/visibility_off:"):
        st.markdown(
            "\n".join(
                f"* {plain(one.batch.lot or 'no batch number')}, {plain(one.by.form)}: "
                f"{UNNAMED[one.use.said]} "
                f"[Open the entry]({record_link(one.by.record, one.use.field or '')})"
                for one in unread
            )
        )


def show_graph(found: Genealogy) -> None:
    """The graph; choosing a number opens its record, or goes on from it where it has none."""
    if len(found.nodes) > MOST_DRAWN:
        st.caption(f"The graph shows the nearest {MOST_DRAWN} numbers; the list has all of them.")
    spots = {node.key: node_spot(node, found) for node in found.nodes[:MOST_DRAWN]}
    begins = found.nodes[0].key
    picked = drawing_view(genealogy_drawing(found), spots, key="graph", fits=False, begins=begins)
    node = found.by_key.get(picked or "")
    if node is not None and node.made:
        go_to_record(node.made[0].by.record, node.made[0].use.field or "")
    st.caption(
        "Material flows from left to right. Dashed lines and boxes: possible, or without a record. "
        "An exclamation mark: something is missing there. Arrow keys go from box to box, Enter "
        "opens the record."
    )


def show_list(found: Genealogy) -> None:
    """Every use as a row that leads to its entry."""
    if not found.edges:
        st.info("Nothing goes on from here.")
        return
    rows = [row(edge, place) for place, edge in enumerate(found.edges)]
    picked = list_view("Uses, level by level", COLUMNS, rows, key="uses")
    if picked:
        link = found.edges[int(picked)].link
        go_to_record(link.by.record, link.use.field or "")


def row(edge: Edge, place: int) -> Line:
    """One lot in one batch."""
    link = edge.link
    look = "major" if link.is_possible else "good"
    sure = f"possible, {chance(link.probability)}" if link.is_possible else chance(link.probability)
    return Line(
        str(place),
        record_link(link.by.record, link.use.field or ""),
        (
            (Part(link.batch.lot or "no batch number"),),
            (Part(link.use.lot, "mono"),),
            (Part(str(edge.level)),),
            (Part(link.use.material),),
            (Part(amount_of(link)),),
            (Part(sure, look),),
            (Part(f"{link.by.form} v{link.by.version}"), Part(STATES[link.by.state], "quiet")),
            (Part(notes_of(edge)),),
        ),
    )


def show_balances(found: Genealogy) -> None:
    """What is known of each number's quantities."""
    stock = [node for node in found.nodes if node.key not in found.receipts]
    known = [(node, balance) for node in stock for balance in node.balances]
    lines = [
        Line(
            str(place),
            f"/genealogy?{urlencode({'lot': asked_as(node)})}",
            ((Part(node.name),), (Part(str(node.level)),), *balance_line(node, balance)),
        )
        for place, (node, balance) in enumerate(known)
    ]
    if not lines:
        st.info("No record here says how much.")
        return
    picked = list_view("Numbers and their quantities", NUMBERS, lines, key="balances")
    if picked:
        go_on(asked_as(known[int(picked)][0]))
    st.caption(
        "Mass is added up in kg, volume in l. Made or received: all receipts together; of several "
        "records of a batch the greatest. What two records say alike is added up once and named "
        "as a gap; rejected records and open revisions of an approved one are not."
    )


def asked_as(node: Node) -> str:
    """What to ask for it by: its number, or its record where that has none."""
    return node.key if is_nameless(node.key) else node.name


def go_on(number: str) -> None:
    """Ask the same of another number."""
    st.session_state[NEXT] = number
    st.rerun()
