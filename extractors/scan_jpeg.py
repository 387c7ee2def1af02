"""JPEG strips of a TIFF page as one JPEG: their packed data one after the other, untouched.

A JPEG may begin anew after every so many blocks, at a restart marker (ITU-T T.81, B.2.4.4 and
E.1.4). Each strip begins anew by itself, so that with such markers between them they are one
picture, and no viewer has to lay strips side by side.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SEQUENTIAL = (0xC0, 0xC1)
_START_OF_SCAN, _RESTART_INTERVAL = 0xDA, 0xDD
_MOST_BLOCKS = 65_535


@dataclass(frozen=True)
class _Jpeg:
    """A strip: its segments up to the scan's header, where its size stands in them, its data."""

    head: bytes
    scan_head: bytes
    size_at: int
    block: tuple[int, int]
    data: bytes

    @property
    def shape(self) -> bytes:
        """All that has to be the same in all strips: everything but their height."""
        return self.head[: self.size_at] + self.head[self.size_at + 2 :] + self.scan_head


def joined_strips(pieces: Sequence[bytes], *, width: int, rows: int, height: int) -> bytes | None:
    """One JPEG of `width` × `height`, of strips of `rows` each; None where they don't fit so."""
    strips = [_parsed(piece) for piece in pieces]
    first = strips[0]
    if first is None or any(one is None or one.shape != first.shape for one in strips):
        return None
    across, down = first.block
    blocks = -(-width // across) * (rows // down)
    if rows % down or not 0 < blocks <= _MOST_BLOCKS:
        return None
    head = first.head[: first.size_at] + struct.pack(">H", height)
    head += first.head[first.size_at + 2 :]
    interval = struct.pack(">BBHH", 0xFF, _RESTART_INTERVAL, 4, blocks)
    data = b"".join(
        (bytes((0xFF, 0xD0 + (place - 1) % 8)) if place else b"") + one.data
        for place, one in enumerate(strips)
        if one is not None
    )
    return head + interval + first.scan_head + data + b"\xff\xd9"


def _parsed(content: bytes) -> _Jpeg | None:
    """The strip's parts; None where it is packed in several passes or begins anew within."""
    at, size_at, block = 2, 0, (8, 8)
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in _SEQUENTIAL:
            size_at, block = at + 5, _block(content[at + 9 : at + 2 + length])
        if marker == _RESTART_INTERVAL:
            return None
        if marker == _START_OF_SCAN:
            start, end = at + 2 + length, content.rfind(b"\xff\xd9")
            data = content[start:end]
            is_one = size_at and end >= start and not _has_markers(data)
            return _Jpeg(content[:at], content[at:start], size_at, block, data) if is_one else None
        at += 2 + length
    return None


def _block(components: bytes) -> tuple[int, int]:
    """How wide and tall the blocks are of which the picture is made up, in pixels."""
    count = components[0]
    if count == 1:
        return 8, 8
    factors = [components[2 + 3 * place] for place in range(count)]
    return 8 * max(one >> 4 for one in factors), 8 * max(one & 15 for one in factors)


def _has_markers(data: bytes) -> bool:
    """Whether anything but packed blocks stands in the data."""
    at = data.find(b"\xff")
    while at >= 0:
        if data[at + 1 : at + 2] != b"\0":
            return True
        at = data.find(b"\xff", at + 2)
    return False
