"""What people keyed for critical entries: how much waits for whom, and what came of it."""

from pipeline.accounts import MAY, Act
from pipeline.core.keyed import Keying, KeyingStep, open_round
from pipeline.core.values import Entry, Record
from pipeline.keying import count_waiting
from pipeline.review import OpenRecord
from review_ui.opened import the_site
from review_ui.parts.frame import the_person
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.paper import label_of
from review_ui.parts.words import counted, moment, shown_value

STEPS = {
    KeyingStep.FIRST: "corrected to",
    KeyingStep.AGREED: "keyed the same",
    KeyingStep.DISAGREED: "keyed",
    KeyingStep.SETTLED: "decided on",
}


def show_keying_count() -> None:
    """A link to the second keying with how much waits there; nothing for whoever may not key."""
    person = the_person()
    if person.role not in MAY[Act.KEY]:
        return
    if waiting := count_waiting(the_site(), by=person):
        wait = "waits" if waiting == 1 else "wait"
        words = f"{counted(waiting, 'entry', 'entries')} {wait} for your keying"
        show(piece('<a class="to-keying" href="/keying" target="_self">$words</a>', words=words))


def keyings_that_wait(record: Record) -> str:
    """How many corrections wait for another person's keying; empty where none does."""
    waiting = sum(bool(open_round(entry.keyings)) for entry in record.entries)
    if not waiting:
        return ""
    wait = "waits" if waiting == 1 else "wait"
    return f"{counted(waiting, 'correction')} {wait} for another person's keying."


def keyed_lines(opened: OpenRecord) -> str:
    """Who keyed what for each critical entry, in the order in which they did."""
    found = [
        keyed_line(label_of(opened.form, entry), entry, one)
        for entry in opened.record.entries
        for one in entry.keyings
    ]
    if not found:
        return ""
    head = piece('<h4 class="stop">$n</h4>', n=counted(len(found), "keying"))
    return f'{head}<ul class="signed">{"".join(found)}</ul>'


def keyed_line(label: str, entry: Entry, one: Keying) -> str:
    """One keying in a line; of a sealed one only who and when."""
    value = "sealed" if one.is_sealed else shown_value(one.value, one.state, entry.type)
    return piece(
        "<li>$label: $step <b>$value</b> <q>$reason</q> <small>$by, $at</small></li>",
        label=label,
        step=STEPS[one.step],
        value=value,
        reason=one.reason or "until another person has keyed it",
        by=name_of(one.by),
        at=moment(one.at),
    )
