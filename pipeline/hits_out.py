"""Hits of a search as files, with the signatures of their records; the trail says who took them."""

from pipeline.accounts import Act, Person, require
from pipeline.archive import SearchQuery, frame_as_csv, frame_as_excel, look
from pipeline.core.query import Problem
from pipeline.errors import InputRefused
from pipeline.export import note_export
from pipeline.signed_export import SignedHits, signed_hits
from pipeline.site import HERE, Site

MOST_OUT = 500
"""So many hits a file holds, the first in their order."""


def hits_as_csv(
    site: Site, asked: SearchQuery, name: str, *, by: Person, where: str = HERE
) -> bytes:
    """The first hits of all pages as CSV, told in the trail under the name of the file."""
    content = frame_as_csv(_hits(site, asked, by).hits)
    note_export(site, name, content, by=by, where=where)
    return content


def hits_as_excel(
    site: Site, asked: SearchQuery, name: str, *, by: Person, where: str = HERE
) -> bytes:
    """The same as an Excel file, with the signatures on a sheet of their own."""
    signed = _hits(site, asked, by)
    content = frame_as_excel(signed.hits, {"Signatures": signed.signatures})
    note_export(site, name, content, by=by, where=where)
    return content


def _hits(site: Site, asked: SearchQuery, by: Person) -> SignedHits:
    require(by, Act.EXPORT)
    found = look(site, SearchQuery(asked.text, asked.sort, size=MOST_OUT))
    if found.problem:
        raise InputRefused(*Problem(found.problem).parts)
    return signed_hits(site, found.hits)
