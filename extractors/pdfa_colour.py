"""The colour space of a document, sRGB, as an ICC profile that is made here and belongs to nobody.

Sources: IEC 61966-2-1 (the curve), ICC.1:2001-04 (the file), Lindbloom (the primaries of sRGB,
adapted to D50 after Bradford).
"""

import struct
from functools import cache

_PRIMARIES = {
    b"wtpt": (0.9505, 1.0, 1.0891),
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_D50 = (0.9642, 1.0, 0.8249)
_STEPS = 1024
_MADE = (2026, 1, 1, 0, 0, 0)
NAME = "sRGB IEC61966-2.1"


@cache
def srgb_profile() -> bytes:
    """The profile's bytes, the same every time."""
    curve = _curve()
    tags = {
        b"desc": _description(NAME),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        **{name: b"XYZ \0\0\0\0" + _numbers(xyz) for name, xyz in _PRIMARIES.items()},
        b"rTRC": curve,
    }
    table, body = [], b""
    start = 128 + 4 + 12 * (len(tags) + 2)
    for name, content in tags.items():
        table.append((name, start + len(body), len(content)))
        body += content + b"\0" * (-len(content) % 4)
    _, curve_at, curve_length = table[-1]
    table += [(name, curve_at, curve_length) for name in (b"gTRC", b"bTRC")]
    index = struct.pack(">I", len(table)) + b"".join(struct.pack(">4sII", *one) for one in table)
    return _head(start + len(body)) + index + body


def _head(size: int) -> bytes:
    return struct.pack(
        ">I4sI4s4s4s6H4s4sI4sI8sI12s4s44x",
        size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ", *_MADE, b"acsp", b"\0\0\0\0",
        0, b"\0\0\0\0", 0, bytes(8), 0, _numbers(_D50), b"\0\0\0\0",
    )  # fmt: skip


def _curve() -> bytes:
    shades = [_light(step / (_STEPS - 1)) for step in range(_STEPS)]
    numbers = (round(65535 * shade) for shade in shades)
    return b"curv\0\0\0\0" + struct.pack(f">I{_STEPS}H", _STEPS, *numbers)


def _light(value: float) -> float:
    """How much light a value of sRGB is, both from 0 to 1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _description(text: str) -> bytes:
    words = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + bytes(4 + 4 + 2 + 1 + 67)


def _numbers(values: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))
