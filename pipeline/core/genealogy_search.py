"""What a search for a lot finds in lot entries, and a genealogy did not follow: said as gaps.

A recall list must not be too narrow without saying so. What stands in an entry in a way that
nobody foresaw is found by the search all the same; it is named, for a person to look at.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.genealogy import Gap, GapKind
from pipeline.core.lot_numbers import holds_whole
from pipeline.core.spelling import as_key


@dataclass(frozen=True)
class FoundLot:
    """A lot entry that a search found: what stands in it, or may stand there."""

    record: str
    batch: str
    field: str | None
    value: str


def not_followed(
    *, number: str, key: str, found: Sequence[FoundLot], followed: Collection[str], is_cut: bool
) -> Iterator[Gap]:
    """A gap for each record that holds the number and was not followed, and one for the others.

    The others hold a longer number that begins like it, or has it inside: another one, as a rule.
    """
    missed = [one for one in found if one.record not in followed]
    holding = {one.record: one for one in missed if holds_whole(one.value, number)}
    for record, one in holding.items():
        batch = one.batch or "a record without a batch number"
        detail = f"A lot of {batch} is “{one.value}”: whether that is {number} can't be told."
        yield Gap(GapKind.NOT_FOLLOWED, key, detail, record, one.field)
    longer = {
        one.record: one for one in missed if one.record not in holding and key in as_key(one.value)
    }
    if longer:
        record, one = next(iter(longer.items()))
        many = "A record has" if len(longer) == 1 else f"{len(longer)} records have"
        detail = (
            f"{many} a longer lot that holds {number}, such as {one.value}: they were not "
            "followed. Search the archive for the lot to see them."
        )
        yield Gap(GapKind.LONGER_NUMBER, key, detail, record, one.field)
    if is_cut:
        detail = f"A search finds {number} in more entries than were compared: {len(found)}."
        yield Gap(GapKind.CUT_OFF, key, detail)
