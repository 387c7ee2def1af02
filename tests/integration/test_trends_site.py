"""Trends of a site, the same on both databases, and as files."""

import csv
import io
from datetime import date

import pytest
from batch_records import read_batch
from PIL import Image
from record_builders import NOON
from site_records import READER, REVIEWER, approved, do, make_ready
from typer.testing import CliRunner

from extractors.values import State
from pipeline.cli.app import build
from pipeline.core.control_chart import Rule
from pipeline.core.review import Confirm, Correct, Dispose
from pipeline.core.trend import LeftOut
from pipeline.core.values import TAKEN_BACK, Outcome
from pipeline.errors import InputRefused
from pipeline.quality import CORRECTION, Between, quality, quality_frame, turnaround
from pipeline.review import open_record
from pipeline.revisions import amend
from pipeline.site import HERE, Site
from pipeline.trail import trail
from pipeline.trends import Asked, charted_forms, trend

WEIGHT = Asked("BMR-001", "weight")
WEIGHTS = ("13.0", "13.2", "12.9", "13.1", "13.3", "13.0", "12.8", "13.1", "13.2", "19.0")


def told(site: Site, asked: Asked = WEIGHT, **keys):
    return trend(site, asked, by=READER, **keys)


def test_points_come_in_the_order_of_their_days_with_the_forms_limits(site, clock) -> None:
    for number in (2, 1):
        read_batch(site, number, weight=WEIGHTS[number])
        clock.move(days=1)
    found = told(site)
    assert [(one.batch_number, one.shown, one.value) for one in found.points] == [
        ("XB15-0002", "12.9", 12.9),
        ("XB15-0001", "13.2", 13.2),
    ]
    assert [one.day for one in found.points] == [date(2026, 3, 2), date(2026, 3, 3)]
    assert (found.low, found.high, found.unit) == (None, 20.0, "kg")
    second = told(site, Asked("BMR-001", "weight", since=date(2026, 3, 3)))
    assert [one.batch_number for one in second.points] == ["XB15-0001"]
    first = told(site, Asked("BMR-001", "weight", until=date(2026, 3, 2)))
    assert [one.batch_number for one in first.points] == ["XB15-0002"]


def test_the_corrected_value_is_the_point_and_what_nobody_looked_at_is_hollow(site) -> None:
    read_batch(site, 1, weight="13.2", sure=0.5)
    second = read_batch(site, 2, weight="132", sure=0.5)
    do(site, second, Correct("weight", "13.4", "a point was lost"))
    points = told(site).points
    assert {one.batch_number: (one.value, one.is_settled) for one in points} == {
        "XB15-0001": (13.2, False),
        "XB15-0002": (13.4, True),
    }


def test_the_last_answer_counts_and_one_that_is_taken_back_does_not(site) -> None:
    record = read_batch(site, 1, weight="25.0", sure=0.5)
    do(site, record, Correct("lot", "L2", "a 2"))  # the checks look at the weight, too
    assert [one.is_settled for one in told(site).points] == [False]
    (flag,) = open_record(site, record).record.entry("weight").flags
    do(site, record, Confirm("weight", "compared"))
    assert [one.is_settled for one in told(site).points] == [True]
    do(site, record, Dispose("weight", flag.name, Outcome.TAKEN_BACK, "a slip"))
    assert [one.is_settled for one in told(site).points] == [False]
    do(site, record, Dispose("weight", flag.name, Outcome.CANNOT_BE_READ, "a blot"))
    found = told(site)
    assert (found.points, dict(found.left_out)) == ((), {LeftOut.UNREADABLE: 1})
    do(site, record, Dispose("weight", flag.name, Outcome.TAKEN_BACK, "a slip"))
    assert len(told(site).points) == 1


def test_a_correction_that_is_taken_back_settles_nothing(site) -> None:
    record = read_batch(site, 2, weight="13.2", sure=0.5)
    do(site, record, Correct("weight", "13.4", "a 4"))
    do(site, record, Correct("weight", "13.2", TAKEN_BACK))
    (point,) = told(site).points
    assert (point.value, point.is_settled, point.probability) == (13.2, False, 0.5)


def test_what_is_no_number_under_the_fields_format_is_left_out_and_counted(site) -> None:
    values = {1: ("", State.BLANK), 2: ("", State.NOT_APPLICABLE), 3: ("", State.UNREADABLE)}
    for number, (value, state) in values.items():
        record = read_batch(site, number)
        do(site, record, Correct("weight", value, "as it is", state))
    read_batch(site, 4, weight="13.25")  # one decimal is asked for
    found = told(site)
    assert found.points == ()
    assert dict(found.left_out) == {
        LeftOut.BLANK: 1,
        LeftOut.NOT_APPLICABLE: 1,
        LeftOut.UNREADABLE: 1,
        LeftOut.NO_NUMBER: 1,
    }


def test_a_point_that_breaks_a_rule_is_named(sqlite_site) -> None:
    for number, weight in enumerate(WEIGHTS, start=1):
        read_batch(sqlite_site, number, weight=weight)
    found = told(sqlite_site)
    assert [place for place in range(10) if Rule.BEYOND_LIMIT in found.rules(place)] == [9]


