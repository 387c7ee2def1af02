"""What the screens say: words, stops, rows and sentences, without a browser or a site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from record_builders import FORM, NOON, entry, reading, record

from extractors.values import EntryKind, Previous, State
from pipeline.core.values import Disposition, Flag, Outcome, Severity
from pipeline.errors import NotAllowed
from pipeline.store.chain import FIRST, TrailEvent
from review_ui.parts import desk_data, story
from review_ui.parts.desk_data import entry_data, flag_data, page_data, stop_data
from review_ui.parts.markup import piece
from review_ui.parts.stops import WHOLE, after, first_open, next_open, stops
from review_ui.parts.words import age, counted, percent, plain, sentence, shown_value
from review_ui.sign_in import where_next

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def printed_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts, without a site."""
    people = {"reviewer": "Ruth Lindqvist", "approver": "Amir Castellan"}
    for module in ("desk_data", "story", "approval"):
        monkeypatch.setattr(
            f"review_ui.parts.{module}.name_of", lambda user: people.get(user, user)
        )


def answered(flag: Flag) -> Disposition:
    outcome = Outcome.TRULY_MISSING
    return Disposition(flag.name, outcome, "Nobody signed", "reviewer", NOON, flag.detail)


def test_text_from_a_scan_is_never_markdown() -> None:
    assert plain("*bold* [link](x) :red[x] $1$ `c` <b>") == (
        r"\*bold\* \[link\]\(x\) \:red\[x\] \$1\$ \`c\` \<b\>"
    )


def test_text_from_a_scan_is_never_html() -> None:
    assert SCRIPT not in piece("<b>$value</b>", value=SCRIPT)
    assert "&lt;script&gt;" in piece("<b>$value</b>", value=SCRIPT)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (3000, "2 days")],
)
def test_waiting_time_is_told_in_its_largest_unit(minutes: int, words: str) -> None:
    assert age(NOON, NOON + timedelta(minutes=minutes)) == words


def test_the_machine_is_never_shown_as_quite_certain() -> None:
    assert percent(0.9999) == "over 99 %"
    assert percent(0.713) == "71 %"


def test_a_count_and_its_noun_agree() -> None:
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2, "entry", "entries") == "2 entries"


def test_a_refusal_is_a_sentence() -> None:
    assert sentence(NotAllowed("the record is approved", "ask")) == "The record is approved; ask."


@pytest.mark.parametrize(
    ("value", "state", "kind", "words"),
    [
        ("13.2", State.FILLED, EntryKind.NUMBER, "13.2"),
        ("", State.BLANK, EntryKind.NUMBER, "blank"),
        ("", State.FILLED, EntryKind.SIGNATURE, "signed"),
        ("true", State.CHECKED, EntryKind.CHECKBOX, "marked"),
        ("", State.UNREADABLE, EntryKind.TEXT, "can't be read"),
    ],
)
def test_a_value_is_never_an_empty_place(
    value: str, state: State, kind: EntryKind, words: str
) -> None:
    assert shown_value(value, state, kind) == words


def test_stops_begin_with_the_whole_record_and_go_down_the_page() -> None:
    missing = Flag("missing_page", Severity.CRITICAL, "Page 2 is not there.")
    assert [stop.key for stop in stops(record(flags=(missing,)))] == [
        WHOLE + "missing_page",
        "lot",
        "signed",
    ]


def test_an_answered_flag_waits_no_more() -> None:
    read = record()
    lot = read.entry("lot")
    changed = replace(lot, dispositions=(answered(lot.flags[0]),))
    found = stops(replace(read, entries=tuple(changed if e is lot else e for e in read.entries)))
    assert [(stop.key, stop.is_open) for stop in found] == [("lot", False), ("signed", True)]
    assert first_open(found) == "signed"


def test_a_flag_that_says_something_new_waits_again() -> None:
    read = record()
    lot = read.entry("lot")
    other = replace(lot.flags[0], detail="Read as 'L99'.")
    changed = replace(lot, flags=(other,), dispositions=(answered(lot.flags[0]),))
    found = stops(replace(read, entries=(changed,)))
    assert [stop.is_open for stop in found] == [True]


def test_after_an_answer_the_way_goes_on_to_the_next_stop_that_waits() -> None:
    before = stops(record())
    now = tuple(stop for stop in before if stop.key != "lot")
    assert next_open(before, now, "lot") == "signed"


def test_the_way_through_the_stops_goes_around() -> None:
    found = stops(record())
    assert after(found, "signed", 1) == "lot"
    assert after(found, "lot", -1) == "signed"
    assert after((), "lot", 1) == "lot"


