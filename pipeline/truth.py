"""The truth beside test scans, paired with what was read, from two folders of JSON files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.score import NO_FAULT, Pair, ReadEntry, TrueEntry
from pipeline.errors import InputRefused

Document = dict[str, Any]

NOT_SAID = "not said"


@dataclass(frozen=True)
class Pairs:
    """The records of a truth folder with their readings, and the files that were refused.

    `unmatched` are readings of records that the truth does not hold; they are not scored.
    """

    pairs: tuple[Pair, ...]
    refused: tuple[tuple[Path, InputRefused], ...]
    unmatched: tuple[Path, ...]


def load_pairs(truth: Path, read: Path) -> Pairs:
    """Pairs `truth/NAME.json` with `read/NAME.json`; a record that was not read has no entries."""
    files = _json_files(truth)
    readings = {path.name: path for path in _json_files(read)}
    pairs: list[Pair] = []
    refused: list[tuple[Path, InputRefused]] = []
    for file in files:
        try:
            known = _document(file)
            pairs.append(_pair(file, known, None))  # refuses a truth that is none
        except InputRefused as error:
            refused.append((file, error))
            continue
        reading = readings.get(file.name)
        try:
            if reading is not None:
                pairs[-1] = _pair(file, known, _document(reading))
        except InputRefused as error:
            refused.append((reading or file, error))
    unmatched = readings.keys() - {file.name for file in files}
    return Pairs(tuple(pairs), tuple(refused), tuple(readings[name] for name in sorted(unmatched)))


def load_truth(file: Path) -> dict[str, TrueEntry]:
    """What is on the paper of one record, by field. Refuses what is no truth."""
    return {entry.field: entry for entry, _ in _pair(file, _document(file), None).entries}


def _json_files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        raise InputRefused(f"there is no JSON file in {folder}", "name the folder that holds them")
    return files


def _document(file: Path) -> Document:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputRefused(f"it is no JSON that can be read ({error})", "write it anew") from error
    if not isinstance(content, dict):
        raise InputRefused("it holds no record", "write it anew")
    return content


def _pair(file: Path, truth: Document, reading: Document | None) -> Pair:
    """The two documents entry by entry; refuses what lacks a key that is needed."""
    try:
        true = [_true_entry(entry) for entry in truth["entries"]]
        read = {e["field"]: _read_entry(e) for e in reading["entries"]} if reading else {}
        return Pair(
            name=file.stem,
            form=f"{truth['form']} version {truth['version']}",
            quality=str(truth.get("scan", {}).get("quality", NOT_SAID)),
            is_form_found=_is_form_found(truth, reading),
            entries=tuple((entry, read.get(entry.field)) for entry in true),
            true_flags=frozenset(truth["record_flags"]),
            read_flags=frozenset(reading["flags"] if reading else ()),
            spurious=tuple(_spurious({entry.field for entry in true}, read)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputRefused(f"a record has to hold {error}", "write it anew") from error


def _is_form_found(truth: Document, reading: Document | None) -> bool:
    keys = ("form", "version")
    return reading is not None and all(truth[key] == reading[key] for key in keys)


def _true_entry(entry: Document) -> TrueEntry:
    flags = frozenset(entry["flags"])
    return TrueEntry(
        field=_text(entry, "field"),
        type=_text(entry, "type"),
        value=_text(entry, "value"),
        state=_text(entry, "state"),
        flags=flags,
        fault=entry.get("fault") or NO_FAULT,
        writer=entry.get("writer") or "",
    )


def _read_entry(entry: Document) -> ReadEntry:
    return ReadEntry(
        value=_text(entry, "value"),
        state=_text(entry, "state"),
        confidence=_confidence(entry),
        accepted=bool(entry["accepted"]),
        flags=frozenset(entry["flags"]),
    )


def _text(entry: Document, key: str) -> str:
    """What an entry holds under that key; a number without its quotes is none."""
    text = entry[key]
    if not isinstance(text, str):
        raise ValueError(f"`{key}` of each entry as text in quotes, not {text!r}")
    return text


def _confidence(entry: Document) -> float:
    confidence = float(entry["confidence"])
    if not 0 <= confidence <= 1:
        raise ValueError(f"a `confidence` within 0 and 1, not {confidence}")
    return confidence


def _spurious(known: set[str], read: dict[str, ReadEntry]) -> Iterator[str]:
    """The flags on entries that are not on the paper."""
    for field, entry in read.items():
        if field not in known:
            yield from sorted(entry.flags)
