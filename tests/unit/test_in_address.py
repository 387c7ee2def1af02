"""What an address means: short names, and the whole texts that addresses had before."""

import pytest

from review_ui.parts.in_address import named

FORMS = {
    "MD-204": "MD-204 Material Dispensing Record",
    "MD-204 B": "MD-204 B Dispensing of colours",
    "A": "A",
}
FIELDS = {
    "net_1": "Net kg 1 · step 1 · quantity · net_1",
    "1": "Net · 1",
}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("MD-204", "MD-204"),
        ("MD-204 B", "MD-204 B"),
        ("MD-204 Material Dispensing Record", "MD-204"),
        ("MD-204 Material Dispensing", "MD-204"),  # its title was another one
        ("MD-204 B Dispensing", "MD-204 B"),
        ("MD-9", ""),
        ("MD-2045", ""),
        ("", ""),
    ],
)
def test_a_form_is_meant_by_its_number_and_by_number_and_title(said, name) -> None:
    assert named(said, tuple(FORMS), FORMS.__getitem__) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("net_1", "net_1"),
        ("Net kg 1 · step 1 · quantity · net_1", "net_1"),
        ("Net mass · step 2 · net_1", "net_1"),  # its label was another one
        ("Net · 1", "1"),
        ("Net kg 1", ""),
        ("Net · net_2", ""),
    ],
)
def test_a_field_is_meant_by_its_name_and_by_its_text(said, name) -> None:
    assert named(said, tuple(FIELDS), FIELDS.__getitem__) == name
