"""A scan as a PDF/A: sheets that somebody prepared, then the pages of the scan with text behind.

PDF/A-3b (ISO 19005-3): it may carry any file, which the records themselves are attached as. What
a reader of the file needs lies in it: typefaces, the colour space, what it is (XMP). The same
input gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from extractors.pdfa_colour import NAME, srgb_profile
from extractors.pdfa_text import drawing, in_one_line, signs_of, unseen_font
from extractors.pdfa_values import About, Attachment, PaperPage, Point
from extractors.scan_pictures import ScanPicture
from extractors.scan_strips import Stored

PRODUCER = "Recordroom"
_UNUSED_FACE = re.compile(rb"\A(1 0 0 1 0 0 cm\s+)BT /F1 \d+ Tf [\d.]+ TL ET")
"""What reportlab begins each page with: a typeface that it names and never writes in."""
_ON_THE_PAGE = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""How a stored picture lies on its page, by its orientation as Exif counts; y is upwards."""

_Shapes = dict[bytes, pikepdf.Stream]
"""Shapes of letters that pictures are put together from, each once in the document."""


def write_pdfa(
    front: bytes,
    pictures: Iterable[tuple[ScanPicture, PaperPage]],
    *,
    attachments: Sequence[Attachment],
    about: About,
) -> bytes:
    """The document. `front` is a PDF of the sheets before the scan, typefaces embedded."""
    with pikepdf.open(BytesIO(front)) as pdf:
        for page in pdf.pages:
            _tidy(pdf, page.obj)
        _add_scan(pdf, pictures, about.scan_title)
        _attach(pdf, attachments, about.at)
        _tell(pdf, about)
        out = BytesIO()
        pdf.save(
            out,
            force_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


def _tidy(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    """Take out of a sheet what nothing on it needs: ways of turning pages, a bare typeface."""
    if "/Trans" in page:
        del page["/Trans"]
    fonts = page["/Resources"].get("/Font", Dictionary())
    for name, font in list(fonts.items()):
        if font.get("/Subtype") == Name.Type1 and "/FontDescriptor" not in font:
            del fonts[name]
    drawn = _UNUSED_FACE.sub(rb"\1", page["/Contents"].read_bytes())
    page["/Contents"] = pdf.make_stream(drawn)


def _add_scan(
    pdf: pikepdf.Pdf, pictures: Iterable[tuple[ScanPicture, PaperPage]], title: str
) -> None:
    """The pages of the scan after the sheets, and their part of the table of contents."""
    laid: list[tuple[ScanPicture, PaperPage, pikepdf.Dictionary]] = []
    shapes: _Shapes = {}
    for picture, paper in pictures:
        page = _page(pdf, picture, paper, shapes=shapes)
        pdf.pages.append(pikepdf.Page(page))
        laid.append((picture, paper, page))
    lines = [line for _, paper, _ in laid for line in paper.lines]
    if lines:
        signs = signs_of(lines)
        font = unseen_font(pdf, signs)
        for picture, paper, page in laid:
            _write_behind(pdf, picture, paper, page, signs=signs, font=font)
    if not laid:
        return
    first = len(pdf.pages) - len(laid)
    with pdf.open_outline() as outline:
        scan = OutlineItem(title, first, "Fit")
        for number, (picture, paper, _) in enumerate(laid, start=first):
            scan.children.append(_contents(number, picture, paper))
        outline.root.append(scan)


def _page(
    pdf: pikepdf.Pdf, picture: ScanPicture, paper: PaperPage, *, shapes: _Shapes
) -> pikepdf.Dictionary:
    width, height = picture.size_pt
    names, drawn = _strips(pdf, picture.stored, shapes)
    lay = " ".join(map(str, _ON_THE_PAGE[picture.stored.orientation]))
    contents = f"q {width:.4f} 0 0 {height:.4f} 0 0 cm {lay} cm\n{drawn}Q\n"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(width, 4), round(height, 4)]),
        Resources=Dictionary(XObject=names),
        Contents=pdf.make_stream(contents.encode()),
        Rotate=paper.turned,
    )
    made = pdf.make_indirect(page)
    assert isinstance(made, pikepdf.Dictionary)
    return made


