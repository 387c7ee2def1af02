"""Retention on a real site: dates, holds, lists for two signatures, and what stays of a record."""

import pytest
from flips import take_guards_away
from kept_records import LONG_AGO, TODAY, old, sign_long_ago, signed_list
from site_records import ADMIN, APPROVER, CONTROL, REVIEWER, proof_of, read
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from pipeline.archive import search
from pipeline.batch_file import batch_file
from pipeline.certificates import certificate_of, certificates
from pipeline.core.retention import RetentionRule
from pipeline.destroying import carry_out, finish_destruction
from pipeline.destruction import ListState, destruction_lists, draw_up, sign_list, withdraw_list
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.holds import Scope, hold_records, holds, lift_hold
from pipeline.retention import falls_due, kept, rules, set_rule
from pipeline.review import open_record
from pipeline.revisions import amend
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.store.erasing import OF_RECORD, OF_SCAN
from pipeline.store.site_tables import Row
from pipeline.trail import TrailQuery, look
from pipeline.verify import verify


def is_well(site: Site) -> bool:
    found = verify(site.settings).findings
    assert found == ()
    return True


def test_the_date_is_the_longer_one_and_says_its_rule(archive) -> None:
    short, long = old(archive, 0, "01/04/2016"), old(archive, 1, "29/02/2024")
    assert str(kept(archive, short).retention.until) == "2019-03-02"
    assert str(kept(archive, long).retention.until) == "2025-03-01"
    found = falls_due(archive, by=CONTROL)
    assert [one.record for one in found] == [short, long]
    assert all(one.is_free for one in found)
    assert falls_due(archive, by=CONTROL, limit=1, start=1) == found[1:]
    words = "the longer of expiry + 1 year and certification + 5 years"
    assert found[0].retention.rule.words == words


def test_a_rule_of_a_form_makes_it_longer_and_is_told(archive) -> None:
    record = old(archive)
    set_rule(archive, RetentionRule("BMR-001", 1, 15), reason="a blood product", by=ADMIN)
    assert str(kept(archive, record).retention.until) == "2029-03-02"
    set_rule(archive, RetentionRule("", 20, 5), reason="the firm's own rule", by=ADMIN)
    assert str(kept(archive, record).retention.until) == "2036-04-01"
    assert [one.form for one in rules(archive)] == ["", "BMR-001"]
    with pytest.raises(InputRefused, match="EU GMP"):
        set_rule(archive, RetentionRule("BMR-001", 1, 4), reason="x", by=ADMIN)
    with pytest.raises(InputRefused, match="bears none"):
        set_rule(archive, RetentionRule("BMR-001", None, 5), reason="x", by=ADMIN)
    told = look(archive, TrailQuery(kind="retention_rule_set"), by=ADMIN)
    assert [one.reason for one in told] == ["the firm's own rule", "a blood product"]
    assert is_well(archive)


@pytest.mark.parametrize(
    ("expiry", "why"), [("", "known"), ("31/02/2016", "understood"), ("soon", "understood")]
)
def test_an_expiry_that_is_not_known_keeps_the_record(archive, expiry, why) -> None:
    record = old(archive, 0, expiry)
    assert kept(archive, record).retention.until is None
    with pytest.raises(NotAllowed, match=f"its expiry date is not {why}"):
        draw_up(archive, [record], "old", by=CONTROL)


def test_nothing_is_listed_before_its_day_or_while_in_review(archive) -> None:
    record = old(archive, 0, "01/04/2025")
    with pytest.raises(NotAllowed, match="until 2026-04-01"):
        draw_up(archive, [record], "old", by=CONTROL)
    with pytest.raises(NotAllowed, match="not approved"):
        draw_up(archive, [read(archive, 5)], "old", by=CONTROL)


def test_a_list_takes_two_other_people_and_an_approver(archive) -> None:
    record = old(archive)
    found = draw_up(archive, [record], "their day has passed", by=ADMIN)
    with pytest.raises(NotAllowed, match="drew this list up"):
        sign_list(archive, found.number, proof=proof_of(archive, ADMIN))
    with pytest.raises(SignInRefused):
        sign_list(archive, found.number, proof=proof_of(archive, APPROVER, password="wrong"))
    with pytest.raises(NotAllowed, match="may not"):
        sign_list(archive, found.number, proof=proof_of(archive, REVIEWER))
    signed = sign_list(archive, found.number, proof=proof_of(archive, APPROVER))
    assert signed.state is ListState.DRAWN_UP
    with pytest.raises(NotAllowed, match="has signed this list"):
        sign_list(archive, found.number, proof=proof_of(archive, APPROVER))
    with pytest.raises(NotAllowed, match="let two people sign it"):
        carry_out(archive, found.number, by=APPROVER)
    with pytest.raises(NotAllowed, match="is on destruction list"):
        draw_up(archive, [record], "again", by=CONTROL)
    withdraw_list(archive, found.number, "not yet", by=APPROVER)
    assert destruction_lists(archive, by=CONTROL)[0].state is ListState.WITHDRAWN
    assert open_record(archive, record).record.id == record
    assert is_well(archive)


