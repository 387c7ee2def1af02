"""A genealogy in words: how much was found, what a number is, what is known of its quantities."""

from pipeline.core.genealogy import Balance, Direction, Edge, Genealogy, Link, Node, entry_note
from pipeline.core.lot_uses import Said, UseKind
from pipeline.core.quantities import Quantity
from review_ui.parts.drawing_view import Spot
from review_ui.parts.list_view import Part
from review_ui.parts.way import record_link
from review_ui.parts.words import STATES, counted, percent

WAYS = {
    "Where it went": Direction.FORWARD,
    "What went into it": Direction.BACKWARD,
}


UNNAMED = {
    Said.UNREADABLE: "can't be read.",
    Said.MISSING: "a quantity without a lot.",
}
"""Why a lot has no name."""


def headline(found: Genealogy) -> str:
    """How many numbers were found, and how many of them are only possible.

    What is only the number of a receipt is no batch, and counted for itself.
    """
    others = found.nodes[1:]
    receipts = found.receipts
    possible = sum(node.is_possible for node in others)
    sure = sum(not node.is_possible and node.key not in receipts for node in others)
    received = sum(not node.is_possible and node.key in receipts for node in others)
    is_forward = found.direction is Direction.FORWARD
    noun = ("batch", "batches") if is_forward else ("lot or batch", "lots and batches")
    what = counted(sure, *noun)
    depth = max((node.level for node in others), default=0)
    over = f" over {counted(depth, 'level')}" if depth > 1 else ""
    if is_forward:
        text = f"{found.asked} went into {what}{over}"
        text += f", and is on {counted(received, 'receipt')}" if received else ""
    else:
        text = f"{what} went into {found.asked}{over}"
    return f"{text}; {possible} more may be meant." if possible else f"{text}."


def amount_of(link: Link) -> str:
    """How much of the lot, with its unit; nothing where the record does not say."""
    return f"{link.use.quantity} {link.use.unit}".strip() if link.quantity else ""


def chance(probability: float) -> str:
    """How probable it is that the numbers are those that stand there."""
    return percent(probability)


def notes_of(edge: Edge) -> str:
    """What else is to be known of a use."""
    link = edge.link
    notes = []
    if link.use.kind is UseKind.RECEIVED:
        notes.append("received")
    if link.use.is_shared:
        notes.append(entry_note(link))
    elif link.use.said is Said.ALTERNATIVE:
        notes.append("the lot may also be read so")
    if link.batch.said is Said.ALTERNATIVE:
        notes.append("the batch number may also be read so")
    if Said.MISREADING in (link.use.said, link.batch.said):
        notes.append("may be a misreading of the number asked for")
    if not link.by.stands:
        notes.append("not added up")
    elif not edge.counts and not link.is_possible:
        notes.append("another record says the same: added up once")
    return "; ".join(notes)


def node_spot(node: Node, found: Genealogy) -> Spot:
    """What is said of a number beside its box, and where the box leads."""
    record = node.made[0].by.record if node.made else ""
    field = (node.made[0].use.field or "") if node.made else ""
    gaps = [gap.detail for gap in found.gaps if gap.key == node.key]
    lines = (
        node.name,
        *((", ".join(node.materials),) if node.materials else ()),
        *((f"possible, {percent(node.probability)}",) if node.is_possible else ()),
        *(_record_line(node)),
        *(line for balance in node.balances for line in _amounts(balance)),
        *gaps,
    )
    label = ". ".join(lines) + (". Opens its record." if record else "")
    return Spot(label, lines, record_link(record, field) if record else "")


def _record_line(node: Node) -> list[str]:
    seen = {(made.by.form, made.by.version, made.by.state): None for made in node.made}
    return [f"{form} v{version}, {STATES[state]}" for form, version, state in seen]


def _amounts(balance: Balance) -> list[str]:
    named = (
        ("made or received", balance.there),
        ("went in", balance.went_in),
        ("used", balance.used),
        ("rest", balance.rest),
    )
    said = [
        f"{name} {Quantity(amount, balance.unit)}" for name, amount in named if amount is not None
    ]
    name = f"{balance.material}: " if balance.material else ""
    return [f"{name}{', '.join(said)}"] if said else []


def balance_line(node: Node, balance: Balance) -> tuple[tuple[Part, ...], ...]:
    """The cells of a number's quantities in one unit."""
    amounts = (balance.there, balance.went_in, balance.used, balance.rest, balance.possible or None)
    texts = ["" if one is None else str(Quantity(one, balance.unit)) for one in amounts]
    is_short = balance.rest is not None and balance.rest < 0
    looks = ["", "", "", "critical" if is_short else "", ""]
    return (
        (Part(balance.material or ", ".join(node.materials)),),
        *((Part(text, look),) for text, look in zip(texts, looks, strict=True)),
    )
