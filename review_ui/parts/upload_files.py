"""Files by drag and drop: each is kept at once, and what became of it stands in a line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from extractors.errors import RecordroomError
from pipeline.accounts import MAY, Act
from pipeline.intake import Receipt, ScanProgress, ScanState, scan_progress, scans, take
from pipeline.review import open_record
from review_ui.opened import the_site
from review_ui.parts.edge import guarded
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.scan_words import came_before, look_of, standing
from review_ui.parts.way import record_link
from review_ui.parts.words import age, counted, sentence

RECEIPTS = "receipts"
LEADS = "lists lead to pages"
LOST = "files that were not kept"
ROUND = "upload round"
SHOWN = "scans that are shown"
EVERY_SECONDS = 1.0
MOST_SHOWN = 200
MOST_RECEIPTS = 50
PICKED = "picked scan"
COLUMNS = (
    Column("File"),
    Column("Pages", "number"),
    Column("Where it stands"),
    Column("Came", "nowrap"),
    Column("By", "nowrap"),
)
ON_WAY = (ScanState.RECEIVED, ScanState.READING)
FILTERS: dict[str, tuple[ScanState, ...]] = {
    "All": tuple(ScanState),
    "On their way": ON_WAY,
    "Read": (ScanState.READ,),
    "With a problem": (ScanState.REFUSED, ScanState.QUARANTINED),
}


@dataclass(frozen=True)
class NotKept:
    """A file that could not even be kept, and why."""

    name: str
    problem: str


def show_files() -> str | None:
    """Draws the drop zone and what became of every file; gives the scan that was chosen."""
    st.session_state.setdefault(RECEIPTS, [])
    st.session_state[LEADS] = may_arrange()
    st.session_state.setdefault(LOST, [])
    turn = st.session_state.setdefault(ROUND, 0)
    files = st.file_uploader(
        "Drop scans here: PDF, TIFF, PNG or JPEG, several at once. Each is kept byte for byte.",
        accept_multiple_files=True,
        key=f"files:{turn}",
    )
    if files:
        receive_all([(file.name, file.getvalue()) for file in files])
        st.session_state[ROUND] = turn + 1
        st.rerun()
    return show_outcomes()


def receive_all(files: list[tuple[str, bytes]]) -> None:
    """Hands each file to the intake at once; one that fails stops no other."""
    bar = st.progress(0.0, "Keeping the files")
    new: list[Receipt] = []
    st.session_state[LOST] = []
    for number, (name, content) in enumerate(files, 1):
        bar.progress(number / len(files), f"Keeping file {number} of {len(files)}")
        try:
            new.append(take(the_site(), name, content, by=the_person(), where=the_place()))
        except RecordroomError as error:
            st.session_state[LOST].append(NotKept(name, sentence(error)))
    st.session_state[RECEIPTS] = new + st.session_state[RECEIPTS]


def show_outcomes() -> str | None:
    """What became of the files of the session and of all scans; drawn again while any is read."""
    receipts: list[Receipt] = st.session_state[RECEIPTS][:MOST_RECEIPTS]
    is_waiting = is_any_on_way()

    @st.fragment(run_every=EVERY_SECONDS if is_waiting else None)
    @guarded
    def outcomes() -> None:
        if is_waiting and not is_any_on_way():
            st.rerun()
        show_receipts(receipts)
        show_earlier(frozenset(receipt.scan for receipt in receipts))

    outcomes()
    picked: str | None = st.session_state.pop(PICKED, None)
    return picked


def is_any_on_way() -> bool:
    """Whether any scan of the site waits to be read, or is being read."""
    return bool(scans(the_site(), states=ON_WAY, limit=1))


def show_receipts(receipts: list[Receipt]) -> None:
    """A line for each file of the session, with how many of them are read."""
    bar = st.container()  # its place is kept, so that the list below is never drawn twice
    if not receipts and not st.session_state[LOST]:
        return
    now = now_of(receipts)
    done = sum(one.is_done for one in now.values())
    if done < len(now):
        bar.progress(done / len(now), f"{done} of {counted(len(now), 'scan')} read")
    show(
        '<ul class="outcomes">',
        *(not_kept(one) for one in st.session_state[LOST]),
        *(outcome(receipt, now[receipt.scan]) for receipt in receipts),
        "</ul>",
    )


def show_earlier(above: frozenset[int]) -> None:
    """The site's scans but those that stand above, and which of them to show."""
    choice = st.segmented_control(
        "Earlier scans",
        tuple(FILTERS),
        default="All",
        required=True,
        key=SHOWN,
    )
    found = scans(the_site(), states=FILTERS[choice or "All"], limit=MOST_SHOWN + len(above))
    moment = datetime.now(UTC)
    rows = [line(one, moment) for one in found if one.scan not in above]
    if not rows:
        st.caption("No scans here.")
        return
    picked = list_view("Scans, the last first", COLUMNS, rows, key="scans")
    if picked:
        st.session_state[PICKED] = picked
        st.rerun()


