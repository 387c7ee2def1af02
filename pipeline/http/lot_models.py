"""What the API says of lots: the genealogy's batches and lots, its links, and its gaps."""

from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.core.genealogy import GapKind
from pipeline.core.lot_uses import UseKind
from pipeline.core.values import RecordState
from pipeline.genealogy import Direction


def _finite(value: Any) -> float | None:
    """The number, None where it is none that JSON can write."""
    number = None if value is None else float(value)
    return number if number is not None and isfinite(number) else None


Number = Annotated[float | None, BeforeValidator(_finite)]
"""A number; null where there is none."""


class Balance(BaseModel):
    """What is known of a number in one unit; null where no record says it."""

    model_config = ConfigDict(from_attributes=True)

    unit: str
    material: str = Field("", description="Where the number stands beside several: of which.")
    there: Number = Field(description="Made or received.")
    went_in: Number
    used: Number
    rest: Number = Field(
        description="Below nothing where more was used than can have been there; null where that "
        "can't be told."
    )
    possible: Number = Field(description="What may have been used beside that.")


class MadeBy(BaseModel):
    """A record that made the number, or in which it was received."""

    kind: UseKind
    record: str
    record_state: RecordState
    form: str
    version: str
    revision: int
    stands: bool = Field(description="False: another revision stands, or it was rejected.")
    field: str | None
    page: int | None


class Place(BaseModel):
    """A batch or a lot on the way."""

    key: str = Field(description="The number as numbers are compared; links name it so.")
    number: str
    level: int = Field(description="Steps from the number asked for, which has 0.")
    is_batch: bool = Field(description="A record of the archive made it.")
    is_possible: bool = Field(description="Only possible links lead to it.")
    probability: Number
    materials: list[str]
    made_by: list[MadeBy]
    balances: list[Balance]


class LotLink(BaseModel):
    """One lot in one batch, as one record says, or may say; a line of the recall list."""

    level: int
    lot_key: str
    lot: str
    batch_key: str
    batch: str
    certainty: Literal["read", "possible"] = Field(
        description="`possible`: what a reading may also be."
    )
    probability: Number
    material: str
    quantity: Number
    unit: str
    counted: bool = Field(description="Whether the quantity is added up.")
    record: str
    record_state: RecordState
    form: str
    version: str
    revision: int
    field: str
    page: int | None
    note: str


class Gap(BaseModel):
    """Something that the archive does not answer, in one plain sentence."""

    model_config = ConfigDict(from_attributes=True)

    kind: GapKind
    key: str
    detail: str
    record: str | None
    field: str | None


class UnreadLot(BaseModel):
    """A lot that nobody could read, or that is not named: it may be the one that is asked for."""

    record: str
    record_state: RecordState
    field: str | None
    page: int | None
    batch: str


class Meant(BaseModel):
    """A number that may have been meant, and how many records hold it."""

    number: str
    records: int


class Genealogy(BaseModel):
    """Where a lot went, or what went into a batch."""

    asked: str
    direction: Direction
    levels: int
    is_known: bool = Field(description="Whether the archive knows anything of the number.")
    places: list[Place]
    links: list[LotLink]
    gaps: list[Gap]
    meant: list[Meant] = Field(description="Where no record holds the number: others like it.")
    unread: list[UnreadLot] = Field(description="Forward only; 200 at most.")
