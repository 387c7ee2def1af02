"""Records: what was read, what people did, and where each stands, against what the trail tells."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.verify.findings import Finding, Part
from pipeline.verify.keyings import (
    STEPS,
    Done,
    awaited,
    broken_rules,
    corrected,
    keyed,
    without_waiting,
)
from pipeline.verify.rows import Row, canonical, sha256

SAID: Mapping[str, tuple[str, ...]] = {
    "scan": (
        "id", "sha256", "name", "size", "page_count", "scanned_on", "received_at", "received_by",
    ),
    "record": (
        "id", "scan", "number", "form", "version", "title", "batch_number", "revision",
        "recordroom", "models", "received_at",
    ),
    "page": (
        "record", "position", "page", "scan_page", "turned", "form_score", "homography",
        "effective_dpi", "residual_mm",
    ),
    "picture": ("record", "position", "page", "scan_page", "pixels_per_mm", "sha256"),
    "entry": (
        "record", "field", "position", "page", "type", "step", "x", "y", "width", "height", "value",
        "state", "confidence", "reader", "model", "free_text", "alternatives", "previous",
        "evidence", "accepted",
    ),
    "flag": ("record", "entry", "position", "name", "severity", "detail", "field", "page"),
    "correction": ("record", "entry", "position", "value", "state", "reason", "by", "at"),
    "keying": ("record", "entry", "position", "step", "value", "state", "reason", "by", "at"),
    "disposition": (
        "record", "entry", "position", "flag", "detail", "outcome", "reason", "by", "at",
    ),
    "signature": ("record", "position", "name", "user", "meaning", "at", "digest"),
    "revision": ("record", "amends", "kind", "reason", "by", "at"),
    "replaced_page": ("record", "position", "page", "scan", "sha256", "since"),
}  # fmt: skip
READ = ("record", "scan", "page", "picture", "entry")
REVISED = ("revision", "replaced_page")
SORTED = ("flag", "correction", "keying", "disposition")
IF_ANY = "keying"
"""Named only where there are any: signatures of before there were any hold on."""
CHANGED_LATER = ("batch_number", "accepted")
SIGNING = ("attested", "approved", "rejected")
CHANGING = ("corrected", "disposed", "confirmed", *STEPS)
FOUND = ("read", "carried_over")


@dataclass(frozen=True)
class RecordRows:
    """A record's rows by table, and the lines of the trail about it.

    `before` is the record that it is a revision of, where it is one.
    """

    rows: Mapping[str, Sequence[Row]]
    lines: Sequence[Row]
    before: "RecordRows | None" = None

    @property
    def record(self) -> Row:
        """The record's own row."""
        return self.rows["record"][0]


def check_record(one: RecordRows) -> Iterator[Finding]:
    """What does not hold in a record that is there."""
    yield from _check_reading(one)
    lines = lines_of(one)
    yield from _check_done(one, "correction", corrected(lines))
    yield from _check_done(one, "keying", keyed(lines))
    yield from (_wrong(one, sentence) for sentence in broken_rules(lines))
    yield from _check_done(one, "disposition", _answered(lines))
    yield from _check_state(one)
    yield from _check_awaited(one, awaited(lines))
    yield from _check_revision(one)
    yield from _check_signatures(one)


def content_of(rows: Mapping[str, Sequence[Row]], signatures: int | None = None) -> str:
    """The digest of all that the record says, with its first signatures (or all of them)."""
    manifest = {name: [_said(name, row) for row in rows[name]] for name in _read(rows)}
    manifest |= {
        name: sorted((_said(name, row) for row in rows[name]), key=canonical)
        for name in SORTED
        if rows[name] or name != IF_ANY
    }
    signed = [_said("signature", row) for row in rows["signature"]]
    return sha256(manifest | {"signature": signed[:signatures]})


def reading_of(rows: Mapping[str, Sequence[Row]]) -> str:
    """The digest of what the machine read."""
    return sha256(
        {
            name: [
                {k: v for k, v in _said(name, row).items() if k not in CHANGED_LATER}
                for row in rows[name]
            ]
            for name in _read(rows)
        }
    )


