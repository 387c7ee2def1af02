"""The file store: whole or not at all, the same bytes once, and no silent change."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from pipeline.errors import SiteUnavailable
from pipeline.files import FileStore, LocalFiles, ObjectFiles, open_files

CONTENT = b"a scan"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "object store"])
def store(request, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "folder":
        yield open_files(str(tmp_path / "files"))
        return
    memory = fsspec.filesystem("memory")
    yield open_files("memory://bucket/prefix")
    memory.rm("/bucket", recursive=True)


def test_bytes_come_back_under_their_digest(store) -> None:
    assert store.put(CONTENT) == SHA256
    assert store.get(SHA256) == CONTENT


def test_an_empty_file_is_kept_too(store) -> None:
    assert store.get(store.put(b"")) == b""


def test_the_same_bytes_are_kept_once(store) -> None:
    assert store.put(CONTENT) == store.put(CONTENT)
    store.put(b"another")
    assert sorted(store.digests()) == sorted([SHA256, hashlib.sha256(b"another").hexdigest()])


def test_what_is_not_there_is_said(store) -> None:
    store.put(CONTENT)
    with pytest.raises(SiteUnavailable, match="can't be read"):
        store.get("0" * 64)


def test_a_changed_file_is_found_and_not_handed_out(tmp_path) -> None:
    store = LocalFiles(tmp_path)
    store.put(CONTENT)
    (kept,) = tmp_path.glob("??/??/*")
    kept.chmod(0o600)
    kept.write_bytes(b"a scar")
    with pytest.raises(SiteUnavailable, match="changed"):
        store.get(SHA256)


def test_a_changed_object_is_found_and_not_handed_out() -> None:
    memory = fsspec.filesystem("memory")
    store = ObjectFiles(memory, "/bucket")
    store.put(CONTENT)
    memory.pipe_file(f"/bucket/{SHA256[:2]}/{SHA256[2:4]}/{SHA256}", b"a scar")
    with pytest.raises(SiteUnavailable, match="changed"):
        store.get(SHA256)
    memory.rm("/bucket", recursive=True)


def test_a_kept_file_can_not_be_written_to_by_accident(tmp_path) -> None:
    LocalFiles(tmp_path).put(CONTENT)
    (kept,) = tmp_path.glob("??/??/*")
    assert kept.stat().st_mode & 0o222 == 0


def test_a_file_that_can_not_be_written_leaves_nothing(tmp_path, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SiteUnavailable, match="No space left"):
        LocalFiles(tmp_path).put(CONTENT)
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert LocalFiles(tmp_path).put(CONTENT) == SHA256


def test_what_a_crash_left_half_written_is_taken_away_after_a_while(tmp_path) -> None:
    store = LocalFiles(tmp_path)
    store.put(CONTENT)
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.tidy()
    assert [old.exists(), new.exists()] == [False, True]
    assert list(store.digests()) == [SHA256]


def test_a_store_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SiteUnavailable, match="nonsense://"):
        open_files("nonsense://bucket")
