"""`recordroom evaluate`: the three files of a report, their pictures, and what is refused."""

import base64
import hashlib
import json
import re
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from extractors.load import open_scan
from extractors.preview import cut
from pipeline.cli import main
from pipeline.core.document import to_json
from pipeline.core.evaluate import WrongEntry
from pipeline.core.score import ReadEntry, TrueEntry
from pipeline.forms import load_forms
from pipeline.known import KnownForms
from pipeline.report_crops import MARGIN_MM, cut_crops
from pipeline.run import ReadOptions, read_scan

SAMPLES = Path(__file__).parents[2] / "sample_scans"
FILES = ("report.html", "report.pdf", "report.json")


def reading_of(truth: dict, number: int) -> dict:
    """A made-up reading: every seventh entry has its first character wrong, none is looked at."""
    entries = []
    for place, entry in enumerate(truth["entries"]):
        is_wrong = place % 7 == number % 7 and entry["value"]
        value = f"8{entry['value'][1:]}" if is_wrong else entry["value"]
        sure = round(0.9 + 0.0009 * (place % 100), 4)
        entries.append(
            {**entry, "value": value, "confidence": sure, "accepted": sure > 0.95, "flags": []}
        )
    return {
        **{key: truth[key] for key in ("form", "version", "batch_number")},
        "reader": {"recordroom": "0.1.0", "models": {"handwriting": "made-up@1"}},
        "flags": [],
        "entries": entries,
    }


@pytest.fixture
def read(tmp_path: Path) -> Path:
    folder = tmp_path / "read"
    folder.mkdir()
    for number, file in enumerate(sorted((SAMPLES / "truth").glob("*.json"))):
        reading = reading_of(json.loads(file.read_text(encoding="utf-8")), number)
        (folder / file.name).write_text(json.dumps(reading), encoding="utf-8")
    return folder


def evaluate(read: Path, out: Path, *options: str, truth: Path = SAMPLES / "truth") -> int:
    return main(["evaluate", str(truth), str(read), "--out", str(out), *options])


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_report_is_written_three_times_with_the_same_figures(read, tmp_path, capsys) -> None:
    assert evaluate(read, tmp_path / "out", "--forms", str(SAMPLES / "forms")) == 0
    figures = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    printed = text_of(tmp_path / "out" / "report.pdf")
    assert main(["score", str(SAMPLES / "truth"), str(read), "--json", str(tmp_path / "s")]) == 0
    scored = json.loads((tmp_path / "s").read_text(encoding="utf-8"))
    assert {name: figures[name] for name in scored} == scored
    assert figures["evaluated"]["readers"] == {"recordroom 0.1.0; handwriting made-up@1": 26}
    assert len(figures["worst"]) == 25
    accuracy = f"{100 * figures['entry_accuracy']['value']:.2f} %"
    for content in (page, printed):
        assert accuracy in content
        assert "made-up@1" in content
        assert "Granulation" in content  # the forms' own words
        assert "--out FOLDER" in re.sub(r"\s+", " ", content)


