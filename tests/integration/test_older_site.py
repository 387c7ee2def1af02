"""An older site that is full is brought to this version, and nothing of it is lost."""

from older_site import make_older, rows_of
from site_records import (
    CONTROL,
    CORRECTION,
    MISSING,
    READER,
    REVIEWER,
    approved,
    do,
    read,
)
from sqlalchemy import text

from pipeline.archive import SearchQuery, look, search
from pipeline.core.values import RecordState
from pipeline.export import Selection, selected
from pipeline.genealogy import trace
from pipeline.holds import holds
from pipeline.page_pictures import scan_page_picture
from pipeline.retention import kept
from pipeline.review import open_record
from pipeline.revisions import amend, revisions_of
from pipeline.signing import held
from pipeline.site import Site, open_site
from pipeline.store.database import reading
from pipeline.store.tables import RecordRow
from pipeline.tokens import tokens_of
from pipeline.trail import trail
from pipeline.trends import Asked, trend
from pipeline.verify import verify

OLDEST = "0007"
"""The last version without queue, revisions, keyings, facets, lots, holds, tokens and views."""
FILLED = ("queue", "queue_flag", "search_row", "search_facet", "lot_use")
"""What records say in other words, for the queue, the search and the genealogy."""


def filled(site: Site) -> dict[str, list[dict[str, object]]]:
    """These rows, without the numbers that the database gave them."""
    return {
        table: sorted(
            ({k: v for k, v in row.items() if k != "id"} for row in rows_of(site, table)), key=str
        )
        for table in FILLED
    }


def test_a_full_site_of_an_older_version_keeps_all_and_finds_all(site) -> None:
    done, half, new = approved(site), read(site, 1), read(site, 2)
    do(site, half, MISSING)
    before = {name: open_record(site, name).record for name in (done, half, new)}
    rows, (signed,) = filled(site), held(site, done)
    with trail(site) as lines:
        told = [*lines]
    make_older(site, OLDEST)

    with open_site(site.settings, clock=site.clock) as opened:
        assert verify(opened.settings).findings == ()
        assert {name: open_record(opened, name).record for name in before} == before
        assert held(opened, done) == (signed,) and signed.holds
        with trail(opened) as lines:
            assert [*lines] == told
        assert {hit.record for hit in search(opened, "L08481V")} == {done, half, new}
        assert look(opened, SearchQuery("lot:L08481V")).waiting == 3
        assert selected(opened, Selection("lot:L08481V"), by=READER) == (done,)
        assert look(opened, SearchQuery("lot:L08481V")).waiting == 0
        found = trace(opened, "L08481V", by=READER)
        assert {edge.link.by.record for edge in found.edges} == {done, half, new}
        assert filled(opened) == rows
        assert_all_works(opened, done=done, half=half)
        assert verify(opened.settings).findings == ()


def assert_all_works(site: Site, *, done: str, half: str) -> None:
    """What later versions can do, they do with the older records."""
    assert {hit.record for hit in search(site, "lot:L08481V flag:missing_signature")} >= {done}
    assert len(trend(site, Asked("BMR-001", "weight"), by=READER).points) == 3
    assert kept(site, done).retention.certified is not None
    assert (holds(site, by=CONTROL), tokens_of(site, "reader", by=READER)) == ((), ())
    assert scan_page_picture(site, 1, 1, by=CONTROL)
    do(site, half, CORRECTION)
    amended = amend(site, done, "a wrong lot", by=REVIEWER)
    assert [one.record for one in revisions_of(site, done)] == [done, amended]
    with reading(site.engine) as session:
        states = {session.get_one(RecordRow, name).state for name in (half, amended)}
        assert session.connection().execute(text("SELECT count(*) FROM v_records")).scalar() == 4
    assert states == {RecordState.IN_REVIEW}
