"""Text that is there to be searched and copied, and is not seen: over a page's picture.

The typeface has one empty glyph for all signs, half an em wide, so every sign of every script can
be written and nothing has to be licensed. Which sign stands where, a table beside it says.
"""

import struct
from collections.abc import Iterable, Mapping
from math import hypot

import pikepdf
from pikepdf import Array, Dictionary, Name

from extractors.pdfa_values import Point, Written

_EM = 1000
_WIDE = 500
_MADE = 3_850_070_400
"""When the typeface was made, in seconds since 1904: the first day of 2026."""
_AT_ONCE = 100
"""Lines that one block of a table of signs may have."""


def in_one_line(text: str) -> str:
    """The text with every sign that is none (tabs, line feeds, controls) as a space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def signs_of(lines: Iterable[Written]) -> dict[str, int]:
    """The number that each sign has in the typeface."""
    used = {sign for line in lines for sign in in_one_line(line.text)} | {" "}
    return {sign: number for number, sign in enumerate(sorted(used), start=1)}


def drawing(
    lines: Iterable[Written], signs: Mapping[str, int], *, scale: Point, height_pt: float
) -> bytes:
    """What draws the lines. `scale` is points for each pixel, across and down."""
    shown = [_line(line, signs, scale=scale, height_pt=height_pt) for line in lines]
    shown = [line for line in shown if line]
    return b"BT 3 Tr /Unseen 1 Tf\n" + b"\n".join(shown) + b"\nET\n" if shown else b""


def _line(line: Written, signs: Mapping[str, int], *, scale: Point, height_pt: float) -> bytes:
    """One line: as wide as it is by nature, or squeezed into its room."""
    text = in_one_line(line.text)
    if not text:
        return b""
    across, down = scale
    along = (line.along[0] * across, -line.along[1] * down)
    up = (line.up[0] * across, -line.up[1] * down)
    room, tall = max(hypot(*along), 1e-3), max(hypot(*up), 1e-3)
    wide = min(tall, room * _EM / (_WIDE * len(text)))
    place = (
        *(step / room * wide for step in along),
        *up,
        line.start[0] * across,
        height_pt - line.start[1] * down,
    )
    numbers = " ".join(f"{number:.4f}" for number in place)
    glyphs = "".join(f"{signs[sign]:04X}" for sign in f"{text} ")
    return f"{numbers} Tm <{glyphs}> Tj".encode()


def unseen_font(pdf: pikepdf.Pdf, signs: Mapping[str, int]) -> pikepdf.Object:
    """The typeface, embedded in the document."""
    program = pdf.make_stream(font_file())
    program.Length1 = len(font_file())
    glyph_of = b"\0\0" + b"\0\1" * len(signs)
    name = Name("/RecordroomUnseen")
    described = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array([0, 0, _WIDE, _EM]),
        ItalicAngle=0, Ascent=_EM, Descent=0, CapHeight=_EM, StemV=80,
        FontFile2=pdf.make_indirect(program),
    )  # fmt: skip
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, DW=_WIDE,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        CIDToGIDMap=pdf.make_stream(glyph_of), FontDescriptor=pdf.make_indirect(described),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_stream(_table_of(signs)),
    )  # fmt: skip
    return pdf.make_indirect(font)


def _table_of(signs: Mapping[str, int]) -> bytes:
    """Which sign each number stands for (a CMap, ISO 32000-2, 9.10.3)."""
    lines = [
        f"<{number:04X}> <{sign.encode('utf-16-be').hex().upper()}>"
        for sign, number in signs.items()
    ]
    blocks = [lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE)]
    body = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def font_file() -> bytes:
    """A TrueType file of two empty glyphs: the one for unknown signs, and the one for all."""
    tables = {
        b"OS/2": struct.pack(
            ">HhHHHhhhhhhhhhhh10sIIII4sHHHhhhHH",
            1, _WIDE, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0, bytes(10),
            1, 0, 0, 0, b"NONE", 64, 0x20, 0xFFFF, _EM, 0, 0, _EM, 0,
        ) + struct.pack(">II", 1, 0),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + _cmap(),
        b"glyf": b"\0",
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, _MADE, _MADE, 0, 0, _WIDE, _EM, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, _EM, 0, 0, _WIDE, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2
        ),
        b"hmtx": struct.pack(">HhHh", _WIDE, 0, _WIDE, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, *([0] * 4), 1, *([0] * 8)),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }  # fmt: skip
    return _as_file(tables)


def _cmap() -> bytes:
    """The space is the empty glyph's (format 4: one range, and the end); nothing else is asked."""
    delta = (1 - 0x20) & 0xFFFF
    ranges = (0x20, 0xFFFF, 0, 0x20, 0xFFFF, delta, 1, 0, 0)
    return struct.pack(">7H9H", 4, 32, 0, 4, 4, 1, 0, *ranges)


def _as_file(tables: Mapping[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">IHHHH", 0x10000, count, 16 * power, power.bit_length() - 1, 16 * (count - power)
    )
    index, body, start = b"", b"", len(head) + 16 * count
    for name, content in sorted(tables.items()):
        padded = content + bytes(-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        index += struct.pack(">4sIII", name, total, start + len(body), len(content))
        body += padded
    return head + index + body
