"""The line under a record's title: its revisions, pages scanned again, and whose it is."""

from pipeline.core.standing import TO_DO, Standing
from pipeline.core.values import RecordState
from pipeline.queue import QueueItem, item_of
from pipeline.rescans import ScanRequest, scan_requests
from pipeline.review import OpenRecord
from pipeline.revisions import Revision, replaced_pages, revisions_of
from review_ui.opened import the_site
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.way import record_link
from review_ui.parts.words import STANDINGS


def show_course(opened: OpenRecord) -> None:
    """The line, where there is anything to say."""
    name = opened.record.id
    said = (
        revisions(revisions_of(the_site(), name), name),
        pages_before(name),
        *(request(one) for one in scan_requests(the_site(), record=name)),
        given(item_of(the_site(), name)),
    )
    if any(said):
        show('<p class="course">', *said, "</p>")


def revisions(found: tuple[Revision, ...], name: str) -> str:
    """Which revision this is, and the way to the one before and to the one after it."""
    if len(found) == 1:
        return ""
    here = next(one for one in found if one.record == name)
    shown = piece("<b>revision $number</b>", number=str(here.revision))
    if here.reason:
        shown += piece(" <q>$reason</q>", reason=here.reason)
    others = [one for one in found if one.record != name]
    return f"{shown} " + " ".join(other(one, here) for one in others) + " "


def other(one: Revision, here: Revision) -> str:
    """The link to another revision, saying how the two stand to each other."""
    words = f"revision {one.revision}, {STANDINGS[Standing(one.state.value)]}"
    if one.revision > here.revision and here.state is RecordState.SUPERSEDED:
        words = f"superseded by revision {one.revision}"
    return piece(
        '<a href="$link" target="_self">$words</a>', link=record_link(one.record), words=words
    )


def pages_before(name: str) -> str:
    """The pages that were scanned again, each with the way to the page as it was."""
    return "".join(
        piece(
            "<span>page $page was scanned again ($file): "
            '<a href="$link" target="_self">as it was before</a></span> ',
            page=str(one.page),
            file=one.file,
            link=record_link(one.before),
        )
        for one in replaced_pages(the_site(), name)
    )


def request(one: ScanRequest) -> str:
    """A page that is still to be scanned again."""
    return piece(
        '<span class="awaited">page $page is to be scanned again: <q>$reason</q></span> ',
        page=str(one.page),
        reason=one.reason,
    )


def given(item: QueueItem) -> str:
    """To whom the record was given, and the release day."""
    shown = ""
    if item.assigned_to and item.standing in TO_DO:
        shown = piece("<span>assigned to $name</span> ", name=name_of(item.assigned_to))
        if item.note:
            shown += piece("<q>$note</q> ", note=item.note)
    if item.release_on and item.standing in TO_DO:
        shown += piece("<span>release $day</span>", day=f"{item.release_on:%Y-%m-%d}")
    return shown