def _strips(pdf: pikepdf.Pdf, stored: Stored, shapes: _Shapes) -> tuple[pikepdf.Dictionary, str]:
    """The pieces of the picture, and what draws them one below the other."""
    names, drawn, above = Dictionary(), "", 0
    for number, strip in enumerate(stored.strips):
        image = pikepdf.Stream(pdf, strip.packed)
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height = stored.width, strip.rows
        for key, value in strip.keys.items():
            image[key] = value
        if strip.shapes:
            if strip.shapes not in shapes:
                shapes[strip.shapes] = pdf.make_stream(strip.shapes)
            image.DecodeParms = Dictionary(JBIG2Globals=shapes[strip.shapes])
        names[f"/Im{number}"] = pdf.make_indirect(image)
        above += strip.rows
        share, below = strip.rows / stored.height, 1 - above / stored.height
        drawn += f"q 1 0 0 {share:.9f} 0 {max(below, 0.0):.9f} cm /Im{number} Do Q\n"
    return names, drawn


def _write_behind(
    pdf: pikepdf.Pdf,
    picture: ScanPicture,
    paper: PaperPage,
    page: pikepdf.Dictionary,
    *,
    signs: dict[str, int],
    font: pikepdf.Object,
) -> None:
    scale = _points_per_pixel(picture)
    text = drawing(paper.lines, signs, scale=scale, height_pt=picture.size_pt[1])
    if not text:
        return
    page.Contents = Array([page.Contents, pdf.make_stream(text)])
    page.Resources.Font = Dictionary(Unseen=font)


def _points_per_pixel(picture: ScanPicture) -> Point:
    return (
        picture.size_pt[0] / picture.seen_px[0],
        picture.size_pt[1] / picture.seen_px[1],
    )


def _contents(number: int, picture: ScanPicture, paper: PaperPage) -> OutlineItem:
    across, down = _points_per_pixel(picture)
    item = OutlineItem(paper.title, number, "Fit")
    item.is_closed = True
    for mark in paper.bookmarks:
        left, top = mark.place[0] * across, picture.size_pt[1] - mark.place[1] * down
        item.children.append(OutlineItem(mark.title, number, "XYZ", left=left, top=top, zoom=0))
    return item


def _attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment], at: datetime) -> None:
    specs = []
    for one in attachments:
        stream = pdf.make_stream(one.content)
        stream.Type = Name.EmbeddedFile
        stream.Subtype = Name(f"/{one.media_type}")
        stream.Params = Dictionary(Size=len(one.content), ModDate=_moment(at))
        file = pdf.make_indirect(stream)
        spec = Dictionary(
            Type=Name.Filespec,
            F=one.name,
            UF=one.name,
            Desc=one.description,
            AFRelationship=Name(f"/{one.relation}"),
            EF=Dictionary(F=file, UF=file),
        )
        specs.append((one.name, pdf.make_indirect(spec)))
    if not specs:
        return
    named = [part for name, spec in sorted(specs) for part in (pikepdf.String(name), spec)]
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(named)))
    pdf.Root.AF = Array([spec for _, spec in specs])


def _tell(pdf: pikepdf.Pdf, about: About) -> None:
    """What the document is, in the two places where readers look, and its colours."""
    profile = pdf.make_stream(srgb_profile())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=NAME,
        Info=NAME,
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.Lang = pikepdf.String("en")
    described = pdf.make_stream(_xmp(about))
    described.Type, described.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(described)
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=in_one_line(about.title),
            Creator=PRODUCER,
            Producer=PRODUCER,
            CreationDate=_moment(about.at),
            ModDate=_moment(about.at),
        )
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):D:%Y%m%d%H%M%S}+00'00'"


def _xmp(about: About) -> bytes:
    at = f"{about.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt>
    <rdf:li xml:lang="x-default">{escape(in_one_line(about.title))}</rdf:li>
   </rdf:Alt></dc:title>
   <pdf:Producer>{PRODUCER}</pdf:Producer>
   <xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
   <xmp:CreateDate>{at}</xmp:CreateDate>
   <xmp:ModifyDate>{at}</xmp:ModifyDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()
