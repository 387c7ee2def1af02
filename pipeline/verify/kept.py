"""What was destroyed, and what is held: certificates, lists, holds and rules against the trail.

A record that is gone with a certificate was destroyed; one that is gone without was taken away.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect

from pipeline.files import FileStore
from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import Row, rows_of, sha256

TOLD = (
    "destroyed", "hold_placed", "hold_widened", "hold_lifted", "hold_signed", "lift_signed",
    "destruction_signed", "destruction_withdrawn", "destruction_carried_out",
    "retention_rule_set", "room_opened", "room_closed",
)  # fmt: skip
NAMES = {
    "hold": "legal hold {}",
    "lift": "lifting of legal hold {}",
    "destruction": "destruction list {}",
}
SIGNERS = 2
YEARS = re.compile(r"(expiry|certification) \+ (\d+)")


@dataclass(frozen=True)
class Kept:
    """The rows of retention. All are empty on a site of before there were any."""

    records: Mapping[str, Row] = field(default_factory=dict)
    scans: Mapping[int, Row] = field(default_factory=dict)
    lists: Mapping[int, Row] = field(default_factory=dict)
    lines: Sequence[Row] = ()
    signatures: Sequence[Row] = ()
    held: Sequence[Row] = ()
    lifted: Sequence[Row] = ()
    holds: Sequence[Row] = ()
    rules: Sequence[Row] = ()
    ends: Mapping[int, Row] = field(default_factory=dict)
    to_remove: frozenset[str] = frozenset()
    rooms: Sequence[Row] = ()
    lying: Sequence[Row] = ()


def has_retention(connection: Connection) -> bool:
    """Whether the site's tables are of a version that knows retention."""
    return inspect(connection).has_table("destroyed_record")


def kept_rows(connection: Connection) -> Kept:
    """The rows of retention as they lie in the tables."""
    if not has_retention(connection):
        return Kept()
    return Kept(
        records={row["record"]: row for row in rows_of(connection, "destroyed_record", "record")},
        scans={row["scan"]: row for row in rows_of(connection, "destroyed_scan", "scan")},
        lists={row["id"]: row for row in rows_of(connection, "destruction_list", "id")},
        lines=[*rows_of(connection, "destruction_line", "list")],
        signatures=[*rows_of(connection, "retention_signature", "what, number, position")],
        held=[*rows_of(connection, "held_record", "hold")],
        lifted=[*rows_of(connection, "hold_lift", "hold")],
        ends={row["list"]: row for row in rows_of(connection, "destruction_end", "list")},
        holds=[*rows_of(connection, "legal_hold", "id")],
        rules=[*rows_of(connection, "retention_rule", "id")],
        to_remove=frozenset(row["sha256"] for row in rows_of(connection, "file_to_remove", "1")),
        rooms=[*rows_of(connection, "reading_room", "id")],
        lying=[*rows_of(connection, "room_record", "room")],
    )


