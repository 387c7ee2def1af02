"""Verifying names what does not hold about pages that are to be scanned again."""

import pytest
from site_records import REVIEWER, read
from sqlalchemy import text

from pipeline.rescans import ask_for_scan, withdraw_request
from pipeline.verify import verify
from pipeline.verify.rescans import replayed


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM rescan",
        "UPDATE rescan SET outcome = 'withdrawn'",
        "UPDATE rescan SET page = 2 WHERE outcome = ''",
        "UPDATE rescan SET reason = 'none'",
    ],
)
def test_a_request_that_was_changed_is_named(sqlite_site, clock, statement) -> None:
    clock.ticks = True
    record_id = read(sqlite_site)
    request = ask_for_scan(sqlite_site, record_id, 1, "blurred", by=REVIEWER)
    withdraw_request(sqlite_site, request, by=REVIEWER)
    ask_for_scan(sqlite_site, record_id, 1, "folded", by=REVIEWER)
    assert verify(sqlite_site.settings).findings == ()
    with sqlite_site.engine.begin() as connection:
        connection.execute(text(statement))
    found = verify(sqlite_site.settings).findings
    assert any("request for page" in one.sentence for one in found), found


def test_an_approval_before_the_page_came_is_named() -> None:
    line = {"record": "a", "old": "page 5", "reason": "torn", "by": "x", "at": "1"}
    asked, approved = line | {"kind": "rescan_asked"}, line | {"kind": "approved", "old": "digest"}
    revised = line | {"kind": "revised", "record": "b", "old": "a"}
    assert replayed([asked, approved], set())[1] == ["a"]
    assert replayed([asked, revised, approved | {"record": "b"}], set())[1] == ["b"]
    assert replayed([asked, revised, approved | {"record": "b"}], {("b", 5)})[1] == []
