"""A parameter over batches whose form changed its unit on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from core_examples import field

from extractors.values import State
from pipeline.core.trend import LeftOut, Written, trend_of
from pipeline.core.values import RecordState

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
