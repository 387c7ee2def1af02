"""Master forms: one version of one blank form, and every field on it.

Values only; `pipeline.forms` loads and refuses (spec/master-form.md). Lengths in millimetres.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from extractors.values import Box, EntryKind


class Role(StrEnum):
    """What a person signed for."""

    PERFORMED_BY = "performed_by"
    VERIFIED_BY = "verified_by"
    REVIEWED_BY = "reviewed_by"
    APPROVED_BY = "approved_by"


class Meaning(StrEnum):
    """What an entry stands for in a search."""

    BATCH_NUMBER = "batch_number"
    PRODUCT = "product"
    MATERIAL = "material"
    LOT = "lot"
    EQUIPMENT = "equipment"
    QUANTITY = "quantity"
    YIELD = "yield"
    MANUFACTURING_DATE = "manufacturing_date"
    EXPIRY_DATE = "expiry_date"
    DEVIATION = "deviation"


@dataclass(frozen=True)
class Field:
    """A place on the form. Keys as in spec/master-form.md; what is absent is None or empty."""

    name: str
    label: str
    type: EntryKind
    page: int
    box: Box
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    decimals: int | None = None
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    format: str | None = None
    group: str | None = None
    role: Role | None = None
    required: bool = False
    required_if: str | None = None
    step: str | None = None
    same_as: str | None = None
    not_before: str | None = None
    equals: str | None = None
    tolerance: Decimal = Decimal(0)
    means: Meaning | None = None


@dataclass(frozen=True)
class FormPage:
    """One page of a master form: its number from 1, its size (width, height) and its fields."""

    page: int
    size_mm: tuple[float, float]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class MasterForm:
    """One version of one blank form. `folder` holds form.yaml and the blank."""

    form: str
    version: str
    title: str
    pages: tuple[FormPage, ...]
    blank: Path
    effective: date | None = None
    superseded: date | None = None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields, page by page, in the order of the file."""
        return tuple(field for page in self.pages for field in page.fields)

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}
