"""A parameter over batches whose form changed its unit on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from core_examples import field, form

from extractors.values import State
from pipeline.cli.trend import summary
from pipeline.core.batch_days import DayFrom, Span
from pipeline.core.drawing import Stroke, Words
from pipeline.core.trend import LeftOut, Written, trend_of
from pipeline.core.trend_plot import control_drawing
from pipeline.core.values import RecordState
from pipeline.trends import in_order, trend_frame
from review_ui.parts.trend_words import (
    capability_text,
    chart_text,
    days_text,
    left_out_text,
    spot_of,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRAMS = field("net", "number", unit="g", low=Decimal(12000), high=Decimal(14000))
KILOS = field("net", "number", unit="kg", low=Decimal(12), high=Decimal(14))


def written(version: str, value: str) -> Written:
    return Written(
        record=f"r{version}",
        record_state=RecordState.APPROVED,
        batch_number=f"B{version}",
        version=version,
        page=1,
        day=date(2026, 3, int(version)),
        day_from=DayFrom.MADE,
        received_at=NOON,
        value=value,
        state=State.FILLED,
        is_settled=True,
        probability=1.0,
    )


def test_points_and_limits_of_older_versions_are_in_the_unit_of_the_newest() -> None:
    values = [written("1", "14000"), written("2", "13.2")]
    found = trend_of("F", "Form", {"1": GRAMS, "2": KILOS}, values)
    assert found.unit == "kg"
    assert [(one.value, one.shown, one.unit, one.is_out) for one in found.points] == [
        (14.0, "14000", "g", False),
        (13.2, "13.2", "kg", False),
    ]
    assert not found.has_other_limits
    above = trend_of("F", "Form", {"1": GRAMS, "2": KILOS}, [written("1", "14001")])
    assert above.points[0].is_out


@pytest.mark.parametrize("unit", ["l", "packs", None])
def test_points_in_a_unit_that_can_not_be_compared_are_left_out_and_counted(unit) -> None:
    fields = {"1": replace(GRAMS, unit=unit), "2": KILOS}
    found = trend_of("F", "Form", fields, [written("1", "14000"), written("2", "13.2")])
    assert [one.record for one in found.points] == ["r2"]
    assert found.left_out == ((LeftOut.OTHER_UNIT, 1),)


WIDE = replace(KILOS, low=Decimal(10), high=Decimal(20))


def series(version: str, count: int, *, day: int) -> list[Written]:
    """So many batches on one day, between 12.4 and 13.6."""
    values = (f"{13 + (place % 5 - 2) * 0.3:.1f}" for place in range(count))
    made = [replace(written(version, value), day=date(2026, 3, day)) for value in values]
    return [replace(one, record=f"{version}-{place}") for place, one in enumerate(made)]


def test_capability_is_against_the_newest_version_whichever_batch_comes_last() -> None:
    new = series("2", 40, day=2)
    late = replace(written("1", "13.0"), day=date(2026, 3, 9))  # an old sheet that came in late
    alone = trend_of("F", "Form", {"1": WIDE, "2": KILOS}, new)
    found = trend_of("F", "Form", {"1": WIDE, "2": KILOS}, [*new, late])
    assert found.points[-1].version == "1"
    assert (found.version, found.low, found.high, found.limits_text) == ("2", 12, 14, "12 to 14")
    assert (alone.has_other_limits, found.has_other_limits) == (False, True)
    assert alone.capability is not None
    assert found.capability is not None
    assert found.capability.ppk == pytest.approx(alone.capability.ppk, abs=0.02)
    assert found.capability.ppk < 1


def test_the_newest_version_counts_even_before_it_has_a_batch() -> None:
    found = trend_of("F", "Form", {"1": WIDE, "2": KILOS}, series("1", 30, day=1))
    assert (found.version, found.low, found.high) == ("2", 12, 14)
    assert found.has_other_limits


def test_the_chart_the_table_and_the_words_say_of_which_version_the_limits_are() -> None:
    values = [*series("1", 3, day=1), *series("2", 30, day=2)]
    found = trend_of("F", "Form", {"1": WIDE, "2": KILOS}, values)
    words = [one.text for one in control_drawing(found).drawing.shapes if isinstance(one, Words)]
    assert "form limits, version 2 (newest): 12 to 14; other versions have others" in words
    assert {"form low 12 (version 2)", "form high 14 (version 2)"} <= {*words}
    table = trend_frame(found)
    assert table[
        ["newest_version", "newest_low", "newest_high"]
    ].drop_duplicates().values.tolist() == [["2", 12.0, 14.0]]
    assert "Limits of version 2, the form's newest: 12 to 14 kg. Other versions" in chart_text(
        found
    )
    assert "against the limits of version 2, from 33 values" in capability_text(found)
    assert "against the limits of version 2." in summary(found)[-1]


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(None, None, "none"), (None, 14, "at most 14"), (12, None, "at least 12")],
)
def test_limits_in_words(low, high, says) -> None:
    field = replace(KILOS, low=None if low is None else Decimal(low))
    field = replace(field, high=None if high is None else Decimal(high))
    assert trend_of("F", "Form", {"2": field}, []).limits_text == says


def test_version_ten_comes_after_version_nine_and_a_later_day_after_both() -> None:
    made = [replace(form(KILOS), version=one) for one in ("10", "9", "9a", "b")]
    last = replace(form(KILOS), version="1", effective=date(2026, 1, 1))
    assert [one.version for one in in_order([last, *made])] == ["9", "9a", "10", "b", "1"]


def dated(name: str, day: date, day_from: DayFrom) -> Written:
    """A batch on that day, and what the day is."""
    return replace(written("2", "13.0"), record=name, batch_number=name, day=day, day_from=day_from)


OLD = dated("A", date(2006, 1, 2), DayFrom.MADE)
READ = dated("B", date(2006, 1, 3), DayFrom.UNSURE)
BLANK = dated("C", date(2026, 3, 2), DayFrom.RECEIVED)


def words_of(found) -> list[str]:
    shapes = control_drawing(found).drawing.shapes
    return [one.text for one in shapes if isinstance(one, Words)]


def test_a_batch_on_an_unsure_day_says_so_on_the_chart_in_the_table_and_in_words() -> None:
    found = trend_of("F", "Form", {"2": KILOS}, [BLANK, READ, OLD])
    assert [one.record for one in found.points] == ["A", "B", "C"]
    assert list(trend_frame(found)["day_from"]) == ["made", "unsure", "received"]
    words = words_of(found)
    assert words.count("?") == 1
    assert {"2006-01-02", "2006-01-03 ?", "[2026-03-02]"} <= {*words}
    (legend,) = (one for one in words if one.startswith("in a box"))
    assert legend.endswith("not known (1); with a question mark: the day of making is not sure (1)")
    boxes = [one for one in control_drawing(found).drawing.shapes if is_box(one)]
    assert len(boxes) == 1
    assert days_text(found).startswith(
        "Days: 1 on the day of receipt, since the record says no day"
    )
    hovers = [" ".join(spot_of(found, place).lines) for place in range(3)]
    assert "day of" not in hovers[0]
    assert "nobody has looked at it" in hovers[1]
    assert "the record says no day of making" in hovers[2]


def is_box(shape: object) -> bool:
    """A small closed line around a point."""
    if not isinstance(shape, Stroke) or len(shape.points) != 5:
        return False
    return shape.points[0] == shape.points[-1] and shape.width == 1.2


def test_a_form_that_bears_no_day_says_so_once_and_not_at_each_point() -> None:
    found = trend_of("F", "Form", {"2": KILOS}, [BLANK, replace(BLANK, record="D")])
    assert "all on the day of receipt: no record says when the batch was made" in words_of(found)
    assert not any(map(is_box, control_drawing(found).drawing.shapes))
    assert "2026-03-02" in words_of(found)
    assert days_text(found).startswith("Batches stand on their days of receipt")


def test_where_all_days_are_sure_nothing_is_said_of_them() -> None:
    found = trend_of("F", "Form", {"2": KILOS}, [OLD])
    assert days_text(found) == ""
    assert "" in words_of(found)
    assert "?" not in words_of(found)


def test_a_batch_that_may_be_of_these_days_is_left_out_and_counted() -> None:
    span = Span(since=date(2026, 1, 1))
    late = replace(OLD, record="late", day=date(2026, 3, 1))
    found = trend_of("F", "Form", {"2": KILOS}, [OLD, READ, BLANK, late], span=span)
    assert [one.record for one in found.points] == ["late", "C"]
    assert found.left_out == ((LeftOut.UNDATED, 1),)
    before = trend_of("F", "Form", {"2": KILOS}, [OLD, BLANK], span=Span(until=date(2020, 1, 1)))
    assert [one.record for one in before.points] == ["A"]
    assert before.left_out == ((LeftOut.UNDATED, 1),)
    said = "Left out: 1 outside these days, but nobody is sure of their day."
    assert left_out_text(before) == said
    assert "1 outside these days, but nobody is sure of their day" in summary(before)[0]


def test_a_record_that_lacks_the_entry_is_left_out_and_counted() -> None:
    lacks = replace(OLD, record="lacks", value="", state=None)
    found = trend_of("F", "Form", {"2": KILOS}, [OLD, lacks])
    assert found.left_out == ((LeftOut.MISSING, 1),)
    assert left_out_text(found) == "Left out: 1 without the entry, since its page is missing."