def test_what_two_people_signed_is_gone_and_its_certificate_stays(archive) -> None:
    gone, stays = old(archive), old(archive, 1, batch="XB15-9999")
    files = set(archive.files.digests())
    digest = open_record(archive, gone).record.source.sha256
    found = signed_list(archive, gone)
    done = carry_out(archive, found.number, by=APPROVER)
    assert (done.records, done.stay) == ((gone,), ())
    with pytest.raises(InputRefused, match="was destroyed on 2026-03-02 by destruction list 1"):
        open_record(archive, gone)
    assert {hit.record for hit in search(archive, "lactose L08481V")} == {stays}
    assert digest in files - set(archive.files.digests())
    for table in (*OF_RECORD, *OF_SCAN):
        assert rows_of(archive, table.__tablename__, gone) == 0
    certificate = certificate_of(archive, gone, by=CONTROL).document
    assert certificate["batch_number"] == "XB15-2288"
    assert certificate["keep_until"] == "2019-03-02"
    assert certificate["scans"][0]["sha256"] == digest
    assert {one["user"] for one in certificate["list"]["signatures"]} == {"approver", "admin"}
    assert certificate["list"]["drawn_up_by"] == "control"
    assert [one.record for one in certificates(archive, by=ADMIN)] == [gone]
    assert open_record(archive, stays).record.id == stays
    assert destruction_lists(archive, by=ADMIN)[0].state is ListState.CARRIED_OUT
    assert is_well(archive)


def rows_of(site: Site, table: str, record: str) -> int:
    column = "scan" if table in {one.__tablename__ for one in OF_SCAN} else "record"
    of = 1 if column == "scan" else record
    with site.engine.connect() as connection:
        asked = text(f"SELECT count(*) FROM {table} WHERE {column} = :of")
        return connection.execute(asked, {"of": of}).scalar_one()


def test_the_page_picture_that_another_record_shares_stays(archive) -> None:
    gone, stays = old(archive), old(archive, 1)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    with archive.engine.connect() as connection:
        used = connection.execute(text("SELECT sha256 FROM picture")).scalars().all()
    assert set(used) <= set(archive.files.digests())
    assert open_record(archive, stays).record.id == stays


def test_a_scan_goes_with_the_last_of_its_records(archive) -> None:
    first = old(archive, 0, "01/04/2016", records=2)
    second = f"{first[:-1]}2"
    sign_long_ago(archive, second)
    carry_out(archive, signed_list(archive, first).number, by=APPROVER)
    document = certificate_of(archive, first, by=CONTROL).document
    assert document["scans"][0]["is_destroyed"] is False
    assert document["scans"][0]["sha256"] in set(archive.files.digests())
    assert is_well(archive)
    carry_out(archive, signed_list(archive, second).number, by=APPROVER)
    assert document["scans"][0]["sha256"] not in set(archive.files.digests())
    assert is_well(archive)


def test_a_destroyed_scan_is_not_taken_in_again_nor_its_number_given_again(
    archive,
) -> None:
    gone = old(archive)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    with pytest.raises(InputRefused, match="was destroyed by destruction list 1"):
        read(archive, 0)
    new = read(archive, 4)
    assert open_record(archive, new).record.id == new
    assert is_well(archive)


def test_a_record_goes_with_all_its_revisions(archive) -> None:
    first = old(archive)
    archive.clock.moment = LONG_AGO
    amended = amend(archive, first, "a wrong lot", by=REVIEWER)
    approve_again(archive, amended)
    assert kept(archive, first).chain == (first, amended)
    carry_out(archive, signed_list(archive, first).number, by=APPROVER)
    assert {one.record for one in certificates(archive, by=ADMIN)} == {first, amended}
    assert set(archive.files.digests()) == set()
    assert is_well(archive)


def test_a_record_with_an_amendment_in_review_stays(archive) -> None:
    first = old(archive)
    amend(archive, first, "a wrong lot", by=REVIEWER)
    with pytest.raises(NotAllowed, match="has to be kept"):
        draw_up(archive, [first], "old", by=CONTROL)


def approve_again(site: Site, record: str) -> None:
    """Approve an amendment long ago."""
    seen = open_record(site, record).seen
    approve(site, record, "approved", proof=proof_of(site, APPROVER), seen=seen)
    site.clock.moment = TODAY


# ------------------------------------------------------------------------------------------ holds


