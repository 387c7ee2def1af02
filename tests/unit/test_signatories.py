"""The signature log as a CSV file: what is read, and what is refused with its line."""

from datetime import date

import pytest

from pipeline.core.people import Signatory
from pipeline.errors import InputRefused
from pipeline.signatories import load_signatories

HEAD = "initials,name,role,from,to\n"


def write(folder, content: str | bytes):
    path = folder / "signatories.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_every_line_of_the_log_is_a_signatory(tmp_path) -> None:
    text = HEAD + 'MJ,"Jansen, Maria",operator,2020-01-01,2021-12-31\r\nTB,Tom,,,\n'
    assert load_signatories(write(tmp_path, "\ufeff" + text)) == (
        Signatory("MJ", "Jansen, Maria", "operator", date(2020, 1, 1), date(2021, 12, 31)),
        Signatory("TB", "Tom", "", None, None),
    )


def test_columns_may_come_in_any_order_and_with_others_beside_them(tmp_path) -> None:
    text = "name,initials,site,to,from,role\nTom,TB,North,,2020-01-01,operator\n"
    (one,) = load_signatories(write(tmp_path, text))
    assert (one.initials, one.name, one.start) == ("TB", "Tom", date(2020, 1, 1))


def test_an_empty_log_holds_nobody(tmp_path) -> None:
    assert load_signatories(write(tmp_path, HEAD)) == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("initials,name\nMJ,Maria\n", "lacks the column"),
        ("", "lacks the column"),
        (HEAD + "MJ,Maria,operator,01/02/2020,\n", "line 2: '01/02/2020' under `from`"),
        (HEAD + "MJ,Maria,operator,2020-02-30,\n", "line 2: '2020-02-30' under `from`"),
        (HEAD + "MJ,M,o,2021-01-01,2020-01-01\n", "line 2 ends before it begins"),
        (HEAD + "MJ,M,o,,\n,Nobody,o,,\n", "line 3 has no initials"),
        (HEAD + "MJ,M,o,,,more\n", "line 2 has more values"),
        (HEAD + '"MJ,M,o,,\n', "is no CSV"),
        (b"initials\xff", "not UTF-8"),
    ],
)
def test_a_log_with_a_mistake_is_refused(content, words, tmp_path) -> None:
    with pytest.raises(InputRefused) as caught:
        load_signatories(write(tmp_path, content))
    assert words in caught.value.reason


def test_a_log_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(InputRefused, match="can't be read"):
        load_signatories(tmp_path / "none.csv")


def test_a_line_holds_from_its_first_to_its_last_day() -> None:
    one = Signatory("MJ", "Maria", "operator", date(2020, 1, 1), date(2021, 12, 31))
    days = ["2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01"]
    holds = [one.signs_on(date.fromisoformat(text)) for text in days]
    assert holds == [False, True, True, False]
