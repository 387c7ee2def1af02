"""Hands: who can write, and that nobody is in two splits."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from real_hands import HANDS, needs_hands

from sample_scans import hands as hands_module
from sample_scans.hands import FONT, Hands, NoHands, open_hands, split_of
from sample_scans.ink_shapes import MaskLetter, StrokeLetter, plain_strokes
from sample_scans.ink_strokes import CAPITALS, DIGITS, open_letters, open_words, person
from sample_scans.values import Split


@pytest.fixture(scope="module")
def hands() -> Hands:
    return open_hands(HANDS)


def names_of_both_files() -> set[str]:
    return set(open_letters(HANDS).strokes.names) | set(open_words(HANDS).strokes.names)


@needs_hands
def test_a_person_is_in_one_split_only_under_every_name_in_both_files() -> None:
    splits: dict[str, set[Split]] = defaultdict(set)
    for name in names_of_both_files():
        splits[person(name)].add(split_of(name))
    assert len(splits) > 500
    assert all(len(found) == 1 for found in splits.values())


def test_one_person_under_several_contributions_is_known_as_one() -> None:
    assert person("apb/Bill_Cleveland") == person("apd/Bill_Cleveland")
    assert person("apd/Chuck_Chaffee_1") == person("apd/Chuck_Chaffee_2")
    assert person("ced/AYML3525") == person("cee/AYML3525")
    assert person("scr/d1_ww000140") == person("scr/d2_ww000140")
    assert person("tos/1002") != person("tos/1006")


@needs_hands
def test_writers_fonts_and_signatures_of_two_splits_have_nobody_in_common(hands: Hands) -> None:
    for one in Split:
        for other in Split:
            if one is other:
                continue
            assert not set(hands.writers(one)) & set(hands.writers(other))
            mine = {person(name) for name in hands.signature_writers(one)}
            theirs = {person(name) for name in hands.signature_writers(other)}
            written = {person(n) for n in hands.writers(other) if not n.startswith(FONT)}
            assert not mine & (theirs | written)


@needs_hands
def test_every_split_has_people_and_fonts_enough(hands: Hands) -> None:
    for split, least in ((Split.FIT, 50), (Split.TUNE, 10), (Split.TEST, 25)):
        writers = hands.writers(split)
        assert len(writers) >= least
        assert sum(name.startswith(FONT) for name in writers) >= 4


@needs_hands
def test_writers_with_missing_strokes_are_left_out(hands: Hands) -> None:
    everybody = [name for split in Split for name in hands.writers(split)]
    assert not any(name.startswith("ibm/") for name in everybody)


@needs_hands
def test_every_hand_can_write_what_forms_ask_for(hands: Hands) -> None:
    rng = np.random.default_rng(1)
    for split in Split:
        for name in hands.writers(split):
            for char in DIGITS + CAPITALS + "abcdefghijklmnopqrstuvwxyz./:-,%()°+–":
                letter = hands.letter(name, char, rng)
                assert isinstance(letter, StrokeLetter | MaskLetter)
                assert 0 <= letter.width < 4, (name, char)


@needs_hands
def test_a_letter_that_somebody_lacks_comes_from_the_same_split(hands: Hands) -> None:
    rng = np.random.default_rng(1)
    lacking = next(n for n in hands.writers(Split.TEST) if not hands._own(n, "~"))
    others = {id(hands.letter(n, "~", rng)) for n in hands.writers(Split.TEST)}
    assert id(hands.letter(lacking, "~", rng)) in others


def test_a_point_is_small_and_stands_on_the_line_whoever_wrote_it() -> None:
    assert plain_strokes(".") is not None
    assert plain_strokes("W") is None


@needs_hands
def test_points_are_small_and_stand_on_the_line(hands: Hands) -> None:
    rng = np.random.default_rng(1)
    for name in hands.writers(Split.FIT):
        letter = hands.letter(name, ".", rng)
        if isinstance(letter, StrokeLetter):
            points = np.concatenate(letter.strokes)
            assert np.ptp(points, axis=0).max() <= 0.12
            assert abs(points[:, 1].max()) < 0.1


def test_a_folder_without_strokes_is_refused_with_where_they_can_be_had(tmp_path: Path) -> None:
    with pytest.raises(NoHands, match=r"unipen_glyphs\.npz.*zenodo\.1195803"):
        open_hands(tmp_path)


def test_without_fonts_the_message_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands_module.ink_fonts, "packaged_fonts", dict)
    with pytest.raises(NoHands, match=r"apt-get install .*fonts-breip.*zenodo\.1195803"):
        open_hands(None)


def test_the_packaged_fonts_are_shared_out_over_all_splits() -> None:
    found = {split_of(f"{FONT}{name}") for name in hands_module.ink_fonts.PACKAGED}
    assert found == set(Split)


def test_habits_and_splits_depend_on_the_name_alone() -> None:
    assert split_of("app/JimJones") is split_of("app/JimJones")
    assert Hands(None, {}).habits("app/JimJones") == Hands(None, {}).habits("app/JimJones")
    assert Hands(None, {}).habits("app/JimJones") != Hands(None, {}).habits("app/DaveMeek")
