"""What a destruction list may not do: go on after its end, take what nobody signed or still waits."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from kept_records import LONG_AGO, DatedReader, dated_site, old, sign_long_ago, signed_list
from PIL import Image
from record_builders import picture_bytes
from site_records import ADMIN, APPROVER, CONTROL, proof_of
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pipeline.arranging import Arrangement, arrange, laid_scan
from pipeline.destroying import carry_out
from pipeline.destruction import ListState, destruction_lists, draw_up, withdraw_list
from pipeline.errors import NotAllowed
from pipeline.holds import Scope, hold_records
from pipeline.intake import take
from pipeline.reading import known_forms, read_leased
from pipeline.review import open_record
from pipeline.run import PagePicture
from pipeline.settings import Settings
from pipeline.site import Site
from pipeline.store.leases import lease_next
from pipeline.verify import verify


@pytest.fixture
def archive(tmp_path, settings: Settings) -> Iterator[Site]:
    """A site with an expiry date on its form, on each database."""
    with dated_site(tmp_path, settings.model_copy(update={"critical_fields": "none"})) as site:
        yield site


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
