"""What the API says of many batches: a parameter's points and limits, counts, and turnaround."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from pipeline.core.batch_days import DayFrom
from pipeline.core.trend import LeftOut
from pipeline.core.values import RecordState
from pipeline.http.lot_models import Number


class TrendPoint(BaseModel):
    """An entry on the chart: where it stands, what it is, and which rules it completes."""

    record: str
    record_state: RecordState
    batch_number: str
    version: str
    field: str
    page: int
    day: date = Field(description="The batch's day of making, or else of its record's arrival.")
    day_from: DayFrom = Field(
        description="`made`: it was made on that day; `unsure`: so it was read, and nobody has "
        "looked; `received`: its record says no day of making, and arrived on that day."
    )
    received_at: datetime
    value: Number = Field(description="A time of day is in hours.")
    as_written: str
    written_unit: str
    is_settled: bool = Field(
        description="Approved, corrected, confirmed, or accepted as surely read."
    )
    probability: Number
    form_low: Number
    form_high: Number
    is_out: bool = Field(description="Outside the limits of its own form version.")
    rules: list[int] = Field(description="The Western Electric rules that it completes, 1 to 4.")
    moving_range: Number


class Limits(BaseModel):
    """A centre line with what is expected around it."""

    model_config = ConfigDict(from_attributes=True)

    centre: Number
    low: Number
    high: Number


class Chart(BaseModel):
    """Limits out of what is settled: mean ± 2.660 mean moving ranges."""

    model_config = ConfigDict(from_attributes=True)

    individuals: Limits
    ranges: Limits = Field(description="Of the moving range.")
    sigma: Number
    is_trial: bool = Field(description="From fewer than 20 points.")


class Capability(BaseModel):
    """How well the process keeps within the limits of the form's newest version."""

    model_config = ConfigDict(from_attributes=True)

    count: int
    mean: Number
    within: Number = Field(description="Standard deviation out of the moving range.")
    overall: Number = Field(description="Standard deviation of all values.")
    cp: Number
    cpk: Number
    pp: Number
    ppk: Number
    ppk_low: Number = Field(description="95 % interval of Ppk.")
    ppk_high: Number


class Trend(BaseModel):
    """A parameter over batches, in the order of their days."""

    form: str
    title: str
    parameter: str
    label: str
    unit: str
    newest_version: str = Field(
        description="The form's newest version with this field; limits and capability are of it."
    )
    form_low: Number = Field(description="The form's own limit, in its newest version.")
    form_high: Number
    has_other_limits: bool = Field(
        description="Points were written under other limits than those of the newest version."
    )
    points: list[TrendPoint]
    chart: Chart | None = Field(description="Null for fewer than two points.")
    capability: Capability | None = Field(
        description="Null for fewer than 30 settled points, or where the form has no limits."
    )
    left_out: dict[LeftOut, int] = Field(description="How many entries are no point, and why.")


class Count(BaseModel):
    """How often a flag was raised, or a reading corrected, in a step, under whose name."""

    form: str
    step: str
    person: str = Field(
        description="Who corrected (an account); of flags, the initials under performed by."
    )
    what: str
    count: int
    per_100_records: Number


class Quality(BaseModel):
    """What was flagged and corrected in so many records, the most frequent first."""

    records: int
    counts: list[Count]
    next: str | None = Field(description="The address of the next part, if any.")


class Spent(BaseModel):
    """How long a record took from being received to its approval."""

    model_config = ConfigDict(from_attributes=True)

    record: str
    batch_number: str
    form: str
    received_at: datetime
    approved_at: datetime
    hours: Number


class Turnaround(BaseModel):
    """How long approved records took, in the order of their approval."""

    model_config = ConfigDict(from_attributes=True)

    median_hours: Number
    slow_hours: Number = Field(description="Nine of ten took no longer.")
    spent: list[Spent]
    next: str | None = Field(description="The address of the next part, if any.")
