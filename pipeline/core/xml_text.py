"""Text in XML, whatever signs it holds: those that XML 1.0 has no place for are written out.

As in Office Open XML (ECMA-376, ST_Xstring) such a sign is `_x000B_`, and an underscore that
would begin such a thing is itself written out, as `_x005F_`.
"""

import re

_IMPOSSIBLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_WRITTEN_OUT = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")


def to_xml_text(text: str) -> str:
    """The text with each sign that XML can't hold as itself written out."""
    marked = _LOOKS_WRITTEN_OUT.sub("_x005F_", text)
    return _IMPOSSIBLE.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


def from_xml_text(text: str) -> str:
    """The text that was written so."""
    return _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), text)