def _read(rows: Mapping[str, Sequence[Row]]) -> tuple[str, ...]:
    """The tables of what was read; a revision also says what it is one of."""
    return (*READ, *REVISED) if rows["revision"] else READ


def _said(table: str, row: Row) -> Row:
    return {name: _as_bool(row[name]) if name == "accepted" else row[name] for name in SAID[table]}


def _as_bool(value: object) -> object:
    """SQLite keeps yes and no as 1 and 0; anything else is neither, and stays what it is."""
    return bool(value) if value in (0, 1) else value


def _check_reading(one: RecordRows) -> Iterator[Finding]:
    read = [line for line in one.lines if line["kind"] in FOUND]
    if len(read) != 1:
        yield _wrong(one, f"The trail says {len(read)} times that it was read, not once.")
        return
    if read[0]["new"] != reading_of(one.rows):
        yield _wrong(one, "What was read was changed: pages, pictures, readings or their scan.")
    is_untouched = not any(_is_change(line) or line["kind"] in SIGNING for line in one.lines)
    if is_untouched and read[0]["old"] != content_of(one.rows):
        yield _wrong(one, "Its flags, values or answers are not those that it was read with.")


def lines_of(one: RecordRows) -> list[Row]:
    """What the trail tells of the record; of a revision also what it took over.

    That is all that its forerunner has, but for entries of pages that it replaced, and for
    keyings that waited for another person.
    """
    if one.before is None:
        return [*one.lines]
    name = one.record["id"]
    pages = {row["page"] for row in one.rows["replaced_page"] if row["since"] == name}
    if pages and one.before.record["form"] is None:
        return [*one.lines]
    replaced = {row["field"] for row in one.before.rows["entry"] if row["page"] in pages}
    kept = without_waiting(lines_of(one.before))
    return [line for line in kept if line["field"] not in replaced] + [*one.lines]


def _answered(lines: Iterable[Row]) -> list[Done]:
    """The answers that the trail tells; a confirmation answers the flags that it names."""
    answers: list[Done] = []
    for line in lines:
        who = (line["reason"], line["by"], line["at"])
        if line["kind"] == "disposed":
            answers.append((line["field"], line["old"], line["new"], *who))
        if line["kind"] == "confirmed":
            flags = filter(None, (line["old"] or "").split(", "))
            answers += ((line["field"], flag, "confirmed", *who) for flag in flags)
    return answers


def _check_done(one: RecordRows, table: str, told: Sequence[Done]) -> Iterator[Finding]:
    """What people did, as its table has it, against what the trail tells, both ways."""
    rows = sorted(one.rows[table], key=lambda row: (str(row["entry"]), row["position"]))
    there = [_done(table, row) for row in rows]
    for done in (Counter(there) - Counter(told)).elements():
        yield _wrong(one, f"A {table} of {_named(done)} stands here that the trail does not tell.")
    for done in (Counter(told) - Counter(there)).elements():
        yield _wrong(one, f"A {table} of {_named(done)} that the trail tells is gone or changed.")
    is_in_order = there == sorted(told, key=lambda done: str(done[0]))
    counts = Counter(row["entry"] for row in rows)
    places = {entry: [row["position"] for row in rows if row["entry"] == entry] for entry in counts}
    are_counted = all(found == [*range(len(found))] for found in places.values())
    if Counter(there) == Counter(told) and not (is_in_order and are_counted):
        yield _wrong(one, f"The order of its {table}s was changed.")


def _done(table: str, row: Row) -> Done:
    return (row["entry"], *_what(table, row), row["reason"], row["by"], row["at"])


def _what(table: str, row: Row) -> Done:
    match table:
        case "correction":
            return (_line(row),)
        case "keying":
            return (row["step"], _line(row))
        case _:
            return (row["flag"], row["outcome"])


def _named(done: Done) -> str:
    return f"{done[0] or 'the whole record'} by {done[-2]} at {done[-1]}"


def _line(row: Row) -> str:
    """A correction's or keying's value as the trail writes it."""
    if row["state"] != "filled" or row["value"] == "":
        return f"({row['state'].replace('_', ' ')})"
    return f"({row['value']}" if row["value"].startswith("(") else str(row["value"])


