"""Upload: scans by drag and drop, and what became of each."""

import streamlit as st

from pipeline.intake import Receipt, ScanProgress, ScanState, scan_progress, take
from pipeline.review import open_record
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.way import record_link
from review_ui.parts.words import counted

RECEIPTS = "receipts"
ROUND = "upload round"
EVERY_SECONDS = 1.0


def draw() -> None:
    """Draws the drop zone and the outcome of this session's uploads."""
    st.title("Upload scans", anchor=False)
    st.session_state.setdefault(RECEIPTS, [])
    turn = st.session_state.setdefault(ROUND, 0)
    files = st.file_uploader(
        "Drop scans here: PDF, TIFF, PNG or JPEG, several at once. Each is kept byte for byte.",
        accept_multiple_files=True,
        key=f"files:{turn}",
    )
    if files:
        new = [receipt for file in files if (receipt := receive(file.name, file.getvalue()))]
        st.session_state[RECEIPTS] = new + st.session_state[RECEIPTS]
        st.session_state[ROUND] = turn + 1
        st.rerun()
    if st.session_state[RECEIPTS]:
        watch_outcomes()


def receive(name: str, content: bytes) -> Receipt | None:
    """Hands one file to the intake at once; its receipt, where it could be kept."""
    got: list[Receipt] = []
    attempt(lambda: got.append(take(the_site(), name, content, by=the_person(), where=the_place())))
    return next(iter(got), None)


def watch_outcomes() -> None:
    """The outcomes, drawn again every second until all is read."""
    receipts: list[Receipt] = st.session_state[RECEIPTS]
    found = scan_progress(the_site(), [receipt.scan for receipt in receipts])
    is_waiting = any(not one.is_done for one in found)

    @st.fragment(run_every=EVERY_SECONDS if is_waiting else None)
    def outcomes() -> None:
        now = {one.scan: one for one in scan_progress(the_site(), [r.scan for r in receipts])}
        if is_waiting and all(one.is_done for one in now.values()):
            st.rerun()
        done = sum(one.is_done for one in now.values())
        bar = st.container()  # its place is kept, so that the list below is never drawn twice
        if is_waiting:
            bar.progress(done / len(now), f"{done} of {counted(len(now), 'scan')} read")
        show(
            '<ul class="outcomes">',
            *(outcome(receipt, now[receipt.scan]) for receipt in receipts),
            "</ul>",
        )

    outcomes()


def outcome(receipt: Receipt, now: ScanProgress) -> str:
    """What became of one file, in a line with links to its records."""
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
        line += piece(
            ' <a href="$link" target="_self">$words</a>', link=record_link(record), words=words
        )
    return line + "</li>"


@st.cache_data(show_spinner=False)
def fits_no_form(record_id: str) -> bool:
    """Whether the record's pages fit no known form, which never changes."""
    return open_record(the_site(), record_id).record.form is None


def verdict(receipt: Receipt, now: ScanProgress, unknown: int) -> tuple[str, str]:
    """How a file's line looks, and what it says; `unknown` of its records fit no known form."""
    if now.state in (ScanState.REFUSED, ScanState.QUARANTINED):
        problem = now.problem or "it can't be read; scan it again"
        return "refused", f"Refused: {problem}."
    again = ""
    if receipt.duplicate_of is not None:
        again = f"The same file came before as {receipt.duplicate_of}; there is no second record. "
    if now.state is ScanState.RECEIVED:
        return "waiting", again + "Kept; waits to be read."
    if now.state is ScanState.READING:
        return "waiting", again + f"Being read ({counted(now.pages, 'page')})."
    found = f"{counted(len(now.records), 'record')} found on {counted(now.pages, 'page')}."
    if unknown:
        found += f" {counted(unknown, 'record')} of an unknown form: see the page in the queue."
    return ("again" if again else "done"), again + found
