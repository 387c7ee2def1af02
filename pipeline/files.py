"""The file store: scans and page pictures under the SHA-256 of what they hold.

A file is there whole or not at all, is never changed, and the same bytes are kept once.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import fsspec

from pipeline.errors import SiteUnavailable

INCOMING = "incoming"
"""The folder of files that are being written; what lies there for long was never finished."""

UNFINISHED_SECONDS = 3600


class FileStore(Protocol):
    """Where the bytes are: a folder, or an object store."""

    def put(self, content: bytes) -> str:
        """Keep these bytes and give their SHA-256; when it returns they are on the disk."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes of that digest; refuses when they are gone or are others now."""
        ...

    def digests(self) -> Iterator[str]:
        """The digests of all files that are kept."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove the file of that digest for good; one that is not there is no trouble."""
        ...

    def tidy(self) -> None:
        """Take away what a crash left half written."""
        ...


def open_files(url: str) -> FileStore:
    """The file store at a folder's path or at an address such as `s3://bucket/prefix`."""
    if "://" not in url:
        return LocalFiles(Path(url))
    try:
        filesystem, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise SiteUnavailable(
            f"the file store {url.partition('://')[0]}:// can't be opened ({error})",
            "install what it needs (for s3:// the package s3fs), or set RECORDROOM_FILES right",
        ) from error
    return ObjectFiles(filesystem, root)


@dataclass(frozen=True)
class LocalFiles:
    """A folder: written beside, synced, renamed into place, and the folder synced too."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep these bytes; the rename makes them appear whole."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        try:
            if not place.exists():
                self._write(place, content)
        except OSError as error:
            raise SiteUnavailable(
                f"a file can't be kept in {self.folder} ({error.strerror or error})",
                "make space or set the folder's permissions right, then try again",
            ) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that digest, checked."""
        try:
            content = self._place(sha256).read_bytes()
        except OSError as error:
            raise _gone(sha256, error) from error
        return _checked(sha256, content)

    def digests(self) -> Iterator[str]:
        """The digests of all files, in order."""
        return (path.name for path in sorted(self.folder.glob("??/??/*")))

    def remove(self, sha256: str) -> None:
        """Remove the file; the folder is synced, so that it stays away after a power cut."""
        place = self._place(sha256)
        try:
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                _sync_folder(place.parent)
        except OSError as error:
            raise _can_not_be_removed(sha256, error) from error

    def tidy(self) -> None:
        """Take away files that somebody began to write over an hour ago."""
        oldest = time.time() - UNFINISHED_SECONDS
        for path in self.folder.glob(f"{INCOMING}/*"):
            with suppress(OSError):  # another process may tidy or finish at the same moment
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _write(self, place: Path, content: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        incoming = self.folder / INCOMING / f"{place.name}.{secrets.token_hex(8)}"
        incoming.parent.mkdir(exist_ok=True)
        try:
            with incoming.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            incoming.chmod(0o440)
            incoming.replace(place)
        except OSError:
            with suppress(OSError):
                incoming.unlink()
            raise
        for folder in (place.parent, place.parent.parent, self.folder):
            _sync_folder(folder)


@dataclass(frozen=True)
class ObjectFiles:
    """An object store through fsspec; an object appears whole when its upload ends."""

    filesystem: Any
    root: str

    def put(self, content: bytes) -> str:
        """Keep these bytes."""
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            if not self.filesystem.exists(self._place(sha256)):
                self.filesystem.pipe_file(self._place(sha256), content)
        except OSError as error:
            raise SiteUnavailable(
                f"a file can't be kept in the object store ({error})",
                "check that it can be reached and has space, then try again",
            ) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that digest, checked."""
        try:
            content = bytes(self.filesystem.cat_file(self._place(sha256)))
        except OSError as error:
            raise _gone(sha256, error) from error
        return _checked(sha256, content)

    def digests(self) -> Iterator[str]:
        """The digests of all files, in order."""
        return (str(path).rsplit("/", 1)[-1] for path in sorted(self.filesystem.find(self.root)))

    def remove(self, sha256: str) -> None:
        """Remove the object; a bucket that keeps versions or locks objects keeps its own."""
        try:
            self.filesystem.rm_file(self._place(sha256))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _can_not_be_removed(sha256, error) from error

    def tidy(self) -> None:
        """Nothing to do: an object that was not uploaded to its end is not there."""

    def _place(self, sha256: str) -> str:
        return f"{self.root.rstrip('/')}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _sync_folder(folder: Path) -> None:
    """Make the folder's list of names survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(sha256: str, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SiteUnavailable(
            f"the kept file {sha256[:12]}… has changed since it was taken",
            "stop using this site and restore the file from a backup",
        )
    return content


def _can_not_be_removed(sha256: str, error: OSError) -> SiteUnavailable:
    return SiteUnavailable(
        f"the kept file {sha256[:12]}… can't be removed ({error.strerror or error})",
        "set the file store's permissions right; the next start of Recordroom tries again",
    )


def _gone(sha256: str, error: OSError) -> SiteUnavailable:
    return SiteUnavailable(
        f"the kept file {sha256[:12]}… can't be read ({error.strerror or error})",
        "check the file store's disk or connection, or restore the file from a backup",
    )
