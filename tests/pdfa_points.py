"""Points of ISO 19005-3 (PDF/A-3b), checked with qpdf's own JSON of a file and nothing of ours.

Each function gives what it finds wrong. The numbers are the standard's clauses. This is no
validator: it looks at what our documents are made of.
"""

import base64
import json
import re
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FORBIDDEN_ACTIONS = ("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript")
ALLOWED_FILTERS = {
    "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/ASCII85Decode", "/RunLengthDecode",
    "/JPXDecode", "/JBIG2Decode",
}  # fmt: skip
RELATIONS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}


class PdfFile:
    """A PDF as qpdf tells it."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        told = subprocess.run(
            ["qpdf", "--json=2", "--json-stream-data=inline", "--decode-level=none", str(path)],
            capture_output=True,
            check=True,
        )
        self.objects: dict[str, Any] = json.loads(told.stdout)["qpdf"][1]
        self.trailer: dict[str, Any] = self.objects["trailer"]["value"]

    def at(self, value: Any) -> Any:
        """What a reference leads to; a stream is its dictionary."""
        if isinstance(value, str) and re.fullmatch(r"\d+ \d+ R", value):
            found = self.objects[f"obj:{value}"]
            return found["stream"]["dict"] if "stream" in found else found["value"]
        return value

    def data(self, reference: str) -> bytes:
        """The bytes of a stream, unpacked where it is Flate."""
        stream = self.objects[f"obj:{reference}"]["stream"]
        raw = base64.b64decode(stream["data"])
        return zlib.decompress(raw) if stream["dict"].get("/Filter") == "/FlateDecode" else raw

    def dictionaries(self) -> Iterator[dict[str, Any]]:
        """Every dictionary of the file, however deep."""
        waiting = list(self.objects.values())
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                yield one
                waiting.extend(one.values())
            elif isinstance(one, list):
                waiting.extend(one)

    @property
    def root(self) -> dict[str, Any]:
        """The catalogue."""
        found: dict[str, Any] = self.at(self.trailer["/Root"])
        return found


def head(pdf: PdfFile) -> Iterator[str]:
    """6.1.2, 6.1.3: a binary mark in the second line, an ID, no encryption."""
    lines = pdf.content[:40].split(b"\n")
    if not re.fullmatch(rb"%PDF-1\.[0-7]", lines[0].strip()):
        yield "6.1.2: the first line is no version of PDF 1"
    if lines[1][:1] != b"%" or min(lines[1][1:5]) < 128:
        yield "6.1.2: no binary mark in the second line"
    if "/ID" not in pdf.trailer:
        yield "6.1.3: no ID"
    if "/Encrypt" in pdf.trailer:
        yield "6.1.3: encrypted"
    if not pdf.content.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3: something after the end"


def streams(pdf: PdfFile) -> Iterator[str]:
    """6.1.7: lengths are true, filters are allowed, nothing lies outside the file."""
    for name, found in pdf.objects.items():
        stream = found.get("stream") if isinstance(found, dict) else None
        if not stream:
            continue
        filters = stream["dict"].get("/Filter", [])
        for one in filters if isinstance(filters, list) else [filters]:
            if one not in ALLOWED_FILTERS:
                yield f"6.1.7.2: {name} is packed by {one}"
        if filters == "/JPXDecode":
            yield from jpeg_2000(pdf.data(name.removeprefix("obj:")))
        if {"/F", "/FFilter", "/FDecodeParms"} & set(stream["dict"]):
            yield f"6.1.7.1: {name} lies outside the file"


def jpeg_2000(content: bytes) -> Iterator[str]:
    """6.2.8.3: one, three or four channels, of as many bits; colours told once in a known way."""
    head = content[: content.find(b"jp2c")]
    at = head.find(b"ihdr")
    channels, bits = struct.unpack_from(">HB", head, at + 12)
    if at < 0 or channels not in (1, 3, 4) or bits == 255 or bits & 127 > 37:
        yield "6.2.8.3: channels or bits of a JPEG 2000 picture"
    told = [found.end() for found in re.finditer(b"colr", head)]
    if len(told) != 1 or head[told[0]] not in (1, 2, 3):
        yield "6.2.8.3: a JPEG 2000 picture tells its colours several times, or in a strange way"
    elif head[told[0]] == 1 and struct.unpack_from(">I", head, told[0] + 3) == (19,):
        yield "6.2.8.3: a JPEG 2000 picture has colours of CIEJab"


def colours(pdf: PdfFile) -> Iterator[str]:
    """6.2.3, 6.2.4: an output intent with a profile for the colours that are used."""
    intents = [pdf.at(one) for one in pdf.at(pdf.root.get("/OutputIntents", []))]
    if len(intents) != 1 or intents[0].get("/S") != "/GTS_PDFA1":
        yield "6.2.3: not one output intent of PDF/A"
        return
    profile = pdf.data(intents[0]["/DestOutputProfile"])
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB " or profile[8] > 4:
        yield "6.2.3: the profile is none for RGB"
    if int.from_bytes(profile[:4], "big") != len(profile):
        yield "6.2.3: the profile's size is not the one that it says"
    for one in pdf.dictionaries():
        if one.get("/Subtype") == "/Image":
            if one.get("/ColorSpace") not in ("/DeviceGray", "/DeviceRGB"):
                yield f"6.2.4: a picture's colours are {one.get('/ColorSpace')}"
            if one.get("/Interpolate") is True or "/Alternates" in one or "/OPI" in one:
                yield "6.2.8: a picture with what is not allowed"
        if "/SMask" in one and one["/SMask"] != "/None":
            yield "6.2.10: something is transparent"


def typefaces(pdf: PdfFile) -> Iterator[str]:
    """6.2.11: every typeface is embedded, and its signs are known."""
    for one in pdf.dictionaries():
        if one.get("/Type") != "/Font":
            continue
        kind = one.get("/Subtype")
        if kind == "/Type0":
            if one.get("/Encoding") != "/Identity-H" or "/ToUnicode" not in one:
                yield "6.2.11.7: a typeface without a table of its signs"
            continue
        described = pdf.at(one.get("/FontDescriptor"))
        if not described or not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
            yield f"6.2.11.4: {one.get('/BaseFont')} is not embedded"
        if kind == "/CIDFontType2" and "/CIDToGIDMap" not in one:
            yield "6.2.11.3: no map from signs to glyphs"


def interaction(pdf: PdfFile) -> Iterator[str]:
    """6.3 to 6.6: nothing that acts by itself."""
    for one in pdf.dictionaries():
        if one.get("/S") in FORBIDDEN_ACTIONS:
            yield f"6.6.1: the action {one['/S']}"
        if "/AA" in one or "/Trans" in one or "/PresSteps" in one:
            yield "6.6.2, 6.10: something happens by itself"
    if {"/OpenAction", "/AcroForm", "/OCProperties", "/Requirements"} & set(pdf.root):
        yield "6.4, 6.6, 6.9: the catalogue says what should happen"


def described(pdf: PdfFile) -> Iterator[str]:
    """6.7: XMP that says PDF/A-3b, uncompressed, and the same as the old dictionary."""
    stream = pdf.objects[f"obj:{pdf.root['/Metadata']}"]["stream"]
    if "/Filter" in stream["dict"]:
        yield "6.7.2: the metadata are packed"
    xmp = pdf.data(pdf.root["/Metadata"]).decode("utf-8")
    if "<pdfaid:part>3<" not in xmp or "<pdfaid:conformance>B<" not in xmp:
        yield "6.7.11: it does not say that it is PDF/A-3b"
    info = pdf.at(pdf.trailer["/Info"])
    at = re.search(r"<xmp:CreateDate>(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\+00:00<", xmp)
    if at is None or info["/CreationDate"] != f"u:D:{''.join(at.groups())}+00'00'":
        yield "6.7.3: two days of creation"


def attached(pdf: PdfFile) -> Iterator[str]:
    """6.8: each attached file has its kind, its names, and what it is to the document."""
    names = pdf.at(pdf.at(pdf.root["/Names"])["/EmbeddedFiles"])["/Names"]
    if sorted(names[1::2]) != sorted(pdf.root["/AF"]):
        yield "6.8: the attached files are not those of the document"
    for reference in names[1::2]:
        spec = pdf.at(reference)
        if spec.get("/AFRelationship") not in RELATIONS:
            yield "6.8: a file without a relation"
        if "/F" not in spec or "/UF" not in spec:
            yield "6.8: a file without its name"
        file = pdf.at(spec["/EF"]["/F"])
        if not re.fullmatch(r"/\w+/[\w.+-]+", file.get("/Subtype", "")):
            yield "6.8: a file without its kind"
        if "/ModDate" not in file.get("/Params", {}):
            yield "6.8: a file without its day"


POINTS = (head, streams, colours, typefaces, interaction, described, attached)


def wrong_points(path: Path) -> list[str]:
    """All that is wrong with a file, by these points."""
    pdf = PdfFile(path)
    return [one for point in POINTS for one in point(pdf)]
