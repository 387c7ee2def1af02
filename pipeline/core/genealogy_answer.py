"""The answer of a genealogy: each number with its records and balance, and the gaps by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.core.genealogy import (
    MOST_NODES,
    Balance,
    Direction,
    Edge,
    Gap,
    GapKind,
    Genealogy,
    Link,
    Lookup,
    MadeLot,
    Node,
    UnknownLot,
    Way,
    circle,
    counted,
    follow,
    is_nameless,
    key_of,
    surest,
    without_older,
)
from pipeline.core.lot_uses import Said, UseKind
from pipeline.core.quantities import Quantity, in_base, quantity_of, totals

MOST_BALANCED = 400
"""So many numbers get a balance; of a greater genealogy only the number asked for."""


@dataclass(frozen=True)
class _Flows:
    """All uses of some numbers, by the lot that was used and by the batch that it went into."""

    of_lot: dict[str, list[Link]]
    of_batch: dict[str, list[Link]]
    counts: dict[int, bool]


def genealogy(
    asked: str,
    direction: Direction,
    lookup: Lookup,
    *,
    levels: int,
    batch_patterns: Sequence[str] = (),
    most: int = MOST_NODES,
) -> Genealogy:
    """Where the number went, or what went into it; `batch_patterns` tell batches from lots."""
    key = key_of(asked)
    way = follow(key, direction, lookup, levels=levels, most=most)
    made = _by_number(lookup.made(way.levels))
    flows = _flows(lookup, way, key)
    best = surest(key, direction, way.links)
    names = _names(way.links, made, {key: asked.strip()})
    materials = _materials(way.links, made)
    nodes = tuple(
        Node(
            one,
            names[one],
            level,
            is_possible=best.get(one, 0.0) < 1,
            probability=best.get(one, 0.0),
            made=tuple(made[one]),
            balances=tuple(_balances(one, made[one], flows)),
            materials=materials.get(one, ()),
        )
        for one, level in way.levels.items()
    )
    edges = _edges(way, direction)
    answer = Genealogy(names[key], direction, levels, nodes, edges, ())
    gaps = tuple(_gaps(answer, way, lookup, tuple(batch_patterns)))
    return Genealogy(names[key], direction, levels, nodes, edges, gaps)


def _by_number(made: Iterable[MadeLot]) -> defaultdict[str, list[MadeLot]]:
    found: defaultdict[str, list[MadeLot]] = defaultdict(list)
    for one in made:
        found[one.use.key].append(one)
    return found


def _flows(lookup: Lookup, way: Way, asked: str) -> _Flows:
    """The uses that a balance needs, whichever way was followed."""
    keys = list(way.levels) if len(way.levels) <= MOST_BALANCED else [asked]
    found = [
        *without_older(lookup.links(keys, Direction.FORWARD)),
        *without_older(lookup.links(keys, Direction.BACKWARD)),
    ]
    links = list(dict.fromkeys(found))
    of_lot, of_batch = defaultdict(list), defaultdict(list)
    places = counted(links)
    counts = {id(link): places[place] for place, link in enumerate(links)}
    wanted = set(keys)
    for link in links:
        if link.use.key in wanted:
            of_lot[link.use.key].append(link)
        if link.batch.key in wanted:
            of_batch[link.batch.key].append(link)
    return _Flows(of_lot, of_batch, counts)


def _edges(way: Way, direction: Direction) -> tuple[Edge, ...]:
    counts = counted(way.links)
    edges = [
        Edge(link, way.levels[link.ends(direction)[0]] + 1, counts[place])
        for place, link in enumerate(way.links)
    ]
    return tuple(sorted(edges, key=_in_order))


def _in_order(edge: Edge) -> tuple[object, ...]:
    link = edge.link
    return (edge.level, link.is_possible, link.batch.lot, link.use.lot, link.by.record)


def _names(
    links: Iterable[Link], made: dict[str, list[MadeLot]], asked: dict[str, str]
) -> dict[str, str]:
    """How each number is written: as its own record has it, else as it was read most surely."""
    read: dict[str, tuple[bool, float, str]] = {}
    for link in links:
        for one in (link.use, link.batch):
            if one.said is Said.MISREADING:
                continue  # it is the number asked for, as somebody may have misread it
            rank = (one.said is Said.VALUE, one.probability, one.lot)
            read[one.key] = max(read.get(one.key, rank), rank)
    names = asked | {key: name for key, (_, _, name) in read.items()}
    own = {
        key: one.use.lot
        for key, found in made.items()
        for one in found
        if one.use.said is Said.VALUE and one.use.lot
    }
    return {key: name or "no batch number" for key, name in (names | own).items()}


def _materials(links: Iterable[Link], made: dict[str, list[MadeLot]]) -> dict[str, tuple[str, ...]]:
    """What each number is of, as records say, its own records first."""
    said = [one.use for found in made.values() for one in found] + [one.use for one in links]
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for use in said:
        if use.material:
            found[use.key][use.material] = None
    return {key: tuple(names) for key, names in found.items()}


def _balances(key: str, made: Sequence[MadeLot], flows: _Flows) -> Iterator[Balance]:
    """What is known of the number in each unit, the units in which it was made first."""
    there = _made_totals(made)
    used, possible, went_in = _used(key, flows), _possible(key, flows), _went_in(key, flows)
    for unit in dict.fromkeys((*there, *used, *went_in, *possible)):
        yield Balance(
            unit,
            there.get(unit),
            went_in.get(unit),
            used.get(unit, Decimal(0) if unit in there else None),
            possible.get(unit, Decimal(0)),
        )


def _made_totals(made: Iterable[MadeLot]) -> dict[str, Decimal]:
    """How much of it there was: the rows of one record together, and of several the greatest.

    A batch's records one after the other (granulation, compression) tell of the same batch.
    """
    of_record: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in made:
        quantity = quantity_of(one.use.quantity, one.use.unit)
        is_own = one.use.said is Said.VALUE and not one.use.is_shared
        if quantity is not None and one.by.stands and is_own:
            base = in_base(quantity)
            of_record[one.by.record, base.unit] += base.amount
    greatest: dict[str, Decimal] = {}
    for (_, unit), amount in of_record.items():
        greatest[unit] = max(greatest.get(unit, amount), amount)
    return greatest


def _sum(links: Iterable[Link]) -> dict[str, Decimal]:
    return totals(one.quantity for one in links if one.quantity is not None)


def _used(key: str, flows: _Flows) -> dict[str, Decimal]:
    links = flows.of_lot.get(key, ())
    return _sum(one for one in links if flows.counts[id(one)] and one.use.kind is UseKind.USED)


def _possible(key: str, flows: _Flows) -> dict[str, Decimal]:
    links = flows.of_lot.get(key, ())
    once = {
        (one.by.record, one.use.field): one
        for one in links
        if one.use.said is Said.ALTERNATIVE and one.by.stands
    }
    return _sum(once.values())


def _went_in(key: str, flows: _Flows) -> dict[str, Decimal]:
    """All that went into the batch: what stands beside several lots together, once."""
    found: dict[object, Quantity | None] = {}
    for place, one in enumerate(flows.of_batch.get(key, ())):
        if flows.counts[id(one)] and one.use.kind is UseKind.USED:
            found[(one.by.record, one.use.field) if one.use.is_shared else place] = one.of_entry
    return totals(one for one in found.values() if one is not None)


def _gaps(answer: Genealogy, way: Way, lookup: Lookup, patterns: tuple[str, ...]) -> Iterator[Gap]:
    """All that the archive does not answer, on the way that was followed."""
    yield from _gaps_of_way(answer, way)
    yield from _gaps_of_circle(answer, way)
    yield from _gaps_of_shared(way)
    for node in answer.nodes:
        yield from _gaps_of_origin(answer, node, patterns)
        yield from _gaps_of_quantities(node)
    if answer.direction is Direction.BACKWARD:
        batches = [node.key for node in answer.nodes if node.is_batch]
        unknown = lookup.unknown_lots(batches) if batches else ()
        yield from map(_gap_of_lot, unknown)
        yield from _gaps_without_lots(answer, way, {one.batch.key for one in unknown})


def _gaps_of_way(answer: Genealogy, way: Way) -> Iterator[Gap]:
    if way.is_cut:
        detail = f"There is more than fits here: only {len(way.levels)} numbers were followed."
        yield Gap(GapKind.CUT_OFF, answer.nodes[0].key, detail)
    if way.is_open:
        detail = f"It goes on after level {answer.levels}; ask for more levels."
        yield Gap(GapKind.LEVELS, answer.nodes[0].key, detail)


def _gaps_of_circle(answer: Genealogy, way: Way) -> Iterator[Gap]:
    keys = circle(way.links)
    if keys:
        named = ", ".join(answer.by_key[key].name for key in keys)
        detail = f"As the records say, these went into themselves: {named}. One of them is wrong."
        yield Gap(GapKind.CIRCLE, keys[0], detail)


def _gaps_of_shared(way: Way) -> Iterator[Gap]:
    """Quantities that stand beside several lots together: once for each entry."""
    shared = {
        (one.by.record, one.use.field): one
        for one in way.links
        if one.use.is_shared and one.of_entry and not one.is_possible
    }
    for (record, field), one in shared.items():
        batch = one.batch.lot or "a record without a batch number"
        detail = (
            f"{one.of_entry} of {batch} stands beside several lots, “{one.use.entry}”: how much "
            "of each is not said, and none of it is added to what was used of them."
        )
        yield Gap(GapKind.SHARED, one.batch.key, detail, record, field)


def _gaps_of_origin(answer: Genealogy, node: Node, patterns: tuple[str, ...]) -> Iterator[Gap]:
    """A number that nothing in the archive says where it comes from."""
    record = node.made[0].by.record if node.made else None
    if is_nameless(node.key):
        detail = "A record has no batch number: where it goes on can't be said."
        yield Gap(GapKind.NO_NUMBER, node.key, detail, record)
    elif answer.is_known and not _is_of_record(node):
        if any(re.fullmatch(pattern, node.name) for pattern in patterns):
            detail = f"The record of batch {node.name} is not in the archive."
            yield Gap(GapKind.NO_RECORD, node.key, detail)
        else:
            detail = f"Lot {node.name} has no receipt in the archive."
            yield Gap(GapKind.NO_RECEIPT, node.key, detail)


def _is_of_record(node: Node) -> bool:
    """Whether a record made or received it; of a number that is only possible, whether one may."""
    said = {one.use.said for one in node.made}
    return Said.VALUE in said or (node.is_possible and bool(said))


def _gaps_of_quantities(node: Node) -> Iterator[Gap]:
    for one in node.balances:
        if one.rest is not None and one.used is not None and one.rest < 0:
            used, there = Quantity(one.used, one.unit), Quantity(one.there or Decimal(0), one.unit)
            detail = f"More of {node.name} was used ({used}) than there was ({there})."
            yield Gap(GapKind.OVERDRAWN, node.key, detail)
    said = {
        (one.by.form, quantity.unit, quantity.amount)
        for one in node.made
        if one.by.stands and (quantity := _said(one)) is not None
    }
    for form, unit in {(form, unit) for form, unit, _ in said}:
        amounts = sorted(amount for f, u, amount in said if (f, u) == (form, unit))
        if len(amounts) > 1 and not _are_rows(node, form):
            named = " and ".join(str(Quantity(amount, unit)) for amount in amounts)
            detail = f"Records of {form} give {node.name} different quantities: {named}."
            yield Gap(GapKind.TWO_QUANTITIES, node.key, detail)


def _said(one: MadeLot) -> Quantity | None:
    quantity = quantity_of(one.use.quantity, one.use.unit)
    return None if quantity is None else in_base(quantity)


def _are_rows(node: Node, form: str) -> bool:
    """Whether the quantities are rows of one record."""
    return len({one.by.record for one in node.made if one.by.form == form}) == 1


def _gap_of_lot(one: UnknownLot) -> Gap:
    batch = one.batch.lot or "a record without a batch number"
    what = one.use.material or "A lot"
    quantity = quantity_of(one.use.quantity, one.use.unit)
    much = f" ({quantity})" if quantity else ""
    if one.use.said is Said.UNREADABLE:
        kind, detail = GapKind.UNREADABLE, f"{what} of {batch}{much}: the lot can't be read."
    else:
        kind, detail = GapKind.MISSING, f"{what} of {batch}{much}: no lot stands beside it."
    return Gap(kind, one.batch.key, detail, one.by.record, one.use.field)


def _gaps_without_lots(answer: Genealogy, way: Way, unknown: set[str]) -> Iterator[Gap]:
    """Batches whose records name nothing that went in: the record that does is not there."""
    named = {link.batch.key for link in way.links} | unknown
    for node in answer.nodes:
        if node.is_batch and node.level < answer.levels and node.key not in named:
            record = node.made[0].by.record
            detail = f"No record in the archive says what went into {node.name}."
            yield Gap(GapKind.NO_LOTS, node.key, detail, record)
