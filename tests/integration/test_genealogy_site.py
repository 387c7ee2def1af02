"""Genealogy on a site, the same on both databases: rows follow the record, whatever is done."""

import csv
import io

import pytest
from older_site import make_older
from openpyxl import load_workbook
from record_builders import FakeReader
from site_records import CORRECTION, READER, REVIEWER, approved, do, make_ready, read
from sqlalchemy import text
from typer.testing import CliRunner

from extractors.values import State
from pipeline.cli.app import build
from pipeline.core.genealogy import GapKind
from pipeline.core.lot_uses import LotUse, Said, UseKind
from pipeline.core.review import Correct, Dispose
from pipeline.core.values import Outcome, RecordState
from pipeline.errors import InputRefused
from pipeline.genealogy import (
    Direction,
    Genealogy,
    catch_up,
    recall_as_csv,
    recall_as_excel,
    trace,
    unread_lots,
)
from pipeline.review import open_record
from pipeline.revisions import amend
from pipeline.site import Site, open_site
from pipeline.store.database import writing
from pipeline.store.genealogy_rows import put_uses


def told(site: Site, number: str, direction: Direction = Direction.FORWARD, **keys) -> Genealogy:
    return trace(site, number, direction, by=READER, **keys)


def names(found: Genealogy) -> list[tuple[str, int, bool]]:
    return [(node.name, node.level, node.is_possible) for node in found.nodes]


def lot(site: Site, record_id: str, value: str) -> None:
    do(site, record_id, Correct("lot", value, "as written"))


def batch(site: Site, number: int, name: str, used: str) -> str:
    record_id = read(site, number, FakeReader(batch=name))
    lot(site, record_id, used)
    return record_id


def test_a_misread_lot_is_found_as_possible_until_somebody_corrects_it(site) -> None:
    record_id = read(site)
    found = told(site, "L08481V")
    assert names(found) == [("L08481V", 0, False), ("XB15-2288", 1, True)]
    (edge,) = found.edges
    assert (edge.link.probability, edge.link.by.record) == (pytest.approx(0.2 * 0.99), record_id)
    do(site, record_id, CORRECTION)
    assert names(told(site, "L08481V"))[1:] == [("XB15-2288", 1, False)]
    assert names(told(site, "L0848N"))[1:] == []


def test_what_somebody_confirmed_is_certain_and_nothing_else_is_meant(site) -> None:
    record_id = read(site)
    do(site, record_id, Dispose("lot", "low_confidence", Outcome.CONFIRMED, "as on the label"))
    assert names(told(site, "L0848N"))[1:] == [("XB15-2288", 1, False)]
    assert names(told(site, "L08481V"))[1:] == []


def test_a_slip_in_the_number_is_answered_with_what_may_have_been_meant(site) -> None:
    for number in range(3):
        batch(site, number, f"XB15-000{number}", "L60117K")
    assert told(site, "L6O117K").meant == (("L60117K", 3),)
    assert told(site, "L60117K").meant == ()
    assert told(site, "L6O117K", only=frozenset()).meant == ()


def test_a_lot_read_in_doubt_as_something_like_it_is_a_possible_way(site) -> None:
    record_id = read(site)
    found = told(site, "L0848M")
    assert names(found) == [("L0848M", 0, False), ("XB15-2288", 1, True)]
    (edge,) = found.edges
    assert (edge.link.use.lot, edge.link.use.said) == ("L0848N", Said.MISREADING)
    assert 0 < edge.link.probability < 0.01
    assert told(site, "L0848M", only=frozenset()).edges == ()
    lot(site, record_id, "L08481V")
    assert told(site, "L0848M").edges == ()


def test_a_lot_goes_on_through_batches_and_comes_back(site) -> None:
    batch(site, 1, "XB15-0001", "L1")
    batch(site, 2, "XB15-0002", "XB15-0001")
    batch(site, 3, "XB15-0003", "XB15-0002")
    chain = [("l1", 0), ("XB15-0001", 1), ("XB15-0002", 2), ("XB15-0003", 3)]
    assert [one[:2] for one in names(told(site, "l1"))] == chain
    back = told(site, "XB15-0003", Direction.BACKWARD)
    assert [node.name for node in back.nodes] == ["XB15-0003", "XB15-0002", "XB15-0001", "L1"]
    assert [(gap.kind, gap.key) for gap in back.gaps] == [(GapKind.NO_RECEIPT, "l1")]
    assert [node.name for node in told(site, "L1", levels=1).nodes] == ["L1", "XB15-0001"]


