"""A record with pages out of several scans names for each page the scan that it lies in."""

from dataclasses import replace

import pikepdf
import pytest
from arranged import stack_bytes
from record_builders import scan_bytes
from site_records import APPROVER, CONTROL, REVIEWER, approved
from test_rescans import TwoPages, read_next, scanned_again

from extractors.values import ScanFile
from pipeline.arranging import arrange, laid_scan
from pipeline.audit import draw_sample, lines_of
from pipeline.core.audit import Population
from pipeline.core.check_context import FoundPage, PageEvidence
from pipeline.core.document import archive_document, from_document
from pipeline.core.export_lines import entry_lines
from pipeline.core.values import Flag, Severity
from pipeline.errors import NotAllowed
from pipeline.export import Format, export_record
from pipeline.intake import take
from pipeline.known import KnownForms
from pipeline.open_archive import open_archive
from pipeline.pictures import page_picture, pages_of
from pipeline.rescans import answer_request, ask_for_scan
from pipeline.review import open_record
from pipeline.revisions import amend
from pipeline.run import PagePicture, ReadOptions, ReadScan
from pipeline.site import Site
from pipeline.unknown_pages import unknown_pages
from pipeline.verify import verify
from review_ui.parts.approval import scans
from review_ui.parts.stops import page_of, stops


def joined_on(site: Site) -> str:
    """A record with page 1 in one scan, and page 2 in another one, where it is the first page."""
    take(site, "first.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages())
    return scanned_again(site, name, TwoPages(pages=(2,), problems=("a corner is folded",)))


def test_pages_entries_and_tables_name_their_scan(site) -> None:
    joined = joined_on(site)
    opened = open_record(site, joined)
    record = opened.record
    first, second = record.sources
    assert (first.file, second.file) == ("first.png", "again.png")
    assert [page.source for page in record.pages] == [None, second]
    assert from_document(archive_document(record)) == record
    of_remark = {
        (line.field == "remark", line.scan, line.scan_sha256)
        for line in entry_lines(record, opened.form)
    }
    assert of_remark == {(False, *_name(first)), (True, *_name(second))}
    places = [(one.page, one.scan_page, one.scan_file) for one in pages_of(site, joined)]
    assert places == [(1, 1, "first.png"), (2, 1, "again.png")]
    with open_archive(site.settings.database or site.settings.site) as archive:
        rows = archive.pages(record=joined)
    assert rows["scan_sha256"].tolist() == [first.sha256, second.sha256]
    assert rows["scan_page"].tolist() == [1, 1]
    assert rows["replaced_in"].isna().tolist() == [True, False]


def _name(source) -> tuple[str, str]:
    return source.file, source.sha256


def test_a_flag_on_a_page_of_the_newer_scan_leads_there(sqlite_site) -> None:
    record = open_record(sqlite_site, joined_on(sqlite_site)).record
    (flag,) = (one for one in record.flags if one.name == "poor_scan")
    assert flag.detail == "Page 1 of the scan again.png: a corner is folded."
    (stop,) = (one for one in stops(record) if flag in one.flags)
    assert page_of(record, stop) == 2
    of_first = replace(stop, flags=(Flag("page_cut", Severity.MAJOR, "Page 1", page=1),))
    assert page_of(record, of_first) == 1
    assert scans(record)["Page 2 from a newer scan"].startswith("again.png, page 1: ")


def test_the_document_holds_each_page_and_no_other_one(sqlite_site, tmp_path) -> None:
    site, joined = sqlite_site, joined_on(sqlite_site)
    third = scanned_again(site, joined, TwoPages(pages=(2,)), number=51)
    for name, widths in ((joined, [240, 290]), (third, [240, 291])):
        path = tmp_path / "made.pdf"
        path.write_bytes(export_record(site, name, Format.PDF, by=APPROVER).content)
        with pikepdf.open(path) as pdf:
            pictures = [page.Resources.get("/XObject", {}) for page in pdf.pages]
            assert [int(one["/Im0"].Width) for one in pictures if "/Im0" in one] == widths
    assert verify(site.settings).findings == ()


def test_audit_and_arranging_desk_know_which_page_lies_in_which_scan(site) -> None:
    joined = joined_on(site)
    sample = draw_sample(site, population=Population.ALL, count=9, seed=1, by=APPROVER.user)
    assert sample is not None
    lines = [line for line in lines_of(site, sample) if line.record == joined]
    places = {(line.page, line.scan, line.scan_page) for line in lines}
    assert places == {(1, "first.png", 1), (2, "again.png", 1)}
    for scan, pages in ((1, {1: 1, 2: 2}), (2, {1: 2})):
        laid = laid_scan(site, scan, by=CONTROL)
        found = [(one.record, one.pages) for part in laid.records for one in part]
        assert found == [(joined, pages)]
        with pytest.raises(NotAllowed, match="is revised"):
            arrange(site, scan, laid.arrangement, seen=0, by=CONTROL, again={1})


def test_a_scan_with_an_approved_record_that_is_being_amended_is_laid_once(sqlite_site) -> None:
    site = sqlite_site
    first = approved(site)
    second = amend(site, first, "a wrong lot", by=REVIEWER)
    (part,) = laid_scan(site, 1, by=CONTROL).records
    assert [one.record for one in part] == [first, second]


class WithCover(TwoPages):
    """The first page of the scan fits no form, and page 1 of the form comes after it."""

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        read = super().__call__(scan, known, options)
        (record,), (picture,) = read.records, read.pictures
        page = replace(record.pages[0], scan_page=2)
        cover = PagePicture(0, 1, 1, picture.jpeg + b"cover", 1.0)
        found = PageEvidence((FoundPage(1, None), FoundPage(2, 1)))
        pictures = (replace(picture, scan_page=2), cover)
        return ReadScan((replace(record, pages=(page,)),), pictures, (found,))


def test_a_page_that_fits_no_form_stays_where_it_is_when_another_is_scanned_again(site) -> None:
    take(site, "first.tiff", stack_bytes(2), by=CONTROL)
    name = read_next(site, WithCover(pages=(1,)))
    for number in (50, 51):
        request = ask_for_scan(site, name, 1, "blurred", by=REVIEWER)
        answer_request(site, request, "again.png", scan_bytes(number), by=CONTROL)
        read_next(site, TwoPages(pages=(1,), shade=number))
        name = f"{name.split('-r')[0]}-r{number - 48}"
        places = [(one.page, one.scan_page, one.scan_file) for one in pages_of(site, name)]
        assert places == [(1, 1, "again.png"), (1, 1, "first.tiff")]
        assert page_picture(site, name, 1)[-1] == number
        (strange,) = unknown_pages(site, by=CONTROL)
        assert (strange.scan, strange.page, strange.record) == (1, 1, name)
    assert verify(site.settings).findings == ()


def test_a_scan_that_fitted_no_form_is_the_records_no_more_once_it_is_replaced(sqlite_site) -> None:
    site = sqlite_site
    take(site, "strange.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages(form=None))
    whole = f"{name}-r2"
    request = ask_for_scan(site, name, 1, "upside down", by=REVIEWER)
    answer_request(site, request, "whole.png", scan_bytes(60), by=CONTROL)
    read_next(site, TwoPages())
    record = open_record(site, whole).record
    assert [source.file for source in record.sources] == ["whole.png"]
    assert {one.scan_file for one in pages_of(site, whole)} == {"whole.png"}
    last = open_record(site, scanned_again(site, whole, TwoPages(pages=(2,)))).record
    assert [source.file for source in last.sources] == ["whole.png", "again.png"]
    assert [page.source and page.source.file for page in last.pages] == [None, "again.png"]
