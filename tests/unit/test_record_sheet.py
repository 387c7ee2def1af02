"""The sheets before the scan: everything that people did is on them, and what is sealed is not."""

from dataclasses import replace

from record_builders import FORM, NOON, entry, reading, record

from extractors.values import Previous, State
from pipeline.core.keyed import Keying, KeyingStep
from pipeline.core.record_sheet import SheetSource, TrailLine, record_sheet
from pipeline.core.report import Paragraph, Table
from pipeline.core.values import Correction, RecordState, Signature

LINE = TrailLine(NOON, "control", "received", "", "", "a" * 64, "", "d" * 64)


def sheets(one) -> dict[str, str]:
    """The words of each section."""
    holds = tuple(True for _ in one.signatures)
    source = SheetSource(one, FORM, NOON, (LINE,), holds, "c" * 64, {"ruth": "Ruth Lindqvist"})
    found = {}
    for section in record_sheet(source).sections:
        words = []
        for block in section.blocks:
            if isinstance(block, Paragraph):
                words.append(block.text)
            elif isinstance(block, Table):
                words += [" | ".join(map(str, row)) for row in block.rows]
        found[section.heading] = "\n".join(words)
    return found


def with_lot(**changes):
    one = record(id="R1")
    lot = replace(one.entry("lot"), **changes)
    return replace(one, entries=tuple(lot if e.field == "lot" else e for e in one.entries))


def test_a_record_that_is_not_approved_says_so_and_an_approved_one_does_not() -> None:
    assert "NOT APPROVED" in sheets(record())["Record"]
    assert "NOT APPROVED" not in sheets(record(state=RecordState.APPROVED))["Record"]


def test_each_correction_stands_with_its_old_value_and_who_made_it() -> None:
    first = Correction("L08481", State.FILLED, "one sign less", "ruth", NOON)
    second = Correction("", State.BLANK, "nothing there", "ruth", NOON)
    rows = sheets(with_lot(corrections=(first, second)))["Corrections"].splitlines()
    assert rows == [
        "Lot of lactose | L0848N | L08481 | one sign less | "
        "Ruth Lindqvist (ruth), 2026-03-02 12:00:00 UTC",
        "Lot of lactose | L08481 | blank | nothing there | "
        "Ruth Lindqvist (ruth), 2026-03-02 12:00:00 UTC",
    ]


def test_what_was_crossed_out_on_the_paper_stands_beside_the_value() -> None:
    struck = replace(entry("weight", reading("13.2")).reading, previous=(Previous("13.8", "MJ"),))
    one = record()
    entries = tuple(replace(e, reading=struck) if e.field == "weight" else e for e in one.entries)
    said = sheets(replace(one, entries=entries))["Entries"]
    assert "13.2 [crossed out: 13.8 (MJ)]" in said


def test_signatures_stand_with_name_time_and_meaning() -> None:
    signature = Signature("Amir Castellan", "amir", "approved for release", NOON, "f" * 64)
    said = sheets(record(signatures=(signature,)))
    assert said["Signatures"] == (
        "Amir Castellan | amir | 2026-03-02 12:00:00 UTC | approved for release | holds"
    )
    assert "f" * 64 in said["Digests"]
    assert sheets(record())["Signatures"] == "Nobody has signed this record."


def test_a_keying_that_is_sealed_tells_only_who_and_when() -> None:
    first = Keying(KeyingStep.FIRST, "L1", State.FILLED, "a 1", "ruth", NOON)
    shown = sheets(with_lot(keyings=(first,)))["Keyings"]
    assert "L1 | a 1" in shown
    closed = replace(first, value="", state=State.BLANK, reason="", is_sealed=True)
    hidden = sheets(with_lot(keyings=(closed,)))["Keyings"]
    assert "sealed" in hidden
    assert "Ruth Lindqvist (ruth)" in hidden
    assert "blank" not in hidden
    assert "Keyings" not in sheets(record())


def test_every_flag_stands_there_answered_or_not() -> None:
    said = sheets(record())["Flags and their answers"]
    assert "Read as 'L0848N'. | none" in said
    assert "Done by is blank. | none" in said
