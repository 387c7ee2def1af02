"""Records as documents: valid PDF/A, the scan's own bytes in it, every reviewed value found."""

import io
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
from b2mml_schema import complaints
from pdfa_points import wrong_points
from PIL import Image
from replayed import another_site, crops, record_of_scan, taken, with_page_of
from sample_site import CORRECTED, SAMPLES, sample_site, samples
from site_records import APPROVER

from extractors.values import State
from pipeline.core.b2mml import to_b2mml
from pipeline.core.b2mml_read import from_b2mml
from pipeline.core.document import archive_document, from_document
from pipeline.core.printed_signatures import printed_moment
from pipeline.core.text_layer import shown_text
from pipeline.export import Format, export_record
from pipeline.review import OpenRecord, open_record

__all__ = ["sample_site"]


@pytest.fixture(scope="module")
def documents(sample_site, tmp_path_factory) -> list[tuple[OpenRecord, Path]]:
    """The document of every sample's record, as a file."""
    folder = tmp_path_factory.mktemp("documents")
    found = []
    for one in samples(sample_site):
        made = export_record(sample_site, one.record.id, Format.PDF, by=APPROVER)
        path = folder / made.name
        path.write_bytes(made.content)
        found.append((one, path))
    assert len(found) >= 25
    return found


def test_every_document_is_pdf_a_by_an_independent_check(documents) -> None:
    for _, path in documents:
        report = pikepdf.pdfa.validate_written(path, "3b")
        assert [str(one) for one in report.findings] == []
        assert report.passed


def test_every_document_keeps_the_points_of_the_standard(documents) -> None:
    assert [wrong for _, path in documents for wrong in wrong_points(path)] == []


def test_verapdf_finds_nothing_wrong(documents) -> None:
    program = shutil.which("verapdf")
    if program is None:
        pytest.skip("NO VERAPDF: install veraPDF, and put verapdf on the path")
    paths = [str(path) for _, path in documents]
    done = subprocess.run(
        [program, "--flavour", "3b", "--format", "text", *paths], capture_output=True, text=True
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []


def test_qpdf_finds_nothing_wrong(documents) -> None:
    for _, path in documents:
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_broken_point_of_the_standard_is_found(documents, tmp_path) -> None:
    _, path = documents[0]
    with pikepdf.open(path) as pdf:
        del pdf.Root.OutputIntents
        pdf.pages[0].Trans = pikepdf.Dictionary(S=pikepdf.Name.Wipe)
        pdf.save(tmp_path / "broken.pdf", deterministic_id=True)
    found = " ".join(wrong_points(tmp_path / "broken.pdf"))
    assert "6.2.3" in found
    assert "6.10" in found
    assert not pikepdf.pdfa.validate_written(tmp_path / "broken.pdf", "3b").passed


def test_the_same_record_gives_the_same_document(sample_site, documents) -> None:
    for one, path in documents[:3]:
        again = export_record(sample_site, one.record.id, Format.PDF, by=APPROVER)
        assert again.content == path.read_bytes()


@pytest.fixture(scope="module")
def of_two_scans(sample_site, tmp_path_factory) -> list[tuple[OpenRecord, Path]]:
    """A record joined of 006.pdf and a page of 004.pdf, and one of a fax with a page of 007.pdf."""
    folder = tmp_path_factory.mktemp("two")
    found = []
    with another_site(folder / "site") as site:
        for first, page, scan in (("006.pdf", 3, "004.pdf"), ("008.tiff", 2, "007.pdf")):
            name = taken(site, sample_site, first)
            name = with_page_of(site, sample_site, name, page=page, scan=scan)
            path = folder / f"{name}.pdf"
            path.write_bytes(export_record(site, name, Format.PDF, by=APPROVER).content)
            found.append((open_record(site, name), path))
            assert crops(site, name, page) == crops(sample_site, record_of_scan(scan), page)
    return found


def test_a_document_of_two_scans_is_as_valid_as_any(of_two_scans) -> None:
    test_every_document_is_pdf_a_by_an_independent_check(of_two_scans)
    test_every_document_keeps_the_points_of_the_standard(of_two_scans)
    test_qpdf_finds_nothing_wrong(of_two_scans)
    test_record_and_batch_production_record_are_attached(of_two_scans)


def test_a_document_of_two_scans_takes_each_page_from_its_own(of_two_scans) -> None:
    """The packed bytes, page by page in the order of the form, and nothing else of either scan."""
    (joined, path), (fax, fax_path) = of_two_scans
    pages = joined.record.pages
    assert [(page.source or joined.record.source).file for page in pages] == [
        "006.pdf",
        "006.pdf",
        "004.pdf",
    ]
    of = {name: packed_in_scan(SAMPLES / "scans" / name) for name in ("006.pdf", "004.pdf")}
    wanted = [of[joined.record.source_of(one.page).file][one.scan_page - 1] for one in pages]
    assert packed_in(path) == wanted
    newer = [page for page in fax.record.pages if page.source]
    assert [(page.page, page.source.file) for page in newer if page.source] == [(2, "007.pdf")]
    packed = packed_in(fax_path)
    of_newer = packed_in_scan(SAMPLES / "scans" / "007.pdf")
    assert [one for one in packed if one in of_newer] == [of_newer[newer[0].scan_page - 1]]
    strips = packed_in_scan(SAMPLES / "scans" / "008.tiff")
    kept = [one for one in packed if one in strips]
    assert len(packed) == len(kept) + 1
    assert 0 < len(kept) < len(strips)


def test_every_value_of_two_scans_is_found_on_its_page_and_no_page_has_others(
    of_two_scans,
) -> None:
    for one, path in of_two_scans:
        with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
            titles = [item.title for item in outline.root[-1].children]
            first = len(pdf.pages) - len(titles)
        assert len(titles) == len(one.record.pages)
        for page in one.record.pages:
            (place,) = (n for n, title in enumerate(titles) if title[:7] == f"Page {page.page} ")
            assert (page.source.file in titles[place]) if page.source else True
            shown = [e for e in one.record.entries if e.page == page.page and shown_text(e)]
            text = by_poppler(path, first + place)
            assert [e.field for e in shown if words(shown_text(e)) not in text] == []
            assert len(shown) > 5


def test_the_sheets_name_each_scan_with_its_digest_and_pages(of_two_scans) -> None:
    for one, path in of_two_scans:
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True)
        text = words(done.stdout)
        bare = "".join(done.stdout.split())
        for source in one.record.sources:
            assert source.file in text
            assert source.sha256 in bare
        (newer,) = (page for page in one.record.pages if page.source)
        assert f"Newer scan {newer.source.file}" in text
        assert "Scans" in text


