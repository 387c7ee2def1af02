"""Lists and charts that are handed out as files: each a line of the trail, whichever way it goes.

The screens, the HTTP API and the command line take these files from here, so that none of them
forgets the line. Records as files are in `pipeline.export`, recall lists in `pipeline.genealogy`,
hits of a search in `pipeline.hits_out`.
"""

from collections.abc import Sequence
from enum import StrEnum

from pipeline.accounts import Person
from pipeline.archive import frame_as_csv
from pipeline.certificates import Certificate, as_json, as_sheets
from pipeline.core.trend import Trend
from pipeline.export import note_export
from pipeline.quality import (
    Quality,
    Turnaround,
    quality_as_png,
    quality_frame,
    turnaround_as_png,
    turnaround_frame,
)
from pipeline.signature_log import log_file
from pipeline.site import HERE, Site
from pipeline.trail import TrailQuery, trail_as_csv
from pipeline.trends import trend_as_png, trend_frame

TRAIL, LOG = "trail.csv", "signatories.csv"
QUALITY, TURNAROUND = "corrections-and-flags", "turnaround"


class TrendKind(StrEnum):
    """As what a trend, counts or turnaround are handed out: a table, or a picture."""

    CSV = "csv"
    PNG = "png"


class CertificateKind(StrEnum):
    """As what certificates are handed out: to be printed, or for programs."""

    PDF = "pdf"
    JSON = "jsonl"


def trend_name(found: Trend, kind: TrendKind) -> str:
    """What the file of a trend is called."""
    return f"{found.form}-{found.field.name}.{kind.value}"


def trend_file(
    site: Site, found: Trend, kind: TrendKind, *, by: Person, where: str = HERE
) -> bytes:
    """The points of a trend as CSV, or its chart as a picture."""
    is_csv = kind is TrendKind.CSV
    content = frame_as_csv(trend_frame(found)) if is_csv else trend_as_png(found)
    note_export(site, trend_name(found, kind), content, by=by, where=where)
    return content


def quality_file(
    site: Site, found: Quality, kind: TrendKind, *, by: Person, where: str = HERE
) -> bytes:
    """Corrections and flags as CSV, or the most frequent as a picture."""
    is_csv = kind is TrendKind.CSV
    content = frame_as_csv(quality_frame(found)) if is_csv else quality_as_png(found)
    note_export(site, f"{QUALITY}.{kind.value}", content, by=by, where=where)
    return content


def turnaround_file(
    site: Site, found: Turnaround, kind: TrendKind, *, by: Person, where: str = HERE
) -> bytes:
    """How long each record took as CSV, or as a picture."""
    is_csv = kind is TrendKind.CSV
    content = frame_as_csv(turnaround_frame(found)) if is_csv else turnaround_as_png(found)
    note_export(site, f"{TURNAROUND}.{kind.value}", content, by=by, where=where)
    return content


def trail_file(site: Site, query: TrailQuery, *, by: Person, where: str = HERE) -> bytes:
    """The lines of the trail that fit, as CSV; the line about this comes after them."""
    content = trail_as_csv(site, query, by=by)
    note_export(site, TRAIL, content, by=by, where=where)
    return content


def signature_log_file(site: Site, *, by: Person, where: str = HERE) -> bytes:
    """The signature log as CSV."""
    content = log_file(site)
    note_export(site, LOG, content, by=by, where=where)
    return content


def certificates_name(found: Sequence[Certificate], kind: CertificateKind) -> str:
    """What the file of one certificate, or of all of a destruction list, is called."""
    of = found[0].record if len(found) == 1 else f"list-{found[0].list}"
    return f"certificate-{of}.{kind.value}"


def certificates_file(
    site: Site,
    found: Sequence[Certificate],
    kind: CertificateKind,
    *,
    by: Person,
    where: str = HERE,
) -> bytes:
    """Certificates of destroyed records, at least one, as a PDF or as a line of JSON each."""
    content = as_sheets(found) if kind is CertificateKind.PDF else b"".join(map(as_json, found))
    note_export(site, certificates_name(found, kind), content, by=by, where=where)
    return content
