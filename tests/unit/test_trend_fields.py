"""What the fields of a chart are called."""

from dataclasses import replace

from record_builders import place

from extractors.values import EntryKind
from pipeline.core.forms import Meaning
from review_ui.screens.trends import field_texts


def test_a_field_is_called_by_its_label_and_by_its_name_only_where_others_are_called_alike() -> (
    None
):
    net = place("net_1", EntryKind.NUMBER, "Net kg", 1, step="1", means=Meaning.QUANTITY)
    fields = (
        net,
        replace(net, name="net_2", step="2"),
        place("at_1", EntryKind.TIME, "Time", 2, step="head"),
        place("at_2", EntryKind.TIME, "Time", 3),
    )
    assert field_texts(fields) == {
        "net_1": "Net kg · step 1 · quantity",
        "net_2": "Net kg · step 2 · quantity",
        "at_1": "Time · at_1",
        "at_2": "Time · at_2",
    }
