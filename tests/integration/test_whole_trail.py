"""The whole trail: narrowed down by who, what, which record and when, and as a file."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from site_records import ADMIN, CORRECTION, do, read

from pipeline.core.review import Comment
from pipeline.handed_out import trail_file
from pipeline.trail import TrailQuery, kinds, look, trail


@pytest.fixture
def record_id(site) -> str:
    found = read(site)
    do(site, found, CORRECTION)
    return found


def told(site, **query) -> list[str]:
    return [line.kind for line in look(site, TrailQuery(**query), by=ADMIN)]


def test_the_newest_line_comes_first_and_no_more_than_are_asked_for(site, record_id) -> None:
    assert told(site)[:3] == ["corrected", "read", "received"]
    assert len(look(site, TrailQuery(), by=ADMIN, limit=2)) == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"by": "reviewer"}, ["corrected"]),
        ({"kind": "received"}, ["received"]),
        ({"by": "nobody"}, []),
        ({"by": "reviewer", "kind": "read"}, []),
    ],
)
def test_filters_narrow_it_down_together(site, record_id, query, expected) -> None:
    assert told(site, **query) == expected


def test_the_lines_of_one_record(site, record_id) -> None:
    assert told(site, record=record_id) == ["corrected", "read"]


def test_days_are_within_on_both_ends(site, record_id, clock) -> None:
    today = clock().date()
    clock.move(days=1)
    do(site, record_id, Comment(None, "the day after"))
    assert told(site, since=today + timedelta(days=1)) == ["commented"]
    assert "commented" not in told(site, until=today)
    assert told(site, since=today, until=today + timedelta(days=1))[0] == "commented"
    assert told(site, since=today + timedelta(days=2)) == []


def test_the_kinds_are_those_that_there_are(site, record_id) -> None:
    assert {"received", "read", "corrected"} <= set(kinds(site))


def test_the_file_has_every_line_with_its_digest_and_runs_no_formula(site, record_id) -> None:
    do(site, record_id, Comment(None, "=1+1"))
    content = trail_file(site, TrailQuery(), by=ADMIN)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    with trail(site) as lines:
        *before, last = lines
    assert [row["digest"] for row in rows] == [line.digest for line in before]
    digest = hashlib.sha256(content).hexdigest()
    assert (last.kind, last.by, last.new) == ("exported", "admin", digest)
    assert rows[-1]["reason"] == "'=1+1"