SPELLED = {
    "XB15-0001": "L08481V",
    "XB15-0002": "L08481V / L08499V",
    "XB15-0003": "Lot L08481V",
    "XB15-0004": "L08481V (rest)",
}


def test_a_lot_is_found_in_entries_that_hold_more_than_its_number(site) -> None:
    for number, (name, entry) in enumerate(SPELLED.items()):
        batch(site, number, name, entry)
    assert {node.name for node in told(site, "L08481V").nodes} == {"L08481V", *SPELLED}
    assert [node.name for node in told(site, "L08499V").nodes] == ["L08499V", "XB15-0002"]
    back = told(site, "XB15-0002", Direction.BACKWARD)
    assert {node.name for node in back.nodes} == {"XB15-0002", "L08481V", "L08499V"}


def test_what_the_search_for_a_lot_finds_and_the_way_does_not_reach_is_a_gap(site) -> None:
    batch(site, 1, "XB15-0001", "L08481V")
    odd = batch(site, 2, "XB15-0002", "bag L08481V")
    longer = batch(site, 3, "XB15-0003", "L08481VX")
    with writing(site.engine) as session:
        put_uses(session, odd, ())  # as an entry that nobody foresaw leaves it
    found = told(site, "L08481V")
    gaps = {(gap.kind, gap.record, gap.field) for gap in found.gaps if gap.record}
    assert gaps == {
        (GapKind.NOT_FOLLOWED, odd, "lot"),
        (GapKind.LONGER_NUMBER, longer, "lot"),
    }
    rows = recall_rows(site, found)
    assert odd in {row["record"] for row in rows if row["certainty"] == "gap"}
    hidden = told(site, "L08481V", only=frozenset({longer})).gaps
    assert {gap.record for gap in hidden if gap.record} == {longer}


def test_entries_of_an_older_version_that_hold_several_lots_are_put_anew(site) -> None:
    several, one = batch(site, 1, "XB15-0001", "L1 / L2"), batch(site, 2, "XB15-0002", "L1")
    with site.engine.begin() as connection:
        old = "UPDATE lot_use SET lot = 'L1 / L2', key = 'l1l2' WHERE kind = 'used' AND record = :r"
        connection.execute(text(old), {"r": several})
    make_older(site, "0018")
    with open_site(site.settings, clock=site.clock) as opened:
        with opened.engine.begin() as connection:
            waits = connection.execute(text("SELECT record FROM lot_use_todo")).scalars().all()
        assert waits == [several]
        records = {edge.link.by.record for edge in told(opened, "L1").edges}
        assert records == {several, one}


def test_chosen_records_alone_are_followed(site) -> None:
    first = batch(site, 1, "XB15-0001", "L1")
    batch(site, 2, "XB15-0002", "L1")
    found = told(site, "L1", only=frozenset({first}))
    assert [node.name for node in found.nodes] == ["L1", "XB15-0001"]
    assert told(site, "XB15-0002", Direction.BACKWARD, only=frozenset({first})).edges == ()


def test_a_revision_does_not_count_twice(site) -> None:
    old = approved(site)
    new = amend(site, old, "a wrong lot", by=REVIEWER)
    assert [edge.link.by.record for edge in told(site, "L08481V").edges] == [old]
    lot(site, new, "L1")
    (edge,) = told(site, "L1").edges
    assert (edge.link.by.record, edge.counts, edge.link.by.state) == (
        new,
        False,
        RecordState.IN_REVIEW,
    )


def test_a_lot_that_nobody_can_read_may_be_any(site) -> None:
    record_id = read(site)
    do(site, record_id, Correct("lot", "", "scribbled over", State.UNREADABLE))
    (unread,) = unread_lots(site, by=READER)
    assert (unread.by.record, unread.use.field, unread.batch.lot) == (record_id, "lot", "XB15-2288")
    assert unread_lots(site, by=READER, only=frozenset()) == ()
    (gap,) = told(site, "XB15-2288", Direction.BACKWARD).gaps
    assert (gap.kind, gap.record, gap.field) == (GapKind.UNREADABLE, record_id, "lot")
    lot(site, record_id, "L1")
    assert unread_lots(site, by=READER) == ()


