"""How the numbers of a genealogy are written: as they were asked for, or as records have them.

Numbers are compared without their gaps and separators, so that no record of a lot is missed. So
`1-23` and `12-3` are one number here, and may be two: every spelling is named.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.core.genealogy import Gap, GapKind, Link, MadeLot, Node, SaidBy, is_nameless
from pipeline.core.lot_uses import LotUse, Said

MOST_SPELLED = 12
"""So many other spellings are named; of more it is said that there are more."""

Spelled = Mapping[str, Mapping[str, SaidBy]]
"""By the key of a number, each way in which a record writes it, with the first record that does."""


def names(
    *, links: Iterable[Link], made: Mapping[str, Sequence[MadeLot]], key: str, asked: str
) -> dict[str, str]:
    """How each number is written: the one asked for as it was asked, by its key.

    Others as their own record has them, or else as they were read most surely.
    """
    read: dict[str, tuple[bool, float, str]] = {}
    for link in links:
        for one in (link.use, link.batch):
            if one.said is Said.MISREADING:
                continue  # it is the number asked for, as somebody may have misread it
            rank = (one.said is Said.VALUE, one.probability, one.lot)
            read[one.key] = max(read.get(one.key, rank), rank)
    found = {one: name for one, (_, _, name) in read.items()}
    for own in (one.use for several in made.values() for one in several):
        if own.said is Said.VALUE and own.lot:
            found[own.key] = own.lot
    found[key] = found.get(key, "") if is_nameless(key) else asked
    return {one: name or "no batch number" for one, name in found.items()}


def spellings(links: Iterable[Link], made: Iterable[MadeLot]) -> Spelled:
    """Each way in which records write a number, as it stands there."""
    found: defaultdict[str, dict[str, SaidBy]] = defaultdict(dict)
    for by, use in _all(links, made):
        if use.lot and use.said is Said.VALUE and use.lot not in found[use.key]:
            found[use.key][use.lot] = by
    return found


def gaps_of_spelling(nodes: Iterable[Node], spelled: Spelled) -> Iterator[Gap]:
    """A gap for each number that some record writes in another way; small letters are none."""
    for node in nodes:
        if [*spelled.get(node.key, ())] == [node.name]:
            continue
        once = {_folded(node.name): ""}
        for name in spelled.get(node.key, {}):
            once.setdefault(_folded(name), name)
        others = [name for name in once.values() if name]
        if others and not is_nameless(node.key):
            more = " and more" if len(others) > MOST_SPELLED else ""
            detail = (
                f"{node.name} is spelled otherwise in the archive: "
                f"{', '.join(others[:MOST_SPELLED])}{more}. All count as one number here; look "
                "whether they are."
            )
            by = spelled[node.key][others[0]]
            yield Gap(GapKind.SPELLED_OTHERWISE, node.key, detail, by.record)


def _all(links: Iterable[Link], made: Iterable[MadeLot]) -> Iterator[tuple[SaidBy, LotUse]]:
    for link in links:
        yield link.by, link.use
        yield link.by, link.batch
    for one in made:
        yield one.by, one.use


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