def test_a_box_in_millimetres_is_a_box_in_percent_of_its_page() -> None:
    drawn = desk_data.box(entry("lot", reading("A")), FORM, (210.0, 297.0))
    assert drawn[:3] == ["lot", "Lot of lactose: A", "accepted"]
    assert drawn[3:] == pytest.approx([19.048, 10.774, 23.81, 3.03], abs=0.001)


def test_the_reading_is_shown_beside_what_was_crossed_out() -> None:
    data = entry_data(
        entry("weight", reading("13.2", previous=(Previous("13.8", "MJ"),))), record(), FORM
    )
    assert data["read"] == "13.2"
    assert data["previous"] == [["13.8", "MJ"]]
    assert data["asked"] == "1 decimal"


def test_a_flag_says_why_by_which_rule_and_how_it_was_answered() -> None:
    flag = record().entry("signed").flags[0]
    data = flag_data(flag, (answered(flag),))
    assert data["title"] == "Signature missing"
    assert data["rule"] == "E1, E2, E4 · 21 CFR 211.188(b)(11), 211.101, 211.192"
    assert data["answer"].startswith("truly missing: Nobody signed (Ruth Lindqvist, ")
    assert not data["is_open"]
    assert flag_data(flag, ())["answer"] == ""


def test_the_other_readings_are_choices_without_the_one_that_stands() -> None:
    data = stop_data(stops(record())[0], record(), FORM, ())
    assert [one[:2] for one in data["alternatives"]] == [
        ["L08481V", "L08481V"],
        ["L0848W", "L0848W"],
    ]
    assert {"confirm", "correct", "unreadable", "rescan"} <= set(data["can"])


def test_the_table_of_a_page_says_of_each_entry_how_it_stands_and_who_touched_it() -> None:
    read = record()
    lot = replace(read.entry("lot"), dispositions=(answered(read.entry("lot").flags[0]),))
    paper = page_data(
        replace(read, entries=tuple(lot if e.field == "lot" else e for e in read.entries)),
        FORM,
        1,
        (1,),
    )
    rows = {row[0]: row for row in paper["rows"]}
    assert rows["lot"][5:8] == ["answered", ["▲ Not read with certainty"], "Ruth Lindqvist"]
    assert rows["weight"][5:] == ["accepted", [], "", ""]
    assert rows["signed"][5] == "open"


def event(kind: str, **changes: object) -> TrailEvent:
    fields = {"by": "reviewer", "at": NOON, "where": "screen", "sequence": 1, "previous": FIRST}
    return TrailEvent(kind=kind, digest=FIRST, **(fields | changes))  # type: ignore[arg-type]


LABELS = {field.name: field.label for field in FORM.fields}


def test_the_story_tells_who_corrected_what_from_what_to_what_and_why() -> None:
    told = story.told(
        event("corrected", field="lot", old="L0848N", new="L08481V", reason="Misread"), LABELS
    )
    assert "Ruth Lindqvist</b> corrected <em>Lot of lactose</em>" in told
    assert "<s>L0848N</s> to <b>L08481V</b>: <q>Misread</q>" in told


def test_the_story_tells_how_a_flag_was_answered() -> None:
    told = story.told(
        event(
            "disposed", field="signed", old="missing_signature", new="truly_missing", reason="DEV-7"
        ),
        LABELS,
    )
    assert "answered “Signature missing” at <em>Done by</em> with <b>truly missing</b>" in told


def test_the_story_tells_how_pages_were_arranged() -> None:
    told = story.told(
        event("arranged", by="control", old="[1, 2]", new="[1]; [2] 0f0f", reason=None), LABELS
    )
    assert "<b>[1]; [2]</b>, before <s>[1, 2]</s>" in told
    assert "page 3 is LC-031 version 4 page 1" in story.told(
        event("page_assigned", new="page 3 is LC-031 version 4 page 1"), LABELS
    )


def test_the_story_tells_what_it_has_no_sentence_for() -> None:
    assert "something new" in story.told(event("something_new"), LABELS)


def test_a_reason_that_looks_like_a_script_is_told_as_text() -> None:
    assert SCRIPT not in story.told(event("commented", reason=SCRIPT), LABELS)


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/record?record=a-1", "/record?record=a-1"),
        ("", "/"),
        (None, "/"),
        ("https://elsewhere.example/x", "/"),
        ("//elsewhere.example/x", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in?next=/", "/"),
    ],
)
def test_signing_in_never_leads_to_another_site(wanted: str | None, there: str) -> None:
    assert where_next(wanted) == there


def test_the_clock_of_a_story_has_a_zone() -> None:
    assert "2026-03-02 12:00 UTC" in story.told(
        event("read", at=datetime(2026, 3, 2, 12, tzinfo=UTC)), {}
    )