def test_a_held_record_is_never_destroyed_whatever_its_day(archive) -> None:
    record = old(archive)
    first = hold_records(
        archive, Scope(records=(record,)), "claim 7", proof=proof_of(archive, APPROVER)
    )
    second = hold_records(
        archive, Scope(batch_number="XB15-2288"), "claim 8", proof=proof_of(archive, ADMIN)
    )
    assert kept(archive, record).holds == (first.number, second.number)
    assert first.signature is not None and first.signature.user == "approver"
    lift_hold(archive, first.number, "settled", proof=proof_of(archive, ADMIN))
    with pytest.raises(NotAllowed, match=f"legal hold {second.number} is on it"):
        draw_up(archive, [record], "old", by=CONTROL)
    with pytest.raises(NotAllowed, match="lifted already"):
        lift_hold(archive, first.number, "settled", proof=proof_of(archive, ADMIN))
    lift_hold(archive, second.number, "settled too", proof=proof_of(archive, APPROVER))
    assert draw_up(archive, [record], "old", by=CONTROL).lines
    assert is_well(archive)


SPELLED = ("XB15-2288", "XB15 2288", "xb15-2288")


def test_a_hold_on_a_batch_holds_it_however_its_number_is_spelt(archive) -> None:
    first, *others = (old(archive, n, batch=batch) for n, batch in enumerate(SPELLED))
    beside = old(archive, 3, batch="XB15-22881")
    hold = hold_records(
        archive, Scope(batch_number="XB15-2288"), "claim", proof=proof_of(archive, APPROVER)
    )
    assert set(hold.records) == {first, *others}
    later = old(archive, 4, batch="XB152288")
    assert later in holds(archive, by=CONTROL)[0].records
    for record in (first, *others, later):
        assert not kept(archive, record).is_free
        with pytest.raises(NotAllowed, match="legal hold"):
            draw_up(archive, [record], "old", by=CONTROL)
    assert kept(archive, beside).is_free
    assert is_well(archive)


@pytest.mark.parametrize("batch", SPELLED)
def test_a_hold_that_can_not_be_followed_may_mean_any_spelling_of_its_batch(batch) -> None:
    assert Scope(query="old:words", batch_number=batch).may_mean(form="", batch_number="XB15-2288")
    assert not Scope(query="x", batch_number=batch).may_mean(form="", batch_number="XB15-228")
    assert not Scope(query="x", batch_number="?").may_mean(form="", batch_number="-")


def test_everything_about_a_batch_is_of_all_spellings_of_its_number(archive) -> None:
    records = [old(archive, n, batch=batch) for n, batch in enumerate(SPELLED)]
    assert set(batch_file(archive, "xb15 2288", by=ADMIN).records) == set(records)


def test_a_hold_by_a_search_holds_what_comes_later(archive) -> None:
    old(archive, batch="OTHER-1")
    hold = hold_records(
        archive, Scope(query="L08481V"), "the lot", proof=proof_of(archive, APPROVER)
    )
    later = old(archive, 1)
    assert later in holds(archive, by=CONTROL)[0].records
    assert hold.number in kept(archive, later).holds
    with pytest.raises(NotAllowed, match="legal hold"):
        draw_up(archive, [later], "old", by=CONTROL)
    assert is_well(archive)


def test_a_hold_placed_after_the_signatures_keeps_the_record(archive) -> None:
    record, other = old(archive), old(archive, 1)
    found = signed_list(archive, record, other)
    hold_records(archive, Scope(records=(record,)), "claim", proof=proof_of(archive, APPROVER))
    done = carry_out(archive, found.number, by=APPROVER)
    assert done.records == (other,)
    assert done.stay == ((record, "legal hold 1 is on it"),)
    assert open_record(archive, record).record.id == record
    assert is_well(archive)


@pytest.mark.parametrize(
    "scope", [Scope(), Scope(records=("no-such",)), Scope(batch_number="none")]
)
def test_a_hold_on_nothing_is_refused(archive, scope) -> None:
    with pytest.raises(InputRefused):
        hold_records(archive, scope, "claim", proof=proof_of(archive, APPROVER))


# --------------------------------------------------------------------------------- the database


CERTIFICATE = (
    "INSERT INTO destroyed_record (record, list, keep_until, at, document) "
    "VALUES (:record, :list, :until, '2026-03-02', '{}')"
)


def write(site: Site, statement: str, **values: object) -> None:
    with site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement), values)


def test_the_database_itself_refuses_to_delete_without_a_certificate(archive) -> None:
    old(archive)
    for table in ("record", "entry", "page", "correction", "signature", "picture", "flag", "scan"):
        with pytest.raises(DatabaseError, match=r"never|can not be changed"):
            write(archive, f"DELETE FROM {table}")


