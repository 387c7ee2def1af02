"""What a destruction list may not do: go on after its end, take what nobody signed or waits."""

import hashlib
import io
from dataclasses import replace

import pikepdf
import pytest
from kept_records import (
    LONG_AGO,
    MONTH,
    DatedReader,
    dated_site,
    old,
    sign_long_ago,
    signed_list,
)
from PIL import Image
from record_builders import picture_bytes, scan_bytes
from site_records import ADMIN, APPROVER, CONTROL, proof_of
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, delete, select

from extractors.load import open_scan
from pipeline.arranging import Arrangement, arrange, laid_scan
from pipeline.certificates import certificate_of
from pipeline.core.arrangement import take_back
from pipeline.core.values import RecordState
from pipeline.destroying import carry_out, finish_destruction
from pipeline.destruction import ListState, destruction_lists, draw_up, withdraw_list
from pipeline.errors import NotAllowed, NotThere
from pipeline.holds import Scope, hold_records
from pipeline.intake import take
from pipeline.page_pictures import keep_small_pictures, scan_page_picture
from pipeline.reading import known_forms, read_leased
from pipeline.record_document import record_pdf
from pipeline.retention import falls_due
from pipeline.review import open_record
from pipeline.run import PagePicture
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.leases import lease_next
from pipeline.store.search_tables import SearchDueRow
from pipeline.store.tables import SearchRow
from pipeline.verify import verify


class TwoRecords(DatedReader):
    """Reads the first page as a record, and all pages behind it as another."""

    def __call__(self, scan, known, options):
        found = super().__call__(scan, known, options)
        first, second = found.records
        pages = tuple(replace(page, scan_page=2) for page in second.pages)
        shown = [PagePicture(0, 1, 1, picture_bytes(), 4.0)]
        for page in range(2, scan.page_count + 1):
            shown.append(PagePicture(1, page - 1, page, picture_bytes(), 4.0))
        records = (first, replace(second, pages=pages))
        return replace(found, records=records, pictures=tuple(shown))


def two_records(site: Site, pages: int) -> tuple[str, str]:
    """Two records of one scan with so many pages, read long ago; the first is approved."""
    out = io.BytesIO()
    papers = [Image.new("L", (240, 320), 200 - 40 * page) for page in range(pages)]
    papers[0].save(out, "TIFF", save_all=True, append_images=papers[1:], resolution=75)
    site.clock.moment = LONG_AGO
    sha256 = take(site, "two.tiff", out.getvalue(), by=CONTROL).sha256
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert read_leased(site, lease, TwoRecords(records=2), known_forms(site))
    sign_long_ago(site, f"{sha256[:12]}-1")
    return f"{sha256[:12]}-1", f"{sha256[:12]}-2"


def write(site: Site, statement: str, **values: object) -> None:
    with site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement), values)


def ask(site: Site, statement: str) -> list[tuple[object, ...]]:
    with site.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def split_last(site: Site) -> None:
    """Arrange the second record's two pages as two parts: they wait to be read anew."""
    laid = laid_scan(site, 1, by=CONTROL)
    first, second = laid.arrangement.parts
    parts = Arrangement((first, second[:1], second[1:]))
    arrange(site, 1, parts, seen=laid.seen, by=CONTROL, reason="two records")


def test_pages_that_wait_to_be_read_keep_their_scan_and_its_records(archive) -> None:
    gone, other = two_records(archive, 3)
    split_last(archive)
    with pytest.raises(NotAllowed, match="its scan still has to be read"):
        draw_up(archive, [gone], "old", by=CONTROL)
    assert {gone, other} == {one for (one,) in ask(archive, "SELECT id FROM record")}


def test_pages_arranged_anew_after_the_signatures_keep_their_scan(archive) -> None:
    gone, _ = two_records(archive, 3)
    found = signed_list(archive, gone)
    split_last(archive)
    done = carry_out(archive, found.number, by=APPROVER)
    assert done.stay == ((gone, "its scan still has to be read"),)
    assert ask(archive, "SELECT count(*) FROM record") == [(2,)]


def test_a_list_that_is_carried_out_is_not_withdrawn(archive) -> None:
    record = old(archive)
    found = signed_list(archive, record)

    def step(done: str) -> None:
        if done == "begun":
            with pytest.raises(NotAllowed, match="is being carried out"):
                withdraw_list(archive, found.number, "stop", by=APPROVER)

    assert carry_out(archive, found.number, by=APPROVER, step=step).records == (record,)
    assert destruction_lists(archive, by=ADMIN)[0].state is ListState.CARRIED_OUT
    assert verify(archive.settings).findings == ()