def test_chosen_records_alone_are_charted(site) -> None:
    first = read_batch(site, 1)
    read_batch(site, 2)
    assert [one.record for one in told(site, only=frozenset({first})).points] == [first]


@pytest.mark.parametrize(("form", "field"), [("BMR-9", "weight"), ("BMR-001", "lot")])
def test_a_field_without_a_chart_is_refused_by_name(sqlite_site, form, field) -> None:
    with pytest.raises(InputRefused, match=r"no form BMR-9|take one of weight"):
        told(sqlite_site, Asked(form, field))


def test_the_forms_with_charts_are_listed(sqlite_site) -> None:
    (form,) = charted_forms(sqlite_site, by=READER)
    assert (form.form, [field.name for field in form.fields]) == ("BMR-001", ["weight"])


def test_corrections_and_flags_are_counted_by_step_and_person(site) -> None:
    record = read_batch(site, 1)
    do(site, record, Correct("lot", "L2", "a 2"))
    found = quality(site, Between(), by=READER)
    counts = {(one.step, one.person, one.what): one.count for one in found.counts}
    assert found.records == 1
    assert counts["", "reviewer", CORRECTION] == 1
    assert counts["1", "", "missing signature"] == 1
    assert quality_frame(found)["per_100_records"].max() == 100
    later = Between(since=date(2026, 3, 3))
    assert quality(site, later, by=READER).counts == ()
    assert quality(site, Between(form="another"), by=READER).records == 0


def test_an_amendment_in_progress_is_not_counted_beside_the_approved_record(site) -> None:
    old = approved(site)
    before = quality(site, Between(), by=READER)
    amend(site, old, "a wrong lot", by=REVIEWER)
    assert quality(site, Between(), by=READER) == before
    assert before.records == 1


def test_turnaround_runs_from_received_to_approved(site, clock) -> None:
    record = approved(site)
    (spent,) = turnaround(site, Between(), by=READER).spent
    assert (spent.record, spent.received_at, spent.hours) == (record, NOON, 0.0)
    other = read_batch(site, 5)
    clock.move(hours=30)
    make_ready(site, other)
    assert turnaround(site, Between(), by=READER).slow_hours == 0.0


def test_the_command_writes_the_points_and_the_chart(sqlite_site, tmp_path) -> None:
    for number, weight in enumerate(WEIGHTS, start=1):
        read_batch(sqlite_site, number, weight=weight)
    words = [
        *("trend", "--form", "BMR-001", "--field", "weight", "--from", "2026-03-01"),
        *("--csv", str(tmp_path / "a.csv"), "--png", str(tmp_path / "a.png")),
        *("--site", str(sqlite_site.settings.site)),
    ]
    done = CliRunner().invoke(build(words), words)
    assert done.exit_code == 0, done.output
    assert "XB15-0010  19.0  rule 1" in done.stdout
    with trail(sqlite_site) as lines:
        taken = [(one.where, one.reason) for one in lines if one.kind == "exported"]
    assert taken == [(HERE, "BMR-001-weight.csv"), (HERE, "BMR-001-weight.png")]
    rows = [*csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig")))]
    assert [row["as_written"] for row in rows] == list(WEIGHTS)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size[0] > 2000
        colours = {colour for _, colour in picture.getcolors(1 << 24)}
    assert (0x1D, 0x5F, 0x96) in colours  # a point


def run(site: Site, *words: str):
    line = [*words, "--site", str(site.settings.site)]
    return CliRunner().invoke(build(line), line)


@pytest.mark.parametrize(
    ("command", "name", "says", "sums"),
    [
        ("quality", "corrections-and-flags", "BMR-001  reviewer", "Flags and corrections: 2,"),
        ("turnaround", "turnaround", "XB15-2288  BMR-001  0.00 h", "Approved: 1. Half of them"),
    ],
)
def test_the_command_writes_counts_and_turnaround_as_a_table_and_a_picture(
    sqlite_site, tmp_path, command, name, says, sums
) -> None:
    approved(sqlite_site)
    files = ("--csv", str(tmp_path / "a.csv"), "--png", str(tmp_path / "a.png"))
    done = run(sqlite_site, command, "--form", "BMR-001", "--from", "2026-03-01", *files)
    assert done.exit_code == 0, done.output
    assert says in done.stdout
    assert sums in done.stderr
    rows = [*csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig")))]
    assert {row["form"] for row in rows} == {"BMR-001"}
    with Image.open(tmp_path / "a.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert (0x1D, 0x5F, 0x96) in colours
    with trail(sqlite_site) as lines:
        taken = [(one.where, one.reason) for one in lines if one.kind == "exported"]
    assert taken == [(HERE, f"{name}.csv"), (HERE, f"{name}.png")]


@pytest.mark.parametrize("command", ["quality", "turnaround"])
def test_the_command_refuses_an_unknown_form_and_an_empty_picture(
    sqlite_site, tmp_path, command
) -> None:
    unknown = run(sqlite_site, command, "--form", "BMR-9")
    assert unknown.exit_code == 2
    assert "BMR-9: there is no form BMR-9; look at the list of forms" in unknown.stderr
    empty = run(sqlite_site, command, "--png", str(tmp_path / "a.png"))
    assert empty.exit_code == 2
    assert "take other days, or another form" in empty.stderr
    assert not (tmp_path / "a.png").exists()
