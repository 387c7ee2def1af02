"""How much there was of a number, how much was used of it, and how much went into it.

Receipts of one lot under several numbers of their own are several deliveries, and added up. Records
of several forms tell of one batch one after the other (granulation, compression): the greatest
counts. Records of one form may be the same said twice, or parts of it: the greatest counts too, and
what there was at most is kept beside it, so that nobody is told that too much was used.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.core.genealogy import (
    Balance,
    Direction,
    Gap,
    GapKind,
    Link,
    Lookup,
    MadeLot,
    Node,
    Way,
    counted,
    is_nameless,
    without_older,
)
from pipeline.core.lot_uses import LotUse, Said, UseKind
from pipeline.core.quantities import Quantity, in_base, quantity_of, totals
from pipeline.core.spelling import as_key

MOST_BALANCED = 400
"""So many numbers get a balance; of a greater genealogy only the number asked for."""


@dataclass(frozen=True)
class Flows:
    """All uses of some numbers, by the lot that was used and by the batch that it went into."""

    of_lot: Mapping[str, Sequence[Link]]
    of_batch: Mapping[str, Sequence[Link]]
    counts: Mapping[int, bool]
    keys: frozenset[str]

    @property
    def links(self) -> tuple[Link, ...]:
        """All of them; those between two of the numbers twice."""
        found = (*self.of_lot.values(), *self.of_batch.values())
        return tuple(link for links in found for link in links)


@dataclass(frozen=True)
class _Stated:
    """How much of a number a record says that there was, under which number of its own."""

    kind: UseKind
    own: str
    form: str
    record: str
    unit: str
    amount: Decimal

    @property
    def same(self) -> tuple[str, ...]:
        """What it shares with records that may say the same again."""
        return (self.kind.value, self.own, self.form, self.unit)


@dataclass(frozen=True)
class _There:
    """How much there was, and how much at most, if records that may repeat each other do not."""

    amount: Decimal = Decimal(0)
    most: Decimal = Decimal(0)


def flows_of(lookup: Lookup, way: Way, asked: str) -> Flows:
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
    wanted = frozenset(keys)
    for link in links:
        if link.use.key in wanted:
            of_lot[link.use.key].append(link)
        if link.batch.key in wanted:
            of_batch[link.batch.key].append(link)
    return Flows(of_lot, of_batch, counts, wanted)


def balances(key: str, made: Sequence[MadeLot], flows: Flows) -> Iterator[Balance]:
    """What is known of the number, for each of its materials where records name several."""
    if key not in flows.keys:
        return
    if len(_materials(key, flows)) < 2:
        yield from _balances(key, made, flows)
        return
    of_lot, of_batch = flows.of_lot.get(key, ()), flows.of_batch.get(key, ())
    own = next((one.use.material for one in made if one.use.kind is UseKind.MADE), "")
    possible = [one.use.material for one in of_lot if one.by.stands and one.is_possible]
    materials = (*possible, *_materials(key, flows).values(), own, "")
    named = {as_key(name): name for name in materials}
    for material, name in named.items():
        part = replace(
            flows,
            of_lot={key: [one for one in of_lot if as_key(one.use.material) == material]},
            of_batch={key: of_batch if as_key(own) == material else ()},
        )
        there = [one for one in made if as_key(one.use.material) == material]
        for one in _balances(key, there, part):
            yield replace(one, material=name)


def _materials(key: str, flows: Flows) -> dict[str, str]:
    """Each material beside which records write the number as a lot, as it is compared."""
    found: dict[str, str] = {}
    for one in flows.of_lot.get(key, ()):
        if one.use.material and one.by.stands and not one.is_possible:
            found.setdefault(as_key(one.use.material), one.use.material)
    return found


def _balances(key: str, made: Sequence[MadeLot], flows: Flows) -> Iterator[Balance]:
    """In each unit, the units in which it was made first."""
    there = _there(_stated(key, made, flows))
    used, possible, went_in = _used(key, flows), _possible(key, flows), _went_in(key, flows)
    for unit in dict.fromkeys((*there, *used, *went_in, *possible)):
        known = there.get(unit)
        yield Balance(
            unit,
            known.amount if known else None,
            went_in.get(unit),
            used.get(unit, Decimal(0) if known else None),
            possible.get(unit, Decimal(0)),
            most=known.most if known else None,
        )


def gaps_of_quantities(nodes: Iterable[Node], flows: Flows) -> Iterator[Gap]:
    """What does not add up, and what was counted once because it may be the same said twice."""
    for node in nodes:
        for one in node.balances:
            yield from _overdrawn(node, one)
        if node.key in flows.keys:
            yield from _two_materials(node, flows)
            yield from _repeated(node, _stated(node.key, node.made, flows))
    yield from _used_once(flows)


def _stated(key: str, made: Iterable[MadeLot], flows: Flows) -> list[_Stated]:
    """What each record says that there was of the number, the rows of a record together."""
    sums: defaultdict[tuple[UseKind, str, str, str, str], Decimal] = defaultdict(Decimal)
    own = [(one.by, one.use, key) for one in made if one.use.kind is UseKind.MADE]
    received = [
        (link.by, link.use, "" if is_nameless(link.batch.key) else link.batch.key)
        for link in flows.of_lot.get(key, ())
        if link.use.kind is UseKind.RECEIVED and not link.is_possible
    ]
    for by, use, number in (*own, *received):
        quantity = _of(use)
        if quantity is not None and by.stands and use.said is Said.VALUE:
            sums[use.kind, number, by.form, by.record, quantity.unit] += quantity.amount
    return [_Stated(*said, amount) for said, amount in sums.items()]


def _of(use: LotUse) -> Quantity | None:
    quantity = None if use.is_shared else quantity_of(use.quantity, use.unit)
    return None if quantity is None else in_base(quantity)


def _there(stated: Iterable[_Stated]) -> dict[str, _There]:
    """By unit: made, of forms the greatest; received, of all receipts together."""
    greatest: defaultdict[tuple[str, UseKind, str], dict[str, _There]] = defaultdict(dict)
    for one in stated:
        of_form = greatest[one.unit, one.kind, one.own].get(one.form, _There())
        amount, most = max(of_form.amount, one.amount), of_form.most + one.amount
        greatest[one.unit, one.kind, one.own][one.form] = _There(amount, most)
    kinds: defaultdict[tuple[str, UseKind], _There] = defaultdict(_There)
    for (unit, kind, _), forms in greatest.items():
        before, own = kinds[unit, kind], _greatest(forms.values())
        kinds[unit, kind] = _There(before.amount + own.amount, before.most + own.most)
    units = dict.fromkeys(unit for unit, _ in kinds)
    return {unit: _either([kinds[one] for one in kinds if one[0] == unit]) for unit in units}


def _greatest(found: Iterable[_There]) -> _There:
    there = list(found)
    return _There(max(one.amount for one in there), max(one.most for one in there))


def _either(found: Sequence[_There]) -> _There:
    """A number that was made and received: the same quantity, or one beside the other."""
    amount = max(one.amount for one in found)
    return _There(amount, sum((one.most for one in found), start=Decimal(0)))


def _sum(links: Iterable[Link]) -> dict[str, Decimal]:
    return totals(one.quantity for one in links if one.quantity is not None)


def _used(key: str, flows: Flows) -> dict[str, Decimal]:
    links = flows.of_lot.get(key, ())
    return _sum(one for one in links if flows.counts[id(one)] and one.use.kind is UseKind.USED)


def _possible(key: str, flows: Flows) -> dict[str, Decimal]:
    links = flows.of_lot.get(key, ())
    once = {
        (one.by.record, one.use.field): one
        for one in links
        if one.use.said is Said.ALTERNATIVE and one.by.stands
    }
    return _sum(once.values())


def _went_in(key: str, flows: Flows) -> dict[str, Decimal]:
    """All that went into the batch: what stands beside several lots together, once."""
    found: dict[object, Quantity | None] = {}
    for place, one in enumerate(flows.of_batch.get(key, ())):
        if flows.counts[id(one)] and one.use.kind is UseKind.USED:
            found[(one.by.record, one.use.field) if one.use.is_shared else place] = one.of_entry
    return totals(one for one in found.values() if one is not None)


def _overdrawn(node: Node, one: Balance) -> Iterator[Gap]:
    if one.rest is not None and one.used is not None and one.rest < 0:
        used, there = Quantity(one.used, one.unit), Quantity(one.most or Decimal(0), one.unit)
        name = f"{node.name} ({one.material})" if one.material else node.name
        detail = f"More of {name} was used ({used}) than there was ({there})."
        yield Gap(GapKind.OVERDRAWN, node.key, detail)


def _two_materials(node: Node, flows: Flows) -> Iterator[Gap]:
    """A number of several materials: two lots of one number, or one name in two spellings."""
    found = _materials(node.key, flows)
    if len(found) > 1:
        others = [*found][1:]
        links = flows.of_lot[node.key]
        last = next(one for one in links if as_key(one.use.material) == others[0])
        detail = (
            f"{node.name} stands beside several materials: {', '.join(found.values())}. They may "
            "be several lots of one number; each has a balance of its own."
        )
        yield Gap(GapKind.TWO_MATERIALS, node.key, detail, last.by.record, last.use.field)


def _repeated(node: Node, stated: Iterable[_Stated]) -> Iterator[Gap]:
    """Records of one form that say how much there was, alike or not."""
    groups: defaultdict[tuple[str, ...], list[_Stated]] = defaultdict(list)
    for one in stated:
        groups[one.same].append(one)
    for same in groups.values():
        form, unit, last = same[0].form, same[0].unit, same[-1].record
        amounts = sorted({one.amount for one in same})
        if len(amounts) > 1:
            named = " and ".join(str(Quantity(amount, unit)) for amount in amounts)
            detail = f"Records of {form} give {node.name} different quantities: {named}."
            yield Gap(GapKind.TWO_QUANTITIES, node.key, detail)
        for amount, count in sorted(Counter(one.amount for one in same).items()):
            if count > 1:
                much, what = Quantity(amount, unit), same[0].kind.value
                detail = (
                    f"{count} records of {form} say that {much} of {node.name} was {what}: counted "
                    "once, since it may be the same said twice."
                )
                yield Gap(GapKind.COUNTED_ONCE, node.key, detail, last)


def _used_once(flows: Flows) -> Iterator[Gap]:
    """Uses that another record says alike, and that were added up once."""
    told: dict[tuple[str | None, ...], None] = {}
    for one in flows.links:
        if one.is_possible or not one.by.stands or one.quantity is None or _counts(one, flows):
            continue
        if one.use.kind is UseKind.USED and one.alike not in told:
            told[one.alike] = None
            batch = one.batch.lot or "a record without a batch number"
            detail = (
                f"More than one record of {one.by.form} says that {one.quantity} of {one.use.lot} "
                f"went into {batch}: counted once, since it may be the same said twice."
            )
            yield Gap(GapKind.COUNTED_ONCE, one.batch.key, detail, one.by.record, one.use.field)


def _counts(link: Link, flows: Flows) -> bool:
    return flows.counts[id(link)]