def _check_state(one: RecordRows) -> Iterator[Finding]:
    """Where the record stands, as the trail leaves it."""
    told = "in_review"
    for line in one.lines:
        if line["kind"] in ("approved", "rejected", "superseded"):
            told = line["kind"]
    if one.record["state"] != told:
        yield _wrong(one, f"It stands as {one.record['state']}, and the trail leaves it {told}.")


def _check_awaited(one: RecordRows, told: int) -> Iterator[Finding]:
    """What makes an entry stand on the list of those that wait for another person's keying."""
    found = one.record["keyings_awaited"]
    if one.record["state"] == "in_review" and found != told:
        yield _wrong(one, f"{found} keyings are awaited in it, and by the trail {told}.")


def _check_revision(one: RecordRows) -> Iterator[Finding]:
    """What it is a revision of, and that the older one stands as it has to."""
    told = [(line["old"], line["reason"], line["by"]) for line in _of_kind(one, "revised")]
    rows = [(row["amends"], row["reason"], row["by"]) for row in one.rows["revision"]]
    if told != rows or len(rows) != (one.record["revision"] > 1):
        yield _wrong(one, "What it is a revision of is not what the trail tells.")
    begun = {line["new"] for line in _of_kind(one.before, "revision_begun")}
    if rows and one.record["id"] not in begun:
        yield _wrong(one, f"The trail of {rows[0][0]} does not tell of this revision.")
    is_over = any(row["kind"] == "rescan" for row in one.rows["revision"])
    is_over = is_over or bool(_of_kind(one, "approved"))
    if one.before and is_over and one.before.record["state"] != "superseded":
        yield _wrong(one, f"It took the place of {rows[0][0]}, which is not superseded.")


def _of_kind(one: RecordRows | None, kind: str) -> list[Row]:
    return [line for line in one.lines if line["kind"] == kind] if one else []


def _check_signatures(one: RecordRows) -> Iterator[Finding]:
    """Each signature: whose it is by the trail, and of what."""
    lines = [line for line in one.lines if line["kind"] in SIGNING]
    rows = one.rows["signature"]
    if len(lines) != len(rows):
        told = f"It has {len(rows)} signatures, and the trail tells {len(lines)}."
        yield _of_signature(one, told)
        return
    if [row["position"] for row in rows] != [*range(len(rows))]:
        yield _of_signature(one, "The order of its signatures was changed.")
    for place, (row, line) in enumerate(zip(rows, lines, strict=True)):
        what = f"The signature of {row['name']} ({row['at']})"
        if row["digest"] != _signed(row, line["old"]) or not _is_told(row, line):
            yield _of_signature(one, f"{what} was changed, moved or put in.")
        is_standing = not any(
            _is_change(later) for later in one.lines if later["sequence"] > line["sequence"]
        )
        if is_standing and line["old"] != content_of(one.rows, place):
            yield _of_signature(one, f"{what} is of something else than what stands here now.")


def _is_told(row: Row, line: Row) -> bool:
    meaning = f"Rejected: {line['reason']}" if line["kind"] == "rejected" else line["reason"]
    return (row["user"], row["at"], row["meaning"]) == (line["by"], line["at"], meaning)


def _signed(row: Row, content: str | None) -> str:
    """The digest that a signature of that content has."""
    try:
        at = datetime.fromisoformat(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    except ValueError:
        at = row["at"]
    said = {name: row[name] for name in ("record", "name", "user", "meaning")}
    return sha256(said | {"content": content, "at": at})


def _is_change(line: Row) -> bool:
    return line["kind"] in CHANGING and not (line["kind"] == "confirmed" and not line["old"])


def _wrong(one: RecordRows, sentence: str) -> Finding:
    name = one.record["id"]
    return Finding(Part.RECORD, f"Record {name}: {sentence[0].lower()}{sentence[1:]}", name)


def _of_signature(one: RecordRows, sentence: str) -> Finding:
    name = one.record["id"]
    return Finding(Part.SIGNATURE, f"Record {name}: {sentence[0].lower()}{sentence[1:]}", name)
