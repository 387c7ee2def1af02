"""Master forms: what is loaded, and each mistake refused with its line and the reason.

A form.yaml is written into a temporary folder; the pages of its blank are counted by the test.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.errors import ScanRefused
from extractors.values import Box, EntryKind
from pipeline.core.forms import Meaning, Role
from pipeline.errors import FormRefused, InputRefused
from pipeline.forms import load_form, load_forms

GOOD = r"""form: BMR-077
version: "12"
title: Batch manufacturing record, wet granulation
effective: 2019-03-01
superseded: 2021-06-30
blank: blank.pdf
page_size: [210, 297]
pages:
  - page: 1
    fields:
      - name: batch_number
        label: Batch Number
        type: text
        box: [45, 23.5, 60, 8.3]
        pattern: '[A-Z]{2}\d{2}-\d{4}'
        required: true
        means: batch_number
      - {name: deviated, label: Deviation, type: checkbox, box: [10, 40, 4, 4]}
      - name: deviation
        label: Deviation No.
        type: text
        box: [20, 40, 30, 8]
        required_if: deviated
  - page: 2
    page_size: [297, 210]
    fields:
      - {name: w_1.1, label: W, type: number, box: [250, 10, 20, 8], decimals: 1, step: 4.3}
      - {name: w_1.2, label: W, type: number, box: [250, 20, 20, 8], low: -2, high: 5.5}
      - name: mean
        label: Mean
        type: number
        box: [250, 30, 20, 8]
        equals: mean(w_1.1, w_1.2)
        tolerance: 0.05
      - {name: start, label: Start, type: time, box: [10, 10, 20, 8], format: "HH:MM"}
      - {name: end, label: End, type: time, box: [40, 10, 20, 8], not_before: start}
      - {name: day, label: Day, type: date, box: [70, 10, 20, 8], format: DD MMM YYYY}
      - {name: again, label: Batch, type: text, box: [1, 60, 20, 8], same_as: batch_number}
      - {name: by, label: By, type: initials, box: [1, 80, 20, 8], role: performed_by}
      - {name: kettle, label: K, type: text, box: [1, 90, 20, 8], choices: [K1, Yes, 7]}