def check_kept(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    """What does not hold in the rows of retention."""
    yield from _check_certificates(kept, _of_kind(told, "destroyed"))
    yield from _check_ends(kept, told)
    yield from _check_scans(kept)
    yield from _check_signatures(kept, told)
    yield from _check_holds(kept, told)
    yield from _check_rules(kept, _of_kind(told, "retention_rule_set"))
    yield from _check_rooms(kept, told)


def check_removed(connection: Connection, files: FileStore, kept: Kept) -> Iterator[Finding]:
    """Files of destroyed records that lie there still, though nothing needs them any more."""
    if not kept.records:
        return
    used = {row["sha256"] for table in ("scan", "picture", "small_picture", "replaced_page")
            for row in rows_of(connection, table, "1")}  # fmt: skip
    used |= {row["sample"] for row in rows_of(connection, "signatory", "1")}
    gone = {row["sha256"] for row in kept.scans.values()}
    gone |= {one for row in kept.records.values() for one in _document(row).get("pictures", ())}
    for left in sorted((gone - used - kept.to_remove) & set(files.digests())):
        yield Finding(Part.FILE, f"The file {left[:12]}… of a destroyed record lies there still.")


def _check_certificates(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    digests = {line["record"]: line["new"] for line in told}
    for name, row in kept.records.items():
        text = row["document"].encode("utf-8", "surrogatepass")
        if digests.get(name) != hashlib.sha256(text).hexdigest():
            yield _wrong(name, f"The certificate of {name} is not the one that the trail tells.")
        lines = [one for one in kept.lines if (one["list"], one["record"]) == (row["list"], name)]
        if [one["keep_until"] for one in lines] != [row["keep_until"]]:
            yield _wrong(name, f"The certificate of {name} is not as its list was signed.")
        if len(_signers(kept, row["list"])) < SIGNERS:
            yield _wrong(name, f"The destruction of {name} was not signed by two people.")
        if kept.ends.get(row["list"], {}).get("outcome") == "withdrawn":
            yield _wrong(name, f"{name} was destroyed by a list that was withdrawn.")
    for name in sorted(digests.keys() - kept.records.keys()):
        yield _wrong(name, f"The certificate of {name} that the trail tells is gone.")


def _signers(kept: Kept, number: int) -> set[str]:
    """Who signed a list, whoever drew it up left out."""
    drawn = kept.lists.get(number, {}).get("by")
    of_list = [one for one in kept.signatures if one["what"] == "destruction"]
    return {one["user"] for one in of_list if one["number"] == number} - {drawn}


def _check_ends(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    """Which lists were withdrawn or carried out, by whom and why, as the trail tells."""
    lines = [
        (line["new"], line["kind"], line["reason"] or "", line["by"], line["at"])
        for line in _of_kind(told, "destruction_withdrawn", "destruction_carried_out")
    ]
    there = [
        (
            NAMES["destruction"].format(number),
            f"destruction_{row['outcome']}",
            *(row[name] for name in ("reason", "by", "at")),
        )
        for number, row in kept.ends.items()
    ]
    if Counter(lines) != Counter(there):
        sentence = "What became of destruction lists is not what the trail tells."
        yield Finding(Part.RECORD, sentence)


def _check_scans(kept: Kept) -> Iterator[Finding]:
    """Each destroyed scan is named by the certificate of a record that went with it."""
    named = {
        (scan["scan"], scan["sha256"], scan["name"])
        for row in kept.records.values()
        for scan in _document(row).get("scans", ())
        if scan["is_destroyed"]
    }
    there = {(row["scan"], row["sha256"], row["name"]) for row in kept.scans.values()}
    for number, _, name in sorted(there ^ named):
        sentence = f"Scan {number} ({name}) is not gone as the certificates tell."
        yield Finding(Part.FILE, sentence)


def _check_signatures(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    lines = [
        (line["new"], line["old"], line["reason"], line["by"], line["at"])
        for line in told
        if line["kind"].endswith("_signed")
    ]
    for row in kept.signatures:
        name = NAMES[row["what"]].format(row["number"])
        what = f"The signature of {row['name']} under {name}"
        line = (name, row["content"], row["meaning"], row["user"], row["at"])
        if line not in lines or row["digest"] != _signed(row, name):
            yield Finding(Part.SIGNATURE, f"{what} was changed, moved or put in.")
        stands = {
            "destruction": lambda number: _content(kept, number),
            "hold": lambda number: _signed_hold(kept, told, number),
        }.get(row["what"])
        if stands and row["content"] != stands(row["number"]):
            sentence = f"{what} is of something else than what stands here now."
            yield Finding(Part.SIGNATURE, sentence)
    if len(lines) != len(kept.signatures):
        count = f"{len(kept.signatures)} of {len(lines)}"
        yield Finding(Part.SIGNATURE, f"Under holds and lists stand {count} signatures.")


def _signed(row: Row, name: str) -> str:
    at = datetime.fromisoformat(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    said = {key: row[key] for key in ("name", "user", "meaning", "content")}
    return sha256(said | {"record": name, "at": at})


def _content(kept: Kept, number: int) -> str:
    """The digest of a list as it stands."""
    found = sorted(
        (one for one in kept.lines if one["list"] == number),
        key=lambda one: (one["chain"], one["record"]),
    )
    said = [
        [one[name] for name in ("record", "chain", "keep_until", "rule", "content")]
        for one in found
    ]
    drawn = kept.lists.get(number, {})
    name = NAMES["destruction"].format(number)
    return sha256([name, drawn.get("reason"), drawn.get("by"), said])


def _check_holds(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    """Which holds are on which records, and which are lifted, as the trail leaves them."""
    placed = {
        (line["new"], line["record"])
        for line in _of_kind(told, "hold_placed", "hold_widened")
        if line["record"]
    }
    there = {(NAMES["hold"].format(row["hold"]), row["record"]) for row in kept.held}
    ended = [
        (line["new"], line["reason"], line["by"], line["at"])
        for line in _of_kind(told, "hold_lifted")
        if not line["record"]
    ]
    lifts = [
        (NAMES["hold"].format(row["hold"]), row["reason"], row["by"], row["at"])
        for row in kept.lifted
    ]
    if placed != there or Counter(ended) != Counter(lifts) or not _are_as_placed(kept, told):
        sentence = "The legal holds that the trail tells are not those that stand here."
        yield Finding(Part.RECORD, sentence)


def _are_as_placed(kept: Kept, told: Sequence[Row]) -> bool:
    """Whether each hold is on what it was placed on, for that reason, as the trail tells."""
    placed = [
        (line["new"], line["old"], line["reason"], line["by"], line["at"])
        for line in _of_kind(told, "hold_placed")
        if not line["record"]
    ]
    there = [
        (NAMES["hold"].format(row["id"]), _scope(row), row["reason"], row["by"], row["at"])
        for row in kept.holds
    ]
    return Counter(placed) == Counter(there)


def _scope(row: Row) -> str:
    """What a hold is on, as people read it."""
    try:
        said = json.loads(row["scope"])
        named = [", ".join(said["records"])] if said["records"] else []
        pairs = (
            ("form", said["form"]), ("batch", said["batch_number"]), ("search for", said["query"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return "what can't be read"
    found = " and ".join(f"{name} {words}" for name, words in pairs if words)
    return "; ".join([*named, *([found] if found else [])])


def _signed_hold(kept: Kept, told: Sequence[Row], number: int) -> str:
    """The digest of a hold as it was signed: with the records that it was on at first."""
    name = NAMES["hold"].format(number)
    row = next((one for one in kept.holds if one["id"] == number), None)
    first = sorted(
        line["record"]
        for line in _of_kind(told, "hold_placed")
        if line["record"] and line["new"] == name
    )
    return sha256([name, _scope(row), row["reason"], first]) if row else ""


def _check_rules(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    lines = [
        (line["field"] or "", *_years(line["new"]), line["reason"], line["by"], line["at"])
        for line in told
    ]
    names = ("form", "after_expiry", "after_certification", "reason", "by", "at")
    if lines != [tuple(row[name] for name in names) for row in kept.rules]:
        sentence = "The retention rules that the trail tells are not those that stand here."
        yield Finding(Part.RECORD, sentence)


def _check_rooms(kept: Kept, told: Sequence[Row]) -> Iterator[Finding]:
    """Reading rooms: for whom, from when to when, and with which records, as the trail tells."""
    opened = [
        (line["new"], line["reason"], line["by"], line["at"])
        for line in _of_kind(told, "room_opened")
    ]
    closed = [(line["new"], line["by"], line["at"]) for line in _of_kind(told, "room_closed")]
    there = [(_room(kept, row), row["reason"], row["by"], row["at"]) for row in kept.rooms]
    ended = [
        (f"reading room {row['id']}", row["closed_by"], row["closed_at"])
        for row in kept.rooms
        if row["closed_at"] or row["closed_by"]
    ]
    if Counter(opened) != Counter(there) or Counter(closed) != Counter(ended):
        sentence = "The reading rooms that the trail tells are not those that stand here."
        yield Finding(Part.RECORD, sentence)


def _room(kept: Kept, row: Row) -> str:
    """A room as the trail tells it."""
    records = sorted(one["record"] for one in kept.lying if one["room"] == row["id"])
    return (
        f"reading room {row['id']} for {row['user']}, {row['opens_at']} to {row['closes_at']}, "
        f"{len(records)} records {sha256(records)}"
    )


def _years(words: str) -> tuple[int | None, int | None]:
    found = {name: int(years) for name, years in YEARS.findall(words)}
    return found.get("expiry"), found.get("certification")


def _of_kind(lines: Iterable[Row], *kinds: str) -> list[Row]:
    return [line for line in lines if line["kind"] in kinds]


def _document(row: Row) -> Row:
    try:
        found = json.loads(row["document"])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _wrong(record: str, sentence: str) -> Finding:
    return Finding(Part.RECORD, sentence, record)
