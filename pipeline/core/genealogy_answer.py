"""The answer of a genealogy: each number with its records and balance, and the gaps by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.genealogy import (
    MOST_NODES,
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
)
from pipeline.core.genealogy_balance import Flows, balances, flows_of, gaps_of_quantities
from pipeline.core.genealogy_names import Spelled, gaps_of_spelling, names, spellings
from pipeline.core.lot_uses import Said
from pipeline.core.quantities import quantity_of


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
    flows = flows_of(lookup, way, key)
    best = surest(key, direction, way.links)
    named = names(links=way.links, made=made, key=key, asked=asked.strip())
    materials = _materials(way.links, made)
    nodes = tuple(
        Node(
            one,
            named[one],
            level,
            is_possible=best.get(one, 0.0) < 1,
            probability=best.get(one, 0.0),
            made=tuple(made[one]),
            balances=tuple(balances(one, made[one], flows)),
            materials=materials.get(one, ()),
        )
        for one, level in way.levels.items()
    )
    edges = _edges(way, direction)
    answer = Genealogy(named[key], direction, levels, nodes, edges, ())
    patterns = tuple(batch_patterns)
    gaps = tuple(_gaps(answer=answer, way=way, lookup=lookup, flows=flows, patterns=patterns))
    return Genealogy(named[key], direction, levels, nodes, edges, gaps)


def _by_number(made: Iterable[MadeLot]) -> defaultdict[str, list[MadeLot]]:
    found: defaultdict[str, list[MadeLot]] = defaultdict(list)
    for one in made:
        found[one.use.key].append(one)
    return found


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


def _materials(links: Iterable[Link], made: dict[str, list[MadeLot]]) -> dict[str, tuple[str, ...]]:
    """What each number is of, as records say, its own records first."""
    said = [one.use for found in made.values() for one in found] + [one.use for one in links]
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for use in said:
        if use.material:
            found[use.key][use.material] = None
    return {key: tuple(names) for key, names in found.items()}


def _gaps(
    *, answer: Genealogy, way: Way, lookup: Lookup, flows: Flows, patterns: tuple[str, ...]
) -> Iterator[Gap]:
    """All that the archive does not answer, on the way that was followed."""
    yield from _gaps_of_way(answer, way)
    yield from _gaps_of_circle(answer, way)
    yield from _gaps_of_shared(way)
    made = [one for node in answer.nodes for one in node.made]
    spelled = spellings((*way.links, *flows.links), made)
    yield from gaps_of_spelling(answer.nodes, spelled)
    for node in answer.nodes:
        yield from _gaps_of_origin(answer=answer, node=node, spelled=spelled, patterns=patterns)
    yield from gaps_of_quantities(answer.nodes, flows)
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
            "of each is not said, and it is added to none of them."
        )
        yield Gap(GapKind.SHARED, one.batch.key, detail, record, field)


def _gaps_of_origin(
    *, answer: Genealogy, node: Node, spelled: Spelled, patterns: tuple[str, ...]
) -> Iterator[Gap]:
    """A number that nothing in the archive says where it comes from."""
    record = node.made[0].by.record if node.made else None
    if is_nameless(node.key):
        detail = "A record has no batch number: where it goes on can't be said."
        yield Gap(GapKind.NO_NUMBER, node.key, detail, record)
    elif answer.is_known and not _is_of_record(node):
        known = (node.name, *spelled.get(node.key, ()))
        if any(re.fullmatch(pattern, name) for pattern in patterns for name in known):
            detail = f"The record of batch {node.name} is not in the archive."
            yield Gap(GapKind.NO_RECORD, node.key, detail)
        else:
            detail = f"Lot {node.name} has no receipt in the archive."
            yield Gap(GapKind.NO_RECEIPT, node.key, detail)


def _is_of_record(node: Node) -> bool:
    """Whether a record made or received it; of a number that is only possible, whether one may."""
    said = {one.use.said for one in node.made}
    return Said.VALUE in said or (node.is_possible and bool(said))


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