def test_a_lot_answered_can_not_be_read_is_unread_until_that_is_taken_back(site) -> None:
    record_id = read(site)
    (flag,) = open_record(site, record_id).record.entry("lot").flags[:1]
    do(site, record_id, Dispose("lot", flag.name, Outcome.CANNOT_BE_READ, "a blot"))
    assert [one.use.field for one in unread_lots(site, by=READER)] == ["lot"]
    assert names(told(site, "L0848N"))[1:] == [("XB15-2288", 1, True)]
    do(site, record_id, Dispose("lot", flag.name, Outcome.TAKEN_BACK, "a slip"))
    assert unread_lots(site, by=READER) == ()
    assert names(told(site, "L0848N"))[1:] == [("XB15-2288", 1, False)]


def test_a_recall_list_ends_with_all_lots_that_have_no_name(site) -> None:
    batch(site, 1, "XB15-0001", "L1")
    unread, missing = (read(site, n, FakeReader(batch=f"XB15-000{n}")) for n in (2, 3))
    do(site, unread, Correct("lot", "", "scribbled over", State.UNREADABLE))
    made = LotUse(UseKind.MADE, "xb150003", "XB15-0003")
    alone = LotUse(UseKind.USED, "", "", said=Said.MISSING, field="lot", quantity="3", unit="kg")
    with writing(site.engine) as session:
        put_uses(session, missing, (made, alone))
    rows = recall_rows(site, told(site, "L1"))[-2:]
    assert {(row["record"], row["batch"], row["certainty"]) for row in rows} == {
        (unread, "XB15-0002", "gap"),
        (missing, "XB15-0003", "gap"),
    }
    back = recall_rows(site, told(site, "XB15-0001", Direction.BACKWARD))
    assert not [row for row in back if row["record"] in (unread, missing)]


def test_lots_without_a_name_are_counted_among_records_that_may_be_seen(site) -> None:
    seen, *others = (read(site, n, FakeReader(batch=f"XB15-000{n}")) for n in (1, 2, 3))
    for record_id in (seen, *others):
        do(site, record_id, Correct("lot", "", "scribbled over", State.UNREADABLE))
    only = frozenset({seen})
    assert [one.by.record for one in unread_lots(site, by=READER, only=only, most=1)] == [seen]
    assert len(unread_lots(site, by=READER, most=2)) == 2


def recall_rows(site: Site, found: Genealogy) -> list[dict[str, str]]:
    text_ = recall_as_csv(site, found, by=READER).decode("utf-8-sig")
    return [*csv.DictReader(io.StringIO(text_))]


def test_the_recall_list_is_csv_and_excel_and_runs_no_formula(site) -> None:
    batch(site, 1, "XB15-0001", "=L1")
    found = told(site, "=L1")
    rows = [*csv.DictReader(io.StringIO(recall_as_csv(site, found, by=READER).decode("utf-8-sig")))]
    assert [(row["level"], row["lot"], row["batch"], row["certainty"]) for row in rows] == [
        ("1", "'=L1", "XB15-0001", "read"),
        ("0", "", "'=L1", "gap"),
    ]
    book = load_workbook(io.BytesIO(recall_as_excel(site, found, by=READER)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=L1" in [cell.value for cell in cells]


@pytest.mark.parametrize(("number", "levels"), [("", 5), (" - ", 5), ("L1", 0), ("L1", 21)])
def test_what_can_not_be_followed_is_refused(sqlite_site, number, levels) -> None:
    with pytest.raises(InputRefused):
        told(sqlite_site, number, levels=levels)


def test_records_of_an_older_version_are_taken_up_once(site) -> None:
    record_id = read(site)
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM lot_use"))
        connection.execute(text("INSERT INTO lot_use_todo SELECT id FROM record"))
    assert names(told(site, "L0848N"))[1:] == [("XB15-2288", 1, False)]
    assert catch_up(site) == 0
    make_ready(site, record_id)
    assert names(told(site, "L08481V"))[1:] == [("XB15-2288", 1, False)]


def test_the_command_prints_the_way_and_writes_the_list(sqlite_site, tmp_path) -> None:
    batch(sqlite_site, 1, "XB15-0001", "L1")
    out = tmp_path / "recall.csv"
    words = ["trace", "L1", "--csv", str(out), "--site", str(sqlite_site.settings.site)]
    done = CliRunner().invoke(build(words), words)
    assert done.exit_code == 0, done.output
    assert "1  L1 → XB15-0001" in done.stdout
    assert "has no receipt in the archive" in done.stdout
    assert b"XB15-0001" in out.read_bytes()
