"""The trail of a record, told as a story: who did what, when, and why."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.catalogue import title_of
from pipeline.core.forms import MasterForm
from pipeline.core.review import Comment
from pipeline.core.values import Outcome, RecordState
from pipeline.people import Person
from pipeline.review import OpenRecord, decide
from pipeline.trail import TrailEvent, events_for
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.words import OUTCOMES, flag_words, moment

SENTENCES = {
    "received": "handed in the scan <b>$file</b> <small>$digest</small>",
    "received_again": "handed in the same scan again, as <b>$file</b>",
    "read": "read the scan <small>$reason</small>",
    "arranged": "arranged the pages of the scan: <b>$file</b>, before <s>$old</s> "
    "<q>$reason</q> <small>$digest</small>",
    "page_assigned": "said that <b>$new</b>",
    "page_put_aside": "put <b>$new</b> of the scan aside: <q>$reason</q>",
    "page_taken_back": "took <b>$new</b> of the scan back",
    "claimed": "took the record to work on it",
    "released": "gave the record back to the queue",
    "corrected": "corrected <em>$place</em> from <s>$old</s> to <b>$new</b>: <q>$reason</q>",
    "keyed": "corrected the critical entry <em>$place</em>, <s>$old</s>, to <b>$new</b>, "
    "which waits for a second person: <q>$reason</q>",
    "keying_agreed": "keyed the same for <em>$place</em>, <b>$new</b>, so that it is corrected "
    "from <s>$old</s>: <q>$reason</q>",
    "keying_disagreed": "keyed something else for <em>$place</em>, <b>$new</b>, which a third "
    "person has to decide: <q>$reason</q>",
    "keying_settled": "decided what two people keyed for <em>$place</em>: it was <s>$old</s> and "
    "is <b>$new</b>: <q>$reason</q>",
    "confirmed": "confirmed <em>$place</em>, <b>$new</b>: <q>$reason</q>",
    "disposed": "answered “$flag” at <em>$place</em> with <b>$outcome</b>: <q>$reason</q>",
    "commented": "wrote about <em>$place</em>: <q>$reason</q>",
    "attested": "<b>signed</b>: <q>$reason</q>",
    "approved": "<b>approved and signed</b> the record: <q>$reason</q>",
    "exported": "took out a copy, <b>$reason</b> <small>$new</small>",
    "rejected": "<b>rejected</b> the record: <q>$reason</q>",
    "waits_for_second": "left nothing open: the record waits for a second person",
    "reopened": "opened something again: the record is back in review",
    "taken_over": "took the record over from <b>$was</b>, whose time had run out",
    "assigned": "assigned the record to <b>$who</b> <q>$reason</q>",
    "handed_on": "handed the record on to <b>$who</b>: <q>$reason</q>",
    "release_planned": "set the release day to <b>$new</b>",
    "revision_begun": "began a new revision, <b>$new</b>: <q>$reason</q>",
    "revised": "began this revision of <b>$old</b>: <q>$reason</q>",
    "carried_over": "took over what was read and done <small>$reason</small>",
    "superseded": "superseded the record <b>$new</b> <q>$reason</q>",
    "search_kept": "kept a search under the name <b>$reason</b>: $new",
    "search_forgotten": "forgot the search <b>$reason</b>: $old",
    "rescan_asked": "sent $old back to be scanned again: <q>$reason</q>",
    "rescan_withdrawn": "let $old stand as it was scanned",
    "rescan_answered": "handed in a new scan of $old, <b>$new</b>",
    "room_listed": "looked at what lies in the reading room",
    "room_record_opened": "opened the record in the reading room",
    "room_page_seen": "saw <em>$place</em> in the reading room",
    "room_entry_seen": "saw <em>$place</em> in the reading room",
    "room_printed": "printed everything about the batch, <b>$reason</b> <small>$new</small>",
    "hold_placed": "put <b>$new</b> on the record: <q>$reason</q>",
    "hold_widened": "put <b>$new</b> on the record, which came after it",
    "hold_lifted": "lifted <b>$new</b>: <q>$reason</q>",
    "rescan_failed": "found no answer for $old: <q>$reason</q>",
}
"""What each kind of event says; a kind that is not here is told by its own name."""

COMMENT = "comment text"
OTHER = "$kind $place $old $new <q>$reason</q>"


def show_story(record_id: str, form: MasterForm | None) -> None:
    """Every event of the record and of its scan, the oldest first."""
    events = events_for(the_site(), record_id, by=the_person())
    if not events:
        st.info("Nothing has happened to this record yet.")
        return
    labels = {field.name: field.label for field in form.fields} if form else {}
    show('<ol class="story">', *(told(event, labels) for event in events), "</ol>")


def told(event: TrailEvent, labels: dict[str, str]) -> str:
    """One event as a sentence."""
    new, old = event.new or "", event.old or ""
    file, _, digest = new.rpartition(" ")
    return piece(
        "<li><time>$at</time> <b>$by</b> " + SENTENCES.get(event.kind, OTHER) + "</li>",
        at=moment(event.at),
        by=name_of(event.by),
        kind=flag_words(event.kind),
        place=labels.get(event.field or "", event.field or "the whole record"),
        old=old,
        new=new or "none",
        was=name_of(old),
        who=name_of(new) if new else "nobody",
        reason=event.reason or "",
        file=file or new,
        digest=digest,
        flag=title_of(old),
        outcome=OUTCOMES[Outcome(new)] if new in set(Outcome) else new,
    )


def show_comment(opened: OpenRecord, person: Person) -> None:
    """Where a reviewer or approver writes something about the record."""
    is_one_of_them = person.role in (*MAY[Act.REVIEW], *MAY[Act.APPROVE])
    if not is_one_of_them or opened.record.state is not RecordState.IN_REVIEW:
        return
    with st.form("comment", border=False, clear_on_submit=True):
        st.text_input("Comment for whoever reads this record", key=COMMENT)
        st.form_submit_button("Write it down", on_click=comment, args=(opened,))


def comment(opened: OpenRecord) -> None:
    """Writes the comment into the trail."""
    decision = Comment(None, st.session_state[COMMENT].strip())
    attempt(
        lambda: decide(
            the_site(),
            opened.record.id,
            decision,
            by=the_person(),
            seen=opened.seen,
            where=the_place(),
        ),
        done="Written down",
    )
