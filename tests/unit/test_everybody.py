"""Everybody whose strokes are learned from: more people than fill in samples, split as they are."""

import numpy as np
import pytest
from real_hands import HANDS, needs_hands

from extractors.automaton import ALPHABET
from sample_scans.everybody import DAY, Everybody, on_some_day, open_everybody, person_of
from sample_scans.hands import Hands, open_hands, split_of
from sample_scans.ink_shapes import StrokeLetter
from sample_scans.scan_files import people
from sample_scans.values import Split
from training.sheets import WHOLE, Texts, texts_of

pytestmark = needs_hands


@pytest.fixture(scope="module")
def everybody() -> Everybody:
    return open_everybody(HANDS)


def test_there_are_more_people_than_those_who_fill_in_samples_and_all_of_them_too(everybody):
    for split in Split:
        fillers = set(open_hands(HANDS).writers(split))
        assert fillers < set(everybody.writers(split))
        assert all(split_of(name) is split for name in everybody.writers(split))


def test_a_letter_that_somebody_never_left_is_borrowed_within_the_split(everybody, monkeypatch):
    asked = []
    plain = Hands._sample
    monkeypatch.setattr(
        Hands,
        "_sample",
        lambda self, name, *rest: asked.append(name) or plain(self, name, *rest),
    )
    rng = np.random.default_rng(1)
    for split in Split:
        asked.clear()
        for _ in range(40):
            who = on_some_day([name for name, _ in everybody.written(split)], rng)
            everybody.letter(who, "AHKRZ368"[int(rng.integers(8))], rng)
        assert len(asked) > 20
        assert {split_of(name) for name in asked} == {split}


def test_whole_words_are_written_by_people_of_the_split_in_signs_that_are_read(everybody):
    for split in Split:
        written = everybody.written(split)
        assert len(written) > 500
        assert {split_of(name) for name, _ in written} == {split}
        assert all(set(text) <= set(ALPHABET) - {" "} for _, text in written)
        name, text = written[len(written) // 2]
        assert everybody.word(f"{name}{DAY}3", text, np.random.default_rng(0))


def test_the_same_person_writes_otherwise_on_another_day_and_alike_on_the_same(everybody):
    name = everybody.writers(Split.FIT)[0]
    days = [everybody.habits(f"{name}{DAY}{day}").slant for day in (1, 2, 1)]
    assert days[0] == days[2] != days[1]
    assert person_of(f"{name}{DAY}1") == name


def test_without_a_day_people_write_as_in_samples(everybody):
    hands = open_hands(HANDS)
    for name in hands.writers(Split.TUNE)[:3]:
        assert everybody.habits(name) == hands.habits(name)
        mine, theirs = (
            one.letter(name, "K", np.random.default_rng(4)) for one in (everybody, hands)
        )
        assert mine.width == theirs.width


def test_a_roster_of_everybody_has_people_whom_samples_do_not_have(everybody):
    few = {person.hand for person in people(HANDS, Split.TUNE)[1].staff}
    hands, roster = people(HANDS, Split.TUNE, is_everybody=True)
    many = {person.hand for person in roster.staff}
    assert len(many) > 1.5 * len(few)
    assert all(split_of(name) is Split.TUNE for name in many)
    assert hands.signature_words(sorted(many - few)[0])


def test_on_some_days_the_one_has_a_long_upstroke_and_the_seven_a_bar(everybody):
    name = next(n for n in everybody.writers(Split.FIT) if not n.startswith("font/"))
    rng = np.random.default_rng(2)
    found = 0
    for day in range(60):
        one = everybody.letter(f"{name}{DAY}{day}", "1", rng)
        seven = everybody.letter(f"{name}{DAY}{day}", "7", rng)
        assert isinstance(one, StrokeLetter)
        assert isinstance(seven, StrokeLetter)
        start, top = one.strokes[0][0], one.strokes[0][:, 1].min()
        is_long = len(one.strokes[0]) == 5 and start[1] > top + 0.19
        found += is_long
        assert not is_long or len(seven.strokes) > 1
    assert 1 <= found < 30


def test_texts_are_made_up_or_written_as_a_whole(everybody):
    texts = texts_of(everybody, Split.FIT)
    rng = np.random.default_rng(3)
    drawn = [texts.draw(rng) for _ in range(400)]
    share = sum(bool(hand) for _, hand in drawn) / 400
    assert abs(share - WHOLE) < 0.1
    nobody = Texts(words=("lot",), whole_words=(), whole_numbers=())
    assert all(nobody.draw(rng)[1] == "" for _ in range(20))