def test_a_list_that_was_ended_meanwhile_destroys_nothing_more(archive) -> None:
    """Another process carried it out, and said that a record stays; the hold was lifted since."""
    record = old(archive)
    found = signed_list(archive, record)
    ended = (
        'INSERT INTO destruction_end (list, outcome, reason, "by", at) VALUES '
        "(:list, 'carried_out', '', 'admin', '2026-03-02T12:00:00.000000+00:00')"
    )

    def step(done: str) -> None:
        if done == "begun":
            write(archive, ended, list=found.number)

    with pytest.raises(NotAllowed, match="is carried out"):
        carry_out(archive, found.number, by=APPROVER, step=step)
    assert open_record(archive, record).record.id == record
    sentences = [one.sentence for one in verify(archive.settings).findings]
    assert sentences == ["What became of destruction lists is not what the trail tells."]
    certificate = (
        "INSERT INTO destroyed_record (record, list, keep_until, at, document) "
        "VALUES (:record, :list, '2019-03-02', '2026-03-02', '{}')"
    )
    with pytest.raises(DatabaseError, match="by a list that was ended"):
        write(archive, certificate, record=record, list=found.number)


LINE = (
    "INSERT INTO destruction_line (list, record, chain, keep_until, rule, content) "
    "VALUES (:list, :record, :record, '2019-03-02', 'x', 'y')"
)


def test_no_line_comes_onto_a_list_that_is_signed(archive) -> None:
    signed, other = old(archive), old(archive, 1)
    found = signed_list(archive, signed)
    with pytest.raises(DatabaseError, match="a list that is signed is never changed"):
        write(archive, LINE, list=found.number, record=other)


def test_a_list_that_is_not_what_was_signed_destroys_nothing(archive) -> None:
    signed, other = old(archive), old(archive, 1)
    found = signed_list(archive, signed)
    drop = "DROP TRIGGER line_is_signed"
    on = "" if archive.engine.dialect.name == "sqlite" else " ON destruction_line"
    write(archive, f"{drop}{on}")
    write(archive, LINE, list=found.number, record=other)
    with pytest.raises(NotAllowed, match="is not what two people signed"):
        carry_out(archive, found.number, by=APPROVER)
    assert ask(archive, "SELECT count(*) FROM record") == [(2,)]


def test_a_hold_placed_while_a_list_is_carried_out_keeps_what_is_not_gone(archive) -> None:
    records = sorted((old(archive), old(archive, 1)))
    found = signed_list(archive, *records)

    def step(done: str) -> None:
        if done == f"chain {records[0]}":
            scope = Scope(records=(records[1],))
            hold_records(archive, scope, "claim", proof=proof_of(archive, APPROVER))

    done = carry_out(archive, found.number, by=APPROVER, step=step)
    assert done.records == (records[0],)
    assert done.stay == ((records[1], "legal hold 1 is on it"),)


# ------------------------------------------------------------- what went stays gone in its scan


def pages_of_pdf(site: Site, record: str) -> int:
    with pikepdf.open(io.BytesIO(record_pdf(site, open_record(site, record)))) as document:
        return len(document.pages)


def test_pages_of_a_destroyed_record_are_in_no_other_record_s_document(archive) -> None:
    gone, stays = two_records(archive, 2)
    sign_long_ago(archive, stays)
    before = pages_of_pdf(archive, stays)
    small = {page: scan_page_picture(archive, 1, page, by=CONTROL) for page in (1, 2)}
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    scan = certificate_of(archive, gone, by=ADMIN).document["scans"][0]
    assert (scan["is_destroyed"], scan["pages_held"]) == (False, [1])
    assert pages_of_pdf(archive, stays) == before
    with pytest.raises(NotThere, match="page 1 belonged to a record that was destroyed"):
        scan_page_picture(archive, 1, 1, by=CONTROL)
    keep_small_pictures(archive, 1, open_scan("two.tiff", archive.files.get(scan["sha256"])))
    assert ask(archive, "SELECT page FROM small_picture") == [(2,)]
    digest, kept = (hashlib.sha256(small[page]).hexdigest() for page in (1, 2))
    assert digest not in archive.files.digests() and kept in archive.files.digests()
    assert scan_page_picture(archive, 1, 2, by=CONTROL) == small[2]
    assert verify(archive.settings).findings == ()


def test_pages_of_a_destroyed_record_are_never_read_into_another(archive) -> None:
    gone, stays = two_records(archive, 2)
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    laid = laid_scan(archive, 1, by=CONTROL)
    assert [[sheet.page for sheet in part] for part in laid.arrangement.parts] == [[2]]
    assert [one.sheet.page for one in laid.arrangement.aside] == [1]
    back = take_back(laid.arrangement, 1)
    with pytest.raises(NotAllowed, match="belonged to a record that was destroyed"):
        arrange(archive, 1, back, seen=laid.seen, by=CONTROL, reason="again")
    again = arrange(archive, 1, laid.arrangement, seen=0, by=CONTROL, again=[2], reason="again")
    assert (again.state, again.destroyed) == ("received", frozenset({1}))
    assert open_record(archive, stays).record.state is RecordState.SUPERSEDED
    assert verify(archive.settings).findings == ()


