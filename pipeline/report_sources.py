"""What a report says of its own sources: who read, which files, which master forms."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.forms import MasterForm
from pipeline.forms import FORM_FILE

MOST_OF_A_DIGEST = 16


@dataclass(frozen=True)
class FormUsed:
    """A master form, named; the digest (SHA-256) is over its form.yaml and its blank."""

    form: str
    version: str
    title: str
    sha256: str


@dataclass(frozen=True)
class Sources:
    """Where the figures come from. A digest (SHA-256) is over the names and contents of all files.

    `readers` are the programs and models named in the records, with the number of records of each.
    """

    truth_files: int
    truth_sha256: str
    read_files: int
    read_sha256: str
    not_read: tuple[str, ...]
    readers: tuple[tuple[str, int], ...]
    forms: tuple[FormUsed, ...] = ()


def sources_of(truth: Path, read: Path, forms: Iterable[MasterForm]) -> Sources:
    """What the two folders hold. A reading without a truth is not scored, and not counted."""
    truths = sorted(truth.glob("*.json"))
    readings = [read / file.name for file in truths if (read / file.name).is_file()]
    there = {file.name for file in readings}
    readers = Counter(_reader(file) for file in readings)
    return Sources(
        truth_files=len(truths),
        truth_sha256=_digest(truths),
        read_files=len(readings),
        read_sha256=_digest(readings),
        not_read=tuple(file.stem for file in truths if file.name not in there),
        readers=tuple(sorted(readers.items())),
        forms=tuple(_form(form) for form in forms),
    )


def _form(form: MasterForm) -> FormUsed:
    files = [form.blank.parent / FORM_FILE, form.blank]
    return FormUsed(form.form, form.version, form.title, _digest(files))


def _digest(files: Sequence[Path]) -> str:
    """One digest over the names and the digests of these files; what can't be read is left out."""
    whole = hashlib.sha256()
    for file in files:
        try:
            content = file.read_bytes()
        except OSError:
            continue
        whole.update(f"{hashlib.sha256(content).hexdigest()}  {file.name}\n".encode())
    return whole.hexdigest()


def _reader(file: Path) -> str:
    """`recordroom 0.1.0; handwriting MODEL`, as the record names them."""
    try:
        named: Any = json.loads(file.read_text(encoding="utf-8"))["reader"]
        models = named.get("models", {})
        words = [f"recordroom {named['recordroom']}", *(f"{k} {v}" for k, v in models.items())]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "not named in the record"
    return "; ".join(words)
