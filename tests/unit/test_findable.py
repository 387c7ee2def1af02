"""What a search can find in a record, and how a text is spelt in the index."""

from dataclasses import replace

import pytest
from record_builders import FORM, NOON, record

from extractors.values import State
from pipeline.core.spelling import spell
from pipeline.core.values import Correction
from pipeline.findable import Findable, Matched, findables
from pipeline.store.search_phrases import ask


def found(one=None) -> dict[tuple[str | None, str], Findable]:
    return {(item.field, item.value): item for item in findables(one or record(), FORM)}


def corrected(value: str):
    lot = record().entry("lot")
    lot = replace(lot, corrections=(Correction(value, State.FILLED, "why", "me", NOON),))
    return replace(record(), entries=(lot,))


def test_values_and_alternatives_are_found_with_their_probabilities() -> None:
    lot = {
        key[1]: (one.matched, one.probability) for key, one in found().items() if key[0] == "lot"
    }
    assert lot == {
        "L0848N": (Matched.VALUE, 0.71),
        "L08481V": (Matched.ALTERNATIVE, 0.2),
        "L0848W": (Matched.ALTERNATIVE, 0.05),
    }


def test_a_corrected_value_is_certain_and_alone() -> None:
    lot = [one for key, one in found(corrected("L08481V")).items() if key[0] == "lot"]
    assert [(one.value, one.probability) for one in lot] == [("L08481V", 1.0)]


def test_a_value_that_a_person_took_away_is_not_found() -> None:
    assert [key for key in found(corrected("")) if key[0] == "lot"] == []


def test_blanks_and_signatures_are_no_words() -> None:
    assert [key for key in found() if key[0] == "signed"] == []


def test_labels_and_keys_come_from_the_form() -> None:
    lot, remark = found()["lot", "L0848N"], found()["remark", "sieved twice, see 5 % rule"]
    assert (lot.label, lot.is_key) == ("Lot of lactose", True)
    assert (remark.label, remark.is_key) == ("Remark", False)


def test_a_record_of_no_known_form_is_found_by_its_file() -> None:
    unknown = record(form=None, version=None, entries=(), batch="")
    assert [one.value for one in findables(unknown, None)] == ["012.pdf"]


def test_a_batch_number_that_no_entry_holds_is_found_on_the_record() -> None:
    assert (None, "XB15-2299") in found(replace(record(), batch_number="XB15-2299"))
    assert (None, "XB15-2288") not in found()


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("XB15-2288", "xb15 2288"),
        ("  Müller's  Gerät ", "muller s gerat"),
        ("13.2 °C", "13 2 c"),
        ("ﬁlter Ⅳ", "filter iv"),
        ("STRASSE straße", "strasse strasse"),
        ("__ -- ++", ""),
        ("批号 12", "批号 12"),
    ],
)
def test_a_text_is_spelt_in_small_letters_and_digits(text: str, spelt: str) -> None:
    assert spell(text) == spelt


def test_a_query_is_phrases_that_all_have_to_be_there() -> None:
    asked = ask('lot "XB15-2288" lot')
    assert asked is not None
    assert asked.phrases == (("lot",), ("xb15", "2288"))
    assert asked.parts == ("lot", "xb152288")


def test_a_query_with_a_short_word_looks_for_no_parts() -> None:
    asked = ask("13 kg")
    assert asked is not None
    assert asked.parts == ()


@pytest.mark.parametrize("query", ["", " ", '"', "%%", "\0"])
def test_a_query_without_letters_or_digits_asks_nothing(query: str) -> None:
    assert ask(query) is None
