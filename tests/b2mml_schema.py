"""The schemas of B2MML, which MESA publishes and this repository does not hold."""

import os
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[1]
VARIABLE = "RECORDROOM_B2MML"
FILE = "BatchML-BatchProductionRecord.xsd"


def schemas() -> Path | None:
    """The folder that holds them, None where there is none."""
    folder = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "b2mml")
    return next((path.parent for path in sorted(folder.rglob(FILE))), None)


@cache
def schema() -> etree.XMLSchema:
    """The schema of a batch production record; the test is skipped where it is not there."""
    folder = schemas()
    if folder is None:
        pytest.skip(f"NO B2MML SCHEMAS: set {VARIABLE} to a folder that holds {FILE}")
    return etree.XMLSchema(etree.parse(str(folder / FILE)))


def complaints(content: bytes) -> list[str]:
    """What the schema finds wrong with a document."""
    judge = schema()
    judge.validate(etree.fromstring(content))
    return [f"{one.line}: {one.message}" for one in judge.error_log]