"""


def two_pages(path: Path) -> int:
    return 2


def write(folder: Path, text: str | bytes = GOOD) -> Path:
    folder.mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "form.yaml").write_bytes(content)
    (folder / "blank.pdf").write_bytes(b"%PDF-1.7")
    return folder


def refused(folder: Path, text: str | bytes) -> FormRefused:
    with pytest.raises(FormRefused) as caught:
        load_form(write(folder, text), count_pages=two_pages)
    return caught.value


def test_a_form_is_loaded_with_everything_that_stands_in_it(tmp_path) -> None:
    form = load_form(write(tmp_path), count_pages=two_pages)
    assert (form.form, form.version) == ("BMR-077", "12")
    assert (form.effective, form.superseded) == (date(2019, 3, 1), date(2021, 6, 30))
    assert [page.size_mm for page in form.pages] == [(210.0, 297.0), (297.0, 210.0)]
    assert form.blank == tmp_path / "blank.pdf"
    batch = form.field("batch_number")
    assert batch.box == Box(45.0, 23.5, 60.0, 8.3)
    assert batch.required
    assert batch.means is Meaning.BATCH_NUMBER
    assert form.field("w_1.1").step == "4.3"
    assert (form.field("w_1.2").low, form.field("w_1.2").high) == (Decimal(-2), Decimal("5.5"))
    assert form.field("mean").tolerance == Decimal("0.05")
    assert form.field("by").role is Role.PERFORMED_BY
    assert form.field("kettle").choices == ("K1", "Yes", "7")
    assert form.field("day").type is EntryKind.DATE


# What is written instead of what in GOOD, and words of the refusal.
MISTAKES = {
    "an unknown key": ("required: true", "needed: true", "unknown key `needed`"),
    "an unknown key of the form": ("title:", "headline:", "unknown key `headline`"),
    "an unknown type": ("type: text", "type: word", "unknown type `word`"),
    "a box outside its page": ("[45, 23.5, 60, 8.3]", "[155, 23, 60, 8]", "outside its page"),
    "a box above its page": ("[45, 23.5, 60, 8.3]", "[45, -1, 60, 8]", "outside its page"),
    "a box without an area": ("[45, 23.5, 60, 8.3]", "[45, 23, 0, 8]", "has no area"),
    "a box of three numbers": ("[45, 23.5, 60, 8.3]", "[45, 23, 8]", "has to be 4 numbers"),
    "a box of words": ("[45, 23.5, 60, 8.3]", "[a, b, c, d]", "has to be a number"),
    "a box that never ends": ("[45, 23.5, 60, 8.3]", "[45, 1, .inf, 8]", "to be a number"),
    "a name used twice": ("name: w_1.2", "name: w_1.1", "`w_1.1` is used twice"),
    "a name with a capital": ("name: batch_number", "name: Batch", "`Batch` is no name"),
    "a same_as of nobody": ("same_as: batch_number", "same_as: lot", "is not there: `lot`"),
    "a not_before of nobody": ("not_before: start", "not_before: s", "is not there: `s`"),
    "a required_if of nobody": ("required_if: deviated", "required_if: d", "not there: `d`"),
    "a required_if of a text": ("required_if: deviated", "required_if: again", "a checkbox"),
    "a not_before of a date": ("not_before: start", "not_before: day", "needs a time"),
    "an operand of nobody": ("mean(w_1.1, w_1.2)", "mean(w_1.1, w_1.3)", "there: `w_1.3`"),
    "an operand that is text": ("mean(w_1.1, w_1.2)", "2 * again", "needs a number"),
    "a call in an expression": ("mean(w_1.1, w_1.2)", "open(w_1.1)", "no function 'open'"),
    "a power in an expression": ("mean(w_1.1, w_1.2)", "w_1.1 ** 2", "not arithmetic"),
    "an import in an expression": ("mean(w_1.1, w_1.2)", "__import__", "not arithmetic"),
    "an unfinished expression": ("mean(w_1.1, w_1.2)", "(w_1.1", "not arithmetic"),
    "a pattern that is none": (r"[A-Z]{2}\d{2}-\d{4}", "[A-Z", "is not a regular expression"),
    "a pattern with look-ahead": (r"[A-Z]{2}\d{2}-\d{4}", "(?=A)A", "holds look-around"),
    "a pattern with look-behind": (r"[A-Z]{2}\d{2}-\d{4}", "A(?<!B)", "holds look-around"),
    "a pattern with a back-reference": (r"[A-Z]{2}\d{2}-\d{4}", r"(A)\1", "back-reference"),
    "a version that is a number": ('version: "12"', "version: 12.0", "has to be a string"),
    "a form that is a number": ("form: BMR-077", "form: 77", "has to be a string"),
    "a missing version": ('version: "12"\n', "", "`version` is missing"),
    "a missing label": ("        label: Mean\n", "", "`label` is missing"),
    "a key that is there twice": ("title:", "form: X\ntitle:", "`form` is there twice"),
    "a day that is none": ("2019-03-01", "2019-02-30", "has to be a day"),
    "a day in words": ("2019-03-01", "March", "has to be a day"),
    "an end before its start": ("2021-06-30", "2018-06-30", "`superseded` is before"),
    "required as a word": ("required: true", "required: maybe", "has to be true or false"),
    "a date format that is none": ("DD MMM YYYY", "DD MMM", "no date format"),
    "a time format that is none": ('"HH:MM"', "H.MM", "no time format"),
    "decimals below zero": ("decimals: 1", "decimals: -1", "has to be a whole number"),
    "limits the wrong way round": ("low: -2", "low: 6", "above `high`"),
    "an unknown role": ("performed_by", "done_by", "unknown role `done_by`"),
    "an unknown meaning": ("means: batch_number", "means: batch", "unknown meaning `batch`"),
    "a key of another type": ("decimals: 1", "format: X", "type `number` has no key"),
    "equals on a text": ("same_as: batch_number", "equals: 1 + 1", "only a number can have"),
    "not_before on a text": ("same_as: batch_number", "not_before: day", "only a date or time"),
    "a page out of turn": ("- page: 2", "- page: 3", "`page` has to be 2"),
    "a blank elsewhere": ("blank: blank.pdf", "blank: ../blank.pdf", "file of this folder"),
    "a blank that is not there": ("blank: blank.pdf", "blank: b.pdf", "is not in the folder"),
    "no list of pages": ("pages:\n", "pages: 2\nx:\n", "unknown key `x`"),
    "a page size of one number": ("[210, 297]", "[210]", "has to be 2 numbers"),
    "a tab": ("        label: Mean", "\tlabel: Mean", "this is not YAML"),
    "an open bracket": ("[210, 297]", "[210, 297", "this is not YAML"),
    "an object of Python": (
        "title: Batch",
        "title: !!python/name:os.x B",
        "`title` has to be text",
    ),
    "a choice beside the pattern": (
        "choices: [K1, Yes, 7]",
        "choices: [K1], pattern: 'L\\d'",
        "`K1` does not match the pattern",
    ),
}


# Where the refusal names another line than the changed one: how far off.
OFF = {
    "a missing version": -1,
    "a missing label": -1,
    "no list of pages": 1,
    "an open bracket": 1,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_line_and_the_reason(mistake, tmp_path) -> None:
    before, after, words = MISTAKES[mistake]
    line = GOOD[: GOOD.index(before)].count("\n") + 1 + OFF.get(mistake, 0)
    error = refused(tmp_path, GOOD.replace(before, after, 1))
    assert words in error.reason
    assert error.line == line
    assert error.reason.startswith(f"line {line}: ")
    assert error.remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "the file is empty"),
        (b"- a list", "has to be keys and values"),
        (b"form: \xff\xfe", "not UTF-8"),
        (b"[" * 5000, "not YAML"),
        (b"a: &a [*a]", "unknown key"),
        (b"? [1, 2]\n: 3", "unknown key"),
        (b"form: A\x00B", "not YAML"),
        (b"#" * 3_000_000, "larger than"),
    ],
)
def test_a_file_that_is_no_form_at_all_is_refused(text, words, tmp_path) -> None:
    assert words in refused(tmp_path, text).reason


def test_a_form_without_fields_is_refused(tmp_path) -> None:
    head = GOOD[: GOOD.index("pages:")]
    text = head + "pages: [{page: 1, fields: []}, {page: 2, fields: []}]"
    assert "no fields" in refused(tmp_path, text).reason


def test_a_blank_with_another_count_of_pages_is_refused(tmp_path) -> None:
    with pytest.raises(FormRefused, match=r"line 6: the blank has 3 page\(s\).* describes 2"):
        load_form(write(tmp_path), count_pages=lambda path: 3)


def test_a_blank_that_is_no_pdf_is_refused_as_the_forms_mistake(tmp_path) -> None:
    def broken(path: Path) -> int:
        raise ScanRefused("the PDF is broken", "export it again")

    with pytest.raises(FormRefused, match=r"line 6: .*the PDF is broken; export it again"):
        load_form(write(tmp_path), count_pages=broken)


def test_a_folder_without_a_form_is_refused(tmp_path) -> None:
    with pytest.raises(FormRefused, match=r"no form\.yaml"):
        load_form(tmp_path, count_pages=two_pages)


def test_one_bad_form_does_not_keep_the_others_out(tmp_path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b", GOOD.replace('"12"', "13"))
    write(tmp_path / "c", GOOD.replace('"12"', '"13"'))
    (tmp_path / "d").mkdir()
    loaded = load_forms(tmp_path, count_pages=two_pages)
    assert [form.version for form in loaded.forms] == ["12", "13"]
    assert [(path.parent.name, path.name) for path, _ in loaded.refused] == [
        ("b", "form.yaml"),
        ("d", "form.yaml"),
    ]


def test_the_same_form_and_version_twice_in_a_set_is_refused(tmp_path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b")
    loaded = load_forms(tmp_path, count_pages=two_pages)
    assert len(loaded.forms) == 1
    ((path, error),) = loaded.refused
    assert path == tmp_path / "b" / "form.yaml"
    assert "already in a" in error.reason


def test_a_folder_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(InputRefused, match="no such folder"):
        load_forms(tmp_path / "none", count_pages=two_pages)