def test_the_batch_production_record_of_two_scans_is_valid_and_loses_nothing(of_two_scans) -> None:
    for one, _ in of_two_scans:
        made = to_b2mml(one.record, one.form)
        assert complaints(made) == []
        assert archive_document(from_b2mml(made)) == archive_document(one.record)
        for source in one.record.sources:
            assert f"urn:sha256:{source.sha256}".encode() in made


def scan_pages(path: Path, of: OpenRecord) -> list[int]:
    """Where in the document each page of the record stands, in the record's order."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root[-1].children]
        first = len(pdf.pages) - len(titles)
    return [
        first + next(n for n, title in enumerate(titles) if title.endswith(f"(scan {p.scan_page})"))
        for p in of.record.pages
    ]


def words(text: str) -> str:
    return " ".join(text.split())


@cache
def by_poppler(path: Path, page: int) -> str:
    done = subprocess.run(
        ["pdftotext", "-f", str(page + 1), "-l", str(page + 1), path, "-"],
        capture_output=True, check=True,
    )  # fmt: skip
    return words(done.stdout.decode())


def by_pdfium(path: Path, page: int) -> str:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return words(pdf[page].get_textpage().get_text_bounded())
    finally:
        pdf.close()


@pytest.mark.parametrize("program", [by_poppler, by_pdfium])
def test_each_reviewed_value_is_found_on_its_page(documents, program) -> None:
    missing, looked_for = [], 0
    for one, path in documents:
        for page, number in zip(one.record.pages, scan_pages(path, one), strict=True):
            text = program(path, number)
            for entry in one.record.entries:
                if entry.page != page.page or not shown_text(entry):
                    continue
                looked_for += 1
                if words(shown_text(entry)) not in text:
                    missing.append((path.name, entry.field, shown_text(entry)))
    assert looked_for > 1000
    assert missing == []


def test_the_text_stands_where_it_was_written(documents) -> None:
    """Each value lies within its box on the upright page, as Poppler lays both."""
    one, path = next((one, path) for one, path in documents if one.record.source.file == "002.pdf")
    entry = next(e for e in one.record.entries if e.type.value == "date" and e.value)
    (number,) = scan_pages(path, one)[:1]
    told = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(number + 1), "-l", str(number + 1), path, "-"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    line = next(line for line in told.splitlines() if f">{entry.value}<" in line)
    left, top, right, bottom = (float(part.split('"')[1]) for part in line.split()[1:5])
    page = one.record.pages[0]
    to_scan = np.linalg.inv(np.array(page.homography))
    corners = [
        to_scan @ (x, y, 1.0)
        for x in (entry.box.x, entry.box.right)
        for y in (entry.box.y, entry.box.bottom)
    ]
    with Image.open(io.BytesIO(picture_bytes(path, number))) as picture:
        points = 595 / picture.width  # A4 upright, as this scan is
    xs = [corner[0] / corner[2] * points for corner in corners]
    ys = [corner[1] / corner[2] * points for corner in corners]
    assert min(xs) - 3 <= left <= right <= max(xs) + 12
    assert min(ys) - 3 <= top <= bottom <= max(ys) + 3


def picture_bytes(path: Path, page: int) -> bytes:
    with pikepdf.open(path) as pdf:
        return pdf.pages[page].Resources.XObject["/Im0"].read_raw_bytes()


def packed_in(path: Path) -> list[bytes]:
    """The packed bytes of each picture of a document, page by page and from the top."""
    found = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            pictures = page.Resources.get("/XObject", {})
            for name in sorted(pictures.keys(), key=lambda one: int(one[3:] or 0)):
                found.append(pictures[name].read_raw_bytes())
    return found


def packed_in_scan(path: Path) -> list[bytes]:
    """The packed bytes of each page (or strip) of a scan, taken out by other means than ours."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return [
                image.read_raw_bytes()
                for page in pdf.pages
                for image in page.Resources.XObject.values()
            ]
    if path.suffix == ".jpg":
        return [path.read_bytes()]
    strips = []
    with Image.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            tags = picture.tag_v2
            content = path.read_bytes()
            strips += [content[a : a + n] for a, n in zip(tags[273], tags[279], strict=True)]
    return strips


