"""What a genealogy and a list say of records that are destroyed, and of those that will be."""

import pytest
from kept_records import old, signed_list
from site_records import ADMIN, APPROVER, proof_of
from sqlalchemy import text

from pipeline.core.genealogy import GapKind
from pipeline.core.spelling import as_key
from pipeline.destroying import carry_out
from pipeline.destruction import destruction_lists, kept_of
from pipeline.genealogy import trace
from pipeline.holds import Scope, hold_records
from pipeline.named import destroyed_batches
from pipeline.retention import kept
from pipeline.store.database import migrate


def test_a_genealogy_says_that_records_are_destroyed_and_names_a_batch_that_is(archive) -> None:
    gone, _ = old(archive), old(archive, 1, batch="XB15-9999")
    assert GapKind.DESTROYED not in [gap.kind for gap in trace(archive, "L08481V", by=ADMIN).gaps]
    number = signed_list(archive, gone).number
    (line,) = destruction_lists(archive, by=ADMIN)[0].lines
    assert (line.named.batch_number, line.named.form) == ("XB15-2288", "BMR-001")
    assert kept_of(archive, number, by=ADMIN) == {}
    assert kept(archive, gone).on_list == number
    carry_out(archive, number, by=APPROVER)
    (line,) = destruction_lists(archive, by=ADMIN)[0].lines
    assert (line.named.words, line.named.is_destroyed) == (
        f"{gone} (batch XB15-2288, BMR-001 v3)", True,
    )  # fmt: skip
    said = {
        asked: [
            one.detail for one in trace(archive, asked, by=ADMIN).gaps if one.kind == "destroyed"
        ]
        for asked in ("L08481V", "XB15-2288")
    }
    assert said["L08481V"][0].startswith("1 record was destroyed after retention: whether L08481V")
    assert said["XB15-2288"][0].startswith("XB15-2288 was destroyed after its retention")


@pytest.mark.parametrize("written", ["XB15-2288", "XB15#2288", 'ÄB15–22"88'])
def test_who_looks_for_a_batch_is_told_that_its_record_is_destroyed(archive, written: str) -> None:
    gone, there = old(archive, batch=written), old(archive, 1, batch="XB15-9999")
    assert destroyed_batches(archive, [written], most=5, by=ADMIN) == ()
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    for asked in (written, written.lower(), as_key(written), f"{written[:4]} {written[5:]}"):
        (one,) = destroyed_batches(archive, [asked, "XB15-9999", "2288", "-"], most=5, by=ADMIN)
        assert (one.record, one.batch_number, one.form) == (gone, written, "BMR-001")
        assert destroyed_batches(archive, [asked], most=0, by=ADMIN) == ()
        (gap,) = [one for one in trace(archive, asked, by=ADMIN).gaps if one.kind == "destroyed"]
        assert "certificate" in gap.detail
    assert there != gone


def test_certificates_of_an_older_version_are_found_by_their_batch(archive) -> None:
    gone = old(archive)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    with archive.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DROP TABLE destroyed_batch"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0020'"))
    migrate(archive.engine)
    (one,) = destroyed_batches(archive, ["xb15 2288"], most=5, by=ADMIN)
    assert one.record == gone


def test_a_list_says_before_it_is_carried_out_what_stops_a_record_on_it(archive) -> None:
    held, free = old(archive), old(archive, 1, batch="XB15-9999")
    number = signed_list(archive, held, free).number
    hold_records(archive, Scope(records=(held,)), "claim", proof=proof_of(archive, APPROVER))
    assert kept_of(archive, number, by=ADMIN) == {held: "legal hold 1 is on it"}
    carry_out(archive, number, by=APPROVER)
    assert kept_of(archive, number, by=ADMIN) == {}