def test_a_page_in_small_is_there_though_the_same_was_destroyed_meanwhile(archive) -> None:
    carry_out(archive, signed_list(archive, old(archive)).number, by=APPROVER)
    sha256 = take(archive, "new.png", scan_bytes(7), by=CONTROL).sha256
    [(scan,)] = ask(archive, "SELECT id FROM scan")
    real = archive.files.put

    class Racing:
        """The file store, from which the same picture is removed just after it was put."""

        def __init__(self) -> None:
            self.puts: list[str] = []

        def put(self, content: bytes) -> str:
            digest = real(content)
            if digest not in self.puts:
                archive.files.remove(digest)
            self.puts.append(digest)
            return digest

    racing = replace(archive, files=Racing())
    keep_small_pictures(racing, scan, open_scan("new.png", archive.files.get(sha256)))
    assert scan_page_picture(archive, scan, 1, by=CONTROL)


# ------------------------------------------------------------------------------- holds, restarts


def as_an_older_version_wrote(site: Site, record: str) -> None:
    """The record's rows of the search know nothing of lots, and wait to be put anew."""
    with writing(site.engine) as session:
        found = session.exec(select(SearchRow).where(SearchRow.record == record)).all()
        rows = [row.model_dump(exclude={"id"}) | {"about": ""} for row in found]
        session.exec(delete(SearchRow).where(col(SearchRow.record) == record))
        session.flush()
        session.expunge_all()
        session.add_all(SearchRow(**row) for row in rows)
        session.add(SearchDueRow(record=record))


def test_a_hold_by_search_finds_records_whose_rows_are_of_an_older_version(archive) -> None:
    due, other = old(archive), old(archive, 1)
    as_an_older_version_wrote(archive, due)
    scope = Scope(query="lot:L08481V")
    held = hold_records(archive, scope, "recall", proof=proof_of(archive, APPROVER)).records
    assert set(held) == {due, other}


def test_a_list_that_can_not_go_on_does_not_keep_the_app_from_starting(archive) -> None:
    record = old(archive)
    found = signed_list(archive, record)

    def step(done: str) -> None:
        raise RuntimeError(done)

    with pytest.raises(RuntimeError):
        carry_out(archive, found.number, by=APPROVER, step=step)
    drop = "DROP TRIGGER line_is_signed"
    on = "" if archive.engine.dialect.name == "sqlite" else " ON destruction_line"
    write(archive, f"{drop}{on}")
    write(archive, LINE, list=found.number, record="other")
    assert finish_destruction(archive) == ()
    assert open_record(archive, record).record.id == record


def test_a_hold_that_names_a_record_that_is_gone_keeps_nothing_from_going_on(archive) -> None:
    hold = (
        "INSERT INTO legal_hold (id, scope, reason, \"by\", at) VALUES (1, :scope, 'x', 'admin', "
        "'2026-03-02T12:00:00.000000+00:00')"
    )
    named = '{"batch_number":"","form":"","query":"","records":["gone"]}'
    write(archive, hold, scope=named)
    record = old(archive)
    assert carry_out(archive, signed_list(archive, record).number, by=APPROVER).records == (record,)


@pytest.mark.parametrize(
    "change",
    [
        """scope = '{"batch_number":"","form":"","query":"lot:NOTHING","records":[]}'""",
        "reason = 'another'",
        "\"by\" = 'nobody'",
        "at = '2020-03-02T12:00:00.000000+00:00'",
    ],
)
def test_a_hold_that_was_changed_is_found(archive, change) -> None:
    held = old(archive)
    scope = Scope(records=(held,), batch_number="XB15-2288")
    hold_records(archive, scope, "claim", proof=proof_of(archive, APPROVER))
    assert verify(archive.settings).findings == ()
    on = "" if archive.engine.dialect.name == "sqlite" else " ON legal_hold"
    write(archive, f"DROP TRIGGER legal_hold_update_never{on}")
    archive.engine.dispose()
    write(archive, f"UPDATE legal_hold SET {change}")
    sentences = {one.sentence for one in verify(archive.settings).findings}
    assert "The legal holds that the trail tells are not those that stand here." in sentences


def test_an_expiry_by_month_runs_to_its_end_and_one_not_understood_keeps_the_record(
    tmp_path,
) -> None:
    site = dated_site(tmp_path, expiry=MONTH)
    month, named = old(site, 0, "04/2024"), old(site, 1, "APR 2016")
    unclear = old(site, 2, "04/16")
    found = {one.record: one for one in falls_due(site, by=CONTROL)}
    assert {name: str(one.retention.until) for name, one in found.items()} == {
        month: "2025-04-30",
        named: "2019-03-02",
        unclear: "None",
    }
    assert found[unclear].retention.why_kept == "its expiry date is not understood (Expiry date)"
    assert not found[unclear].is_free
    with pytest.raises(NotAllowed, match="is not understood"):
        draw_up(site, [unclear], "old", by=CONTROL)
    run = signed_list(site, named)
    assert carry_out(site, run.number, by=APPROVER).records == (named,)
    assert verify(site.settings).findings == ()