@pytest.mark.parametrize("kind", [".pdf", ".jpg"])
def test_the_pictures_are_the_scans_own_bytes(documents, kind) -> None:
    compared = 0
    for one, path in documents:
        scan = SAMPLES / "scans" / one.record.source.file
        if scan.suffix != kind:
            continue
        own = packed_in_scan(scan)
        for packed in packed_in(path):
            assert packed in own
            compared += 1
    assert compared >= 2


def test_fax_strips_of_a_tiff_are_the_scans_own_bytes(documents) -> None:
    scan = SAMPLES / "scans" / "008.tiff"
    found = [path for one, path in documents if one.record.source.file == scan.name]
    packed = [strip for path in found for strip in packed_in(path)]
    assert sorted(packed) == sorted(packed_in_scan(scan))


def test_jpeg_strips_of_a_tiff_keep_their_packed_data_and_every_pixel(documents) -> None:
    scan = SAMPLES / "scans" / "024.tiff"
    (path,) = (path for one, path in documents if one.record.source.file == scan.name)
    whole = packed_in(path)
    rest = b"".join(whole)
    for strip in packed_in_scan(scan):
        begin = strip.index(b"\xff\xda")
        data = strip[begin + 2 + int.from_bytes(strip[begin + 2 : begin + 4], "big") : -2]
        assert data in rest
    with Image.open(scan) as picture:
        for number, packed in enumerate(whole):
            picture.seek(number)
            with Image.open(io.BytesIO(packed)) as again:
                assert np.array_equal(np.asarray(again), np.asarray(picture))


def test_a_png_keeps_every_pixel(documents) -> None:
    scan = SAMPLES / "scans" / "016.png"
    (path,) = (path for one, path in documents if one.record.source.file == scan.name)
    with pikepdf.open(path) as pdf, Image.open(scan) as picture:
        image = pikepdf.PdfImage(pdf.pages[-1].Resources.XObject["/Im0"]).as_pil_image()
        assert np.array_equal(np.asarray(image), np.asarray(picture))


def test_the_sheets_tell_signatures_corrections_answers_trail_and_digests(documents) -> None:
    one, path = documents[0]
    record = one.record
    text = words(
        subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True).stdout
    )
    (signature,) = record.signatures
    assert signature.name in text
    assert words(printed_moment(signature.at)) in text.replace(" UTC", " UTC")
    for said in (signature.meaning, signature.digest, record.source.sha256, record.id, CORRECTED):
        assert said in text
    for section in ("Flags and their answers", "Corrections", "Trail", "Digests"):
        assert section in text
    assert "compared with the" in text
    assert "NOT APPROVED" not in text


def test_the_bookmarks_lead_to_every_part(documents) -> None:
    one, path = documents[0]
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        pages = [item.title for item in outline.root[-1].children]
        marks = [mark.title for item in outline.root[-1].children for mark in item.children]
    assert titles[:3] == ["Record", "Signatures", "Entries"]
    assert titles[-1] == f"Scan {one.record.source.file}"
    assert len(pages) >= len(one.record.pages)
    assert any("corrected in review" in mark for mark in marks)


def test_record_and_batch_production_record_are_attached(documents) -> None:
    for one, path in documents:
        with pikepdf.open(path) as pdf:
            files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        name = one.record.id
        assert json.loads(files[f"{name}.json"]) == archive_document(one.record)
        assert files[f"{name}.xml"] == to_b2mml(one.record, one.form)
        assert set(files) == {f"{name}.json", f"{name}.xml"}


def test_every_sample_s_batch_production_record_is_valid(sample_site) -> None:
    found = samples(sample_site)
    assert [
        (one.record.source.file, wrong)
        for one in found
        for wrong in complaints(to_b2mml(one.record, one.form))
    ] == []
    assert len(found) >= 25


def test_every_sample_s_batch_production_record_reads_back(sample_site) -> None:
    for one in samples(sample_site):
        again = from_b2mml(to_b2mml(one.record, one.form))
        assert archive_document(again) == archive_document(one.record)
        assert again == from_document(archive_document(one.record))
        assert {e.state for e in again.entries} <= set(State)
