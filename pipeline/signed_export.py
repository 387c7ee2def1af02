"""Signatures on what leaves the site: name, account, time, meaning, and whether they hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.archive import Hit, hits_frame
from pipeline.signing import Held, held
from pipeline.site import Site

NOT_SIGNED = "not signed"
COLUMNS = ("record", "batch_number", "name", "user", "at", "meaning", "holds", "digest")

Signatures = Mapping[str, tuple[Held, ...]]
"""The signatures of each record, in the order in which they were given."""


@dataclass(frozen=True)
class SignedHits:
    """Hits of a search as they leave the site: each with its record's signatures beside it.

    `signatures` has a row for each of them, for what has room for a table of its own.
    """

    hits: pd.DataFrame
    signatures: pd.DataFrame


def signatures_of(site: Site, records: Iterable[str]) -> Signatures:
    """The signatures of these records, each looked at whether it holds now."""
    return {record: held(site, record) for record in dict.fromkeys(records)}


def signed_hits(site: Site, hits: tuple[Hit, ...]) -> SignedHits:
    """The hits as tables, with the signatures of their records."""
    found = signatures_of(site, (hit.record for hit in hits))
    frame = hits_frame(hits)
    frame["signatures"] = [in_words(found[hit.record]) for hit in hits]
    batches = {hit.record: hit.batch_number for hit in hits}
    rows = [*_rows(found, batches)]
    return SignedHits(frame, pd.DataFrame(rows, columns=list(COLUMNS)))


def in_words(signatures: tuple[Held, ...]) -> str:
    """The signatures of a record in one cell."""
    return " | ".join(_line(one) for one in signatures) or NOT_SIGNED


def _line(one: Held) -> str:
    signed = one.signature
    stands = "holds" if one.holds else "VOID: the record was changed after it"
    at = f"{signed.at:%Y-%m-%d %H:%M:%S} {signed.at.tzname()}"
    return f"{signed.name} ({signed.user}), {at}, {signed.meaning}, {stands}"


def _rows(found: Signatures, batches: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for record, signatures in found.items():
        if not signatures:
            yield (record, batches[record], NOT_SIGNED, "", "", "", "", "")
        for one in signatures:
            signed = one.signature
            yield (
                record,
                batches[record],
                signed.name,
                signed.user,
                signed.at.isoformat(),
                signed.meaning,
                "holds" if one.holds else "void",
                signed.digest,
            )
