"""When a step was done: only where the paper says it beyond doubt."""

from datetime import datetime

from core_examples import field, form, reading, record

from pipeline.core.forms import Meaning
from pipeline.core.step_times import step_times

MADE = field("made", "date", means=Meaning.MANUFACTURING_DATE)
MASTER = form(
    MADE,
    field("t1", "time", step="1"),
    field("w1", "number", step="1"),
    field("t2", "time", step="2"),
    field("d3", "date", step="3"),
    field("t3", "time", step="3"),
    field("from4", "time", step="4"),
    field("to4", "time", step="4"),
)


def times(**written: str) -> dict[str, datetime]:
    values = {name: reading(text) for name, text in written.items()}
    return step_times(record(MASTER, **values), {one.name: one for one in MASTER.fields})


def test_a_step_with_a_day_and_a_time_of_its_own_has_a_moment() -> None:
    assert times(d3="2024-02-01", t3="23:15") == {"3": datetime(2024, 2, 1, 23, 15)}


def test_a_step_with_a_time_alone_is_on_the_day_of_manufacture() -> None:
    assert times(made="2024-02-01", t1="10:00", t2="11:30") == {
        "1": datetime(2024, 2, 1, 10),
        "2": datetime(2024, 2, 1, 11, 30),
    }


def test_times_that_run_back_tell_no_day() -> None:
    assert times(made="2024-02-01", t1="23:50", t2="00:10", d3="2024-02-02", t3="01:00") == {
        "3": datetime(2024, 2, 2, 1)
    }


def test_without_a_day_or_with_one_that_is_none_there_is_no_moment() -> None:
    assert times(t1="10:00") == {}
    assert times(made="2024-02-31", t1="10:00") == {}
    assert times(made="2024-02-01", t1="25:00") == {}
    assert times(made="2024-02-01", d3="2024-02-31", t3="10:00") == {}


def test_a_step_that_asks_for_two_times_has_no_single_moment() -> None:
    assert times(made="2024-02-01", from4="10:00", to4="11:00") == {}
