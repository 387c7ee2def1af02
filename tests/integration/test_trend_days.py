"""On which day a batch stands in a trend, and what is said where nobody is sure of it."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from batch_records import BatchReader
from record_builders import FORM_YAML, NOON, HandClock, entry, reading, write_form
from site_records import READER, do, read

from pipeline.archive import SearchQuery, look
from pipeline.core.batch_days import DayFrom
from pipeline.core.review import Correct
from pipeline.core.trend import LeftOut
from pipeline.settings import Settings
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.trends import Asked, trend

MADE = """\
      - name: made
        box: [40, 80, 50, 9]
        label: Made on
        type: date
        format: DD/MM/YYYY
        means: manufacturing_date
"""
WEIGHT = Asked("BMR-001", "weight")


@dataclass
class DatedReader(BatchReader):
    """Reads every scan as a batch made on that day, so sure."""

    day: str = ""
    sure: float = 0.999
    lacks: str = ""

    def __call__(self, scan, known, options):
        read_scan = super().__call__(scan, known, options)
        on = next(iter(known.forms)).field("made")
        made = entry("remark", reading(self.day, self.sure), accepted=self.sure > 0.99)
        made = replace(made, field=on.name, type=on.type, box=on.box)
        (one,) = read_scan.records
        kept = tuple(it for it in one.entries if it.field != self.lacks)
        return replace(read_scan, records=(replace(one, entries=(*kept, made)),))


def dated_form(folder: Path, extra: str) -> Site:
    write_form(folder / "forms" / "granulation")
    (folder / "forms" / "granulation" / "form.yaml").write_text(FORM_YAML + extra)
    settings = Settings(site=folder / "site", critical_fields="none")
    clock = HandClock(NOON)
    return make_site(settings, forms=folder / "forms", is_demo=True, clock=clock).site


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    return dated_form(tmp_path, MADE)


def batch(site: Site, number: int, day: str, **about) -> str:
    made = DatedReader(f"XB15-{number:04}", reading("L1"), reading("13.2", 0.999), day, **about)
    return read(site, number, made)


def placed(site: Site, **days) -> dict[str, tuple[str, str]]:
    points = trend(site, replace(WEIGHT, **days), by=READER).points
    return {one.batch_number[-1]: (str(one.day), one.day_from.value) for one in points}


def left_out(site: Site, **days) -> dict[LeftOut, int]:
    return dict(trend(site, replace(WEIGHT, **days), by=READER).left_out)


def test_each_batch_says_whether_its_day_is_made_unsure_or_received(plant: Site) -> None:
    batch(plant, 1, "01/01/2006")
    unsure = batch(plant, 2, "03/01/2016", sure=0.4)
    batch(plant, 3, "")
    assert placed(plant) == {
        "1": ("2006-01-01", "made"),
        "2": ("2016-01-03", "unsure"),
        "3": ("2026-03-02", "received"),
    }
    do(plant, unsure, Correct("made", "03/01/2006", "a 0"))
    assert placed(plant)["2"] == ("2006-01-03", "made")


def test_a_batch_whose_day_is_not_sure_does_not_disappear_between_days(plant: Site) -> None:
    batch(plant, 1, "01/01/2026")
    batch(plant, 2, "03/01/2016", sure=0.4)
    batch(plant, 3, "05/01/2016")
    assert [*placed(plant, since=date(2026, 1, 1))] == ["1"]
    assert left_out(plant, since=date(2026, 1, 1)) == {LeftOut.UNDATED: 1}
    assert left_out(plant) == {}


def test_a_form_without_a_day_of_making_stands_on_its_first_date_as_in_a_search(
    tmp_path: Path,
) -> None:
    site = dated_form(tmp_path, MADE.replace("        means: manufacturing_date\n", ""))
    batch(site, 1, "16/07/2019")
    batch(site, 2, "17/07/2019", sure=0.4)
    batch(site, 3, "")
    assert placed(site) == {
        "1": ("2019-07-16", "made"),
        "2": ("2019-07-17", "unsure"),
        "3": ("2026-03-02", "received"),
    }
    found = look(site, SearchQuery("made:2019-07"))
    assert {hit.batch_number[-1] for hit in found.hits} == {"1", "2"}


def test_a_record_without_the_entry_is_counted(plant: Site) -> None:
    batch(plant, 1, "01/01/2006")
    batch(plant, 2, "02/01/2006", lacks="weight")
    assert left_out(plant) == {LeftOut.MISSING: 1}
    assert [*placed(plant)] == ["1"]


def test_a_month_of_making_in_a_text_field_leaves_the_day_of_receipt(tmp_path: Path) -> None:
    text = MADE.replace("type: date", "type: text").replace("        format: DD/MM/YYYY\n", "")
    site = dated_form(tmp_path, text)
    batch(site, 1, "MAY 2016")
    (point,) = trend(site, WEIGHT, by=READER).points
    assert point.day_from is DayFrom.RECEIVED
