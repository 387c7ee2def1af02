"""All of a site against all of it, in one pass over the tables as they are at one moment."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from pipeline.verify.arrangements import check_arrangements
from pipeline.verify.checkpoint import Checkpoint, check_checkpoint
from pipeline.verify.files import check_file, check_scan, check_taken
from pipeline.verify.findings import Finding, Part, Verified
from pipeline.verify.guards import check_guards
from pipeline.verify.kept import Kept, check_kept, check_removed, kept_rows
from pipeline.verify.records import RecordRows, check_record
from pipeline.verify.rescans import check_rescans
from pipeline.verify.rows import Row, count_of, of_record, open_tables, rows_of, rows_where
from pipeline.verify.signatories import check_logs
from pipeline.verify.tokens import check_tokens
from pipeline.verify.trail import Noted, check_trail

PER_RECORD = (
    "page", "picture", "entry", "flag", "correction", "keying", "disposition", "signature",
    "replaced_page",
)  # fmt: skip

Watch = Callable[[int, int], None]
"""Is told how many of how many records were looked at."""


def verify(
    settings: Settings,
    *,
    checkpoint: Checkpoint | None = None,
    watch: Watch = lambda done, all_of_them: None,
) -> Verified:
    """Everything that is wrong with the site; SiteUnavailable where it can't be read at all."""
    files = open_files(settings.files_url)
    trail = Noted(wanted=checkpoint.sequence if checkpoint else 0)
    with open_tables(settings.database_url) as connection:
        findings = [*check_guards(connection)]
        findings += check_trail(trail.noting(rows_of(connection, "event", "sequence")))
        if checkpoint is not None:
            (site,) = rows_of(connection, "site", "id")
            findings += check_checkpoint(checkpoint, site, trail)
        scans = {scan["id"]: scan for scan in rows_of(connection, "scan", "id")}
        for scan in scans.values():
            findings += check_scan(scan, trail.taken)
            findings += check_file(files, scan["sha256"], f"Scan {scan['name']}", None)
        kept = kept_rows(connection)
        _leave_out_destroyed(trail, kept)
        findings += check_kept(kept, trail.kept)
        findings += check_removed(connection, files, kept)
        findings += check_taken(trail.taken)
        findings += check_arrangements(connection, trail.arranged)
        findings += check_rescans(connection, trail.rescans)
        findings += check_logs(connection, files, trail.logs)
        findings += check_tokens(connection, trail.tokens)
        records = count_of(connection, "record")
        for done, row in enumerate(rows_of(connection, "record", "id"), start=1):
            trail.records.discard(row["id"])
            findings += _check_gone(row, kept)
            findings += _check(files, record_rows(connection, row, scans), scans)
            watch(done, records)
        signatures = count_of(connection, "signature")
        kept_files = len(scans) + count_of(connection, "picture")
    for name in sorted(trail.records):
        sentence = f"Record {name} that the trail tells is gone."
        findings.append(Finding(Part.RECORD, sentence, name))
    return Verified(trail.last, records, signatures, kept_files, tuple(findings), trail.head)


def _leave_out_destroyed(trail: Noted, kept: Kept) -> None:
    """Of records and scans that have a certificate the trail tells, and the tables do not."""
    trail.records -= set(kept.records)
    for scan, row in kept.scans.items():
        if trail.taken.get(scan) == (row["name"], row["sha256"]):
            del trail.taken[scan]
    trail.arranged = [one for one in trail.arranged if one[0] not in kept.scans]
    trail.rescans = [line for line in trail.rescans if line["record"] not in kept.records]


def _check_gone(row: Row, kept: Kept) -> Iterator[Finding]:
    """A record that has a certificate can't be there."""
    if row["id"] in kept.records:
        sentence = f"Record {row['id']} stands here, and a certificate says that it is destroyed."
        yield Finding(Part.RECORD, sentence, row["id"])


def record_rows(connection: Connection, row: Row, scans: dict[int, Row]) -> RecordRows:
    """All rows of a record, and its lines of the trail."""
    name = row["id"]
    own = {table: of_record(connection, table, name, "position") for table in PER_RECORD}
    own["revision"] = of_record(connection, "revision", name, "record")
    others = sorted({page["scan"] for page in own["replaced_page"]} - {row["scan"]})
    scan = [scans[number] for number in (row["scan"], *others) if number in scans]
    lines = of_record(connection, "event", name, "sequence")
    before = _before(connection, own["revision"], scans)
    return RecordRows({**own, "record": [row], "scan": scan}, lines, before)


def _before(
    connection: Connection, revision: list[Row], scans: dict[int, Row]
) -> RecordRows | None:
    """The record that a revision follows. Numbers go down, so that no ring can be gone round."""
    for one in revision:
        found = rows_where(connection, "record", "id", one["amends"])
        own = rows_where(connection, "record", "id", one["record"])
        if found and own and found[0]["revision"] < own[0]["revision"]:
            return record_rows(connection, found[0], scans)
    return None


def _check(files: FileStore, one: RecordRows, scans: dict[int, Row]) -> Iterator[Finding]:
    """A record's rows, the scans of its replaced pages, and the pictures of all pages."""
    yield from check_record(one)
    for page in one.rows["replaced_page"]:
        if scans.get(page["scan"], {}).get("sha256") != page["sha256"]:
            sentence = f"Record {page['record']}: the scan of its page {page['page']} is another."
            yield Finding(Part.RECORD, sentence, page["record"])
    for picture in one.rows["picture"]:
        what = f"The picture of page {picture['page']} of record {picture['record']}"
        yield from check_file(files, picture["sha256"], what, picture["record"])