def now_of(receipts: list[Receipt]) -> dict[int, ScanProgress]:
    """How far this session's scans are."""
    found = scan_progress(the_site(), [receipt.scan for receipt in receipts])
    return {one.scan: one for one in found}


def not_kept(one: NotKept) -> str:
    """A file that was not kept, with what to do."""
    return piece(
        '<li class="refused"><b>$name</b> <span>Not kept: $problem</span></li>',
        name=one.name,
        problem=one.problem,
    )


def outcome(receipt: Receipt, now: ScanProgress) -> str:
    """What became of one file, in a line with links to its records and its pages."""
    unknown = sum(fits_no_form(record) for record in now.records)
    look, words = verdict(receipt, now, unknown)
    line = piece(
        '<li class="$look"><b>$name</b> <span>$words</span>',
        look=look,
        name=receipt.name,
        words=words,
    )
    for number, record in enumerate(now.records, 1):
        words = "Open the record" if len(now.records) == 1 else f"Record {number}"
        line += link(record_link(record), words)
    if now.state is not ScanState.REFUSED and leads_to_pages():
        line += link(arrange_link(now.scan), "Arrange pages")
    return line + "</li>"


def link(where: str, words: str) -> str:
    """A way to another screen."""
    return piece(' <a href="$link" target="_self">$words</a>', link=where, words=words)


def may_arrange() -> bool:
    """Whether whoever looks at this may arrange pages; `pipeline` decides once more."""
    return the_person().role in MAY[Act.ARRANGE]


def leads_to_pages() -> bool:
    """Whether the lists lead to where pages are arranged, as it was when the screen was opened.

    Lists that draw themselves again and again ask for no session: they would keep it alive.
    """
    return bool(st.session_state.get(LEADS, False))


def arrange_link(scan: int, page: int = 0) -> str:
    """The address at which a scan's pages are arranged."""
    return "/upload?" + urlencode({"scan": scan} | ({"page": page} if page else {}))


@st.cache_data(show_spinner=False)
def fits_no_form(record_id: str) -> bool:
    """Whether the record's pages fit no known form, which never changes."""
    return open_record(the_site(), record_id).record.form is None


def verdict(receipt: Receipt, now: ScanProgress, unknown: int) -> tuple[str, str]:
    """How a file's line looks, and what it says; `unknown` of its records fit no known form."""
    again = came_before(receipt)
    said = f"{again}{standing(now)}"
    if unknown:
        said += f" {counted(unknown, 'record')} of an unknown form: see the unknown pages."
    look = look_of(now)
    return ("again" if again and look == "done" else look), said


def line(one: ScanProgress, now: datetime) -> Line:
    """A scan as a row that leads to its pages."""
    look = {"refused": "critical", "waiting": "minor", "done": ""}[look_of(one)]
    can_open = one.state is not ScanState.REFUSED and leads_to_pages()
    return Line(
        str(one.scan),
        arrange_link(one.scan) if can_open else "",
        (
            (Part(one.name),),
            (Part(str(one.pages)),),
            (Part(standing(one), look if look != "critical" else ""),),
            (Part(f"{age(one.received_at, now)} ago".replace("just now ago", "just now")),),
            (Part(name_of(one.received_by), "quiet"),),
        ),
    )
