"""A watched folder, polled: network drives tell nobody of a new file, and scanners write in pieces.

A file is taken when its size and time have stood still from one look to the next, once for the
same bytes, and is left where it is.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pipeline.accounts import Person
from pipeline.errors import InputRefused
from pipeline.intake import Receipt, is_known, take
from pipeline.site import HERE, Site

LARGEST_SCAN = 1_000_000_000
"""Bytes; what is larger has to be scanned in parts."""

_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Stamp:
    """How large a file was and when it was last written to."""

    size: int
    written_ns: int


@dataclass(frozen=True)
class Look:
    """What was in the folder at one moment, and which of it has been taken since it changed."""

    files: Mapping[Path, Stamp] = field(default_factory=lambda: MappingProxyType({}))
    taken: Mapping[Path, Stamp] = field(default_factory=lambda: MappingProxyType({}))


def files_below(folder: Path) -> tuple[Path, ...]:
    """Every file in the folder and below by name; none that is hidden, none through a link."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place) / name for name in sorted(names) if not _is_hidden(name))
        found.extend(path for path in paths if path.is_file() and not path.is_symlink())
    return tuple(found)


def content_of(path: Path) -> bytes:
    """What is in the file; refused where it can't be read or is too large for a scan."""
    try:
        if path.stat().st_size > LARGEST_SCAN:
            raise InputRefused("the file is larger than 1 GB", "scan it in parts")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputRefused("there is no such file or folder", "check the name") from error
    except OSError as error:
        reason = f"it can't be read ({error.strerror or error})"
        raise InputRefused(reason, "check the file and its permissions") from error


def look(folder: Path, before: Look) -> tuple[Look, tuple[Path, ...]]:
    """The folder as it is now, and the files that stood still since the look before."""
    now = {path: stamp for path in files_below(folder) if (stamp := _stamp(path))}
    still = {
        path: stamp
        for path, stamp in now.items()
        if stamp.size and before.files.get(path) == stamp and before.taken.get(path) != stamp
    }
    taken = {path: stamp for path, stamp in before.taken.items() if path in now} | still
    return Look(now, taken), tuple(still)


def take_arrived(site: Site, files: tuple[Path, ...], *, by: Person) -> Iterator[Receipt]:
    """Take the files in; one that the site has under this name already is passed over."""
    for path in files:
        content = content_of(path)
        if not is_known(site, path.name, hashlib.sha256(content).hexdigest()):
            yield take(site, path.name, content, by=by, where=f"{HERE}, watched folder")


def _stamp(path: Path) -> Stamp | None:
    try:
        facts = path.stat()
    except OSError:
        return None  # gone again since it was listed
    return Stamp(facts.st_size, facts.st_mtime_ns)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LEFT_BY_SYSTEMS