def test_the_database_itself_refuses_a_certificate_that_is_not_due(archive) -> None:
    early, held, unsigned = old(archive, 0), old(archive, 1), old(archive, 2)
    signed = signed_list(archive, early, held)
    hold_records(archive, Scope(records=(held,)), "claim", proof=proof_of(archive, APPROVER))
    lone = draw_up(archive, [unsigned], "old", by=CONTROL)
    sign_list(archive, lone.number, proof=proof_of(archive, APPROVER))
    cases = (
        (early, signed.number, "2099-01-01", "before its day|as it was listed"),
        (early, signed.number, "2018-01-01", "before its day|as it was listed"),
        (held, signed.number, "2019-03-02", "on hold"),
        (unsigned, lone.number, "2019-03-02", "signatures"),
        (unsigned, signed.number, "2019-03-02", "signatures|as it was listed"),
    )
    for record, number, until, says in cases:
        with pytest.raises(DatabaseError, match=says):
            write(archive, CERTIFICATE, record=record, list=number, until=until)
    assert is_well(archive)


# ------------------------------------------------------------------------------- crashes, verify


class Crash(Exception):
    """The power went."""


@pytest.mark.parametrize("stop", ["begun", "chain", "file"])
def test_a_crash_leaves_no_record_half_destroyed_and_a_restart_goes_on(archive, stop) -> None:
    records = (old(archive, 0), old(archive, 1))
    found = signed_list(archive, *records)

    def step(done: str) -> None:
        if done.startswith(stop):
            raise Crash

    with pytest.raises(Crash):
        carry_out(archive, found.number, by=APPROVER, step=step)
    assert is_well(archive)
    finish_destruction(archive)
    assert destruction_lists(archive, by=ADMIN)[0].state is ListState.CARRIED_OUT
    assert {one.record for one in certificates(archive, by=ADMIN)} == set(records)
    with Session(archive.engine) as session:
        assert (
            session.connection().execute(text("SELECT count(*) FROM file_to_remove")).scalar() == 0
        )
    assert set(archive.files.digests()) == set()
    assert is_well(archive)


def unguarded(site: Site) -> None:
    """Take all guards away, as somebody with the database's own password could."""
    take_guards_away(site)
    for table in (
        "destroyed_record", "retention_signature", "destruction_line", "held_record", "hold_lift",
    ):  # fmt: skip
        for change in ("update", "delete"):
            drop = f"DROP TRIGGER {table}_{change}_never"
            write(site, drop if site.engine.dialect.name == "sqlite" else f"{drop} ON {table}")
    site.engine.dispose()  # no connection remembers the tables as they were


def test_every_table_of_a_record_or_a_scan_is_named_where_they_are_erased() -> None:
    """A new table with rows of records has to go with them: add it to OF_RECORD or OF_SCAN."""
    named = {"record", "scan"} | {one.__tablename__ for one in (*OF_RECORD, *OF_SCAN)}
    pointing = {
        table.name
        for table in Row.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("record", "scan", "entry")
    }
    assert pointing - named == set()


def test_the_trail_outlives_what_it_tells_of(archive) -> None:
    names = {one["referred_table"] for one in inspect(archive.engine).get_foreign_keys("event")}
    assert names == set()


def test_records_that_somebody_deleted_are_told_from_destroyed_ones(archive) -> None:
    gone, robbed = old(archive), old(archive, 1)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    unguarded(archive)
    for table in (*(one.__tablename__ for one in OF_RECORD),):
        write(archive, f"DELETE FROM {table} WHERE record = :record", record=robbed)
    write(archive, "DELETE FROM record WHERE id = :record", record=robbed)
    sentences = {one.sentence for one in verify(archive.settings).findings if one.part != "guard"}
    assert f"Record {robbed} that the trail tells is gone." in sentences
    assert not any(gone in one for one in sentences)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM destroyed_record", "that the trail tells is gone"),
        ("UPDATE destroyed_record SET document = '{}'", "is not the one that the trail tells"),
        ("UPDATE destroyed_record SET keep_until = '2020-01-01'", "is not as its list was signed"),
        ("DELETE FROM retention_signature WHERE position = 1", "by two people"),
        ("UPDATE retention_signature SET name = 'Somebody'", "was changed, moved or put in"),
        ("UPDATE destruction_line SET rule = 'none'", "something else than what stands here now"),
        ("DELETE FROM held_record", "holds that the trail tells"),
        ("DELETE FROM hold_lift", "holds that the trail tells"),
    ],
)
def test_changed_certificates_lists_and_holds_are_found(archive, statement, says) -> None:
    gone, held = old(archive), old(archive, 1)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    scope = Scope(records=(held,))
    hold = hold_records(archive, scope, "claim", proof=proof_of(archive, APPROVER))
    lift_hold(archive, hold.number, "settled", proof=proof_of(archive, APPROVER))
    assert is_well(archive)
    unguarded(archive)
    write(archive, statement)
    found = [one.sentence for one in verify(archive.settings).findings if one.part != "guard"]
    assert any(says in one for one in found), found