def test_the_page_needs_nothing_from_anywhere_and_is_drawn(read, tmp_path) -> None:
    evaluate(read, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == 3
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    assert "http" not in page.replace("http-equiv", "")


def test_the_same_input_gives_the_same_bytes(read, tmp_path) -> None:
    evaluate(read, tmp_path / "one")
    evaluate(read, tmp_path / "two")
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_stands_in_a_record_is_shown_and_never_run(read, tmp_path) -> None:
    file = read / "001.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    evil = "<script>1</script>\u0000\ud800\u4e2d</para>"
    document["entries"][0] |= {"value": evil, "state": "filled", "confidence": 1.0}
    file.write_text(json.dumps(document), encoding="utf-8")
    assert evaluate(read, tmp_path / "out") == 0
    assert "&lt;script&gt;" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "U+4E2D" in re.sub(r"\s", "", text_of(tmp_path / "out" / "report.pdf"))


def test_a_reading_that_is_none_is_named_and_the_rest_evaluated(read, tmp_path, capsys) -> None:
    (read / "001.json").write_text("{", encoding="utf-8")
    (read / "002.json").unlink()
    assert evaluate(read, tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert said.count(f"{read / '001.json'}: ") == 1
    figures = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert figures["evaluated"]["records"] == 26
    assert figures["evaluated"]["not_read"] == ["002"]


def test_without_truth_nothing_is_written(read, tmp_path, capsys) -> None:
    assert evaluate(read, tmp_path / "out", truth=tmp_path / "nowhere") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_can_not_be_made_is_refused(read, tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert evaluate(read, tmp_path / "file" / "out") == 2
    assert "--out" in capsys.readouterr().err


def test_an_aim_that_is_no_share_is_wrong_usage(read, tmp_path) -> None:
    assert evaluate(read, tmp_path / "out", "--silent-errors", "2") == 64


def write_scan(folder: Path, read: Path, record: str) -> None:
    """A scan at 10 pixels/mm, upside down, dark within the first field's box, and its reading."""
    folder.mkdir()
    paper = np.full((400, 600), 255, np.uint8)
    paper[100:150, 200:300] = 0  # the box (20, 10, 10, 5) in millimetres, before turning
    done, png = cv2.imencode(".png", paper[::-1, ::-1])
    assert done
    (folder / "scan.png").write_bytes(png.tobytes())
    file = read / f"{record}.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    digest = hashlib.sha256(png.tobytes()).hexdigest()
    document["source"] = {"file": "scan.png", "sha256": digest, "pages": 1}
    upside_down = [[-0.1, 0, 59.9], [0, -0.1, 39.9], [0, 0, 1]]
    document["pages"] = [{"page": 1, "scan_page": 1, "turned": 180, "homography": upside_down}]
    document["entries"][0] |= {"value": "wrong", "confidence": 1.0, "box": [20, 10, 10, 5]}
    file.write_text(json.dumps(document), encoding="utf-8")


def one_record(read: Path, tmp_path: Path) -> Path:
    """A truth of one record alone."""
    folder = tmp_path / "truth"
    folder.mkdir()
    content = (SAMPLES / "truth" / "001.json").read_bytes()
    (folder / "001.json").write_bytes(content)
    return folder


def test_a_wrong_entry_is_shown_upright_where_the_reading_found_it(read, tmp_path) -> None:
    truth = one_record(read, tmp_path)
    write_scan(tmp_path / "scans", read, "001")
    scans = ("--scans", str(tmp_path / "scans"), "--worst", "1")
    assert evaluate(read, tmp_path / "out", *scans, truth=truth) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    (data,) = re.findall(r"data:image/jpeg;base64,([^\"]+)", page)
    jpeg = np.frombuffer(base64.b64decode(data), np.uint8)
    crop = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
    assert crop.shape == (11 * 8, 16 * 8)
    margin = 3 * 8
    assert crop[margin + 4 : -margin - 4, margin + 4 : -margin - 4].max() < 40
    assert crop[: margin - 4].min() > 215


def test_a_scan_that_is_another_or_not_there_is_named_once(read, tmp_path, capsys) -> None:
    truth = one_record(read, tmp_path)
    write_scan(tmp_path / "scans", read, "001")
    scans = ("--scans", str(tmp_path / "scans"), "--worst", "1")
    (tmp_path / "scans" / "scan.png").write_bytes(b"another")
    assert evaluate(read, tmp_path / "out", *scans, truth=truth) == 2
    said = capsys.readouterr().err
    assert said.count("scan.png: ") == 1
    assert "SHA-256" in said
    (tmp_path / "scans" / "scan.png").unlink()
    assert evaluate(read, tmp_path / "out", *scans, truth=truth) == 2
    assert "not there" in capsys.readouterr().err
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_what_is_cut_out_is_what_the_reader_looked_at(tmp_path) -> None:
    """On a real scan: the same pixels as on the page that registration laid upright."""
    scan = SAMPLES / "scans" / "015.jpg"
    known = KnownForms(load_forms(SAMPLES / "forms" / "LC-031-v3").forms)
    result = read_scan(open_scan(scan.name, scan.read_bytes()), known, ReadOptions())
    (record,), (page,) = result.records, result.pictures
    (tmp_path / "015.json").write_text(to_json(record), encoding="utf-8")
    wrong = [
        WrongEntry(
            "015",
            "LC-031 version 3",
            "poor",
            TrueEntry(entry.field, entry.type, "", entry.state, frozenset()),
            ReadEntry(entry.value, entry.state, entry.confidence, False, frozenset()),
        )
        for entry in record.entries[::9]
    ]
    crops = cut_crops(wrong, tmp_path, SAMPLES / "scans")
    assert crops.refused == ()
    assert len(crops.pictures) == len(wrong)
    for entry in record.entries[::9]:
        shown = grey(crops.pictures["015", entry.field].jpeg)
        looked_at = grey(
            cut(page.jpeg, entry.box, pixels_per_mm=page.pixels_per_mm, margin_mm=MARGIN_MM)
        )
        same_size = cv2.resize(looked_at, shown.shape[::-1], interpolation=cv2.INTER_AREA)
        assert np.corrcoef(shown.ravel(), same_size.ravel())[0, 1] > 0.97


def grey(jpeg: bytes) -> np.ndarray:
    """The picture in grey, the noise of a poor scan and of JPEG smoothed away."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.GaussianBlur(picture, (0, 0), 1.5)


@pytest.mark.parametrize(
    "broken",
    [
        {"box": [20, 10, -1, 5]},
        {"box": [20, 10]},
        {"box": [20, 10, 1e9, 5]},
        {"page": 7},
    ],
)
def test_an_entry_without_a_place_is_named_and_the_report_written(
    read, tmp_path, capsys, broken
) -> None:
    truth = one_record(read, tmp_path)
    write_scan(tmp_path / "scans", read, "001")
    file = read / "001.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["entries"][0] |= broken
    file.write_text(json.dumps(document), encoding="utf-8")
    scans = ("--scans", str(tmp_path / "scans"), "--worst", "1")
    assert evaluate(read, tmp_path / "out", *scans, truth=truth) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "001.json: " in line]
    assert len(said) == 1
    assert (tmp_path / "out" / "report.pdf").is_file()


@pytest.mark.parametrize(
    ("key", "value"), [("value", 13.2), ("value", None), ("confidence", 1.5), ("state", 1)]
)
def test_an_entry_that_holds_what_it_can_not_is_refused(read, tmp_path, capsys, key, value) -> None:
    file = read / "001.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["entries"][0][key] = value
    file.write_text(json.dumps(document), encoding="utf-8")
    assert evaluate(read, tmp_path / "out", truth=one_record(read, tmp_path)) == 2
    assert f"`{key}`" in capsys.readouterr().err
