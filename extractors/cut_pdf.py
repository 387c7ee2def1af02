"""Some pages of a PDF as a PDF of their own: packed as they came, with nothing of the other pages.

Each page is laid out anew from what it draws: its drawing, and of its resources only what the
drawing names, down through all drawings within. So pictures that several pages list together, older
versions of the file, attached files, bookmarks, forms to fill in and data of the program that made
it stay behind. Where that can't be told apart for certain, there is no such PDF.
"""

import warnings
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from extractors.load_pdf import open_pdf
from extractors.load_pdf_pages import PDF_BROKEN, drawing_streams, inherited, page_tree

_OF_A_PAGE = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_OF_A_NOTE = (
    "/Subtype", "/Rect", "/F", "/AS", "/Contents", "/C", "/IC", "/CA", "/BS", "/Border", "/RD",
    "/QuadPoints", "/InkList", "/Vertices", "/L", "/LE", "/DA",
)  # fmt: skip
_UNSEEN_NOTES = ("/Link", "/Popup")
_NAMING = "Do Tf gs sh cs CS scn SCN BDC DP"
"""What in a drawing names a resource; colour spaces, which inline pictures name too, all stay."""
_OF_THE_PROGRAM = ("/PieceInfo", "/Metadata", "/StructParents", "/StructParent", "/OPI", "/Ref")
_OF_THE_FILE = ("/Page", "/Pages", "/Catalog", "/StructTreeRoot", "/StructElem")
_MOST_DRAWN = 8_000_000

_Place = tuple[int, int]
"""The number of an object in the file."""


class _CanNotTell(Exception):
    """What belongs to which page can't be told for certain."""


def cut_pdf(content: bytes, wanted: frozenset[int]) -> bytes | None:
    """The wanted pages (counted from 1), in order; None where they can't be taken out alone.

    The same input gives the same bytes. Raises ScanRefused where the PDF can't be opened.
    """
    with open_pdf(content) as pdf, pikepdf.new() as made:
        try:
            _copy(pdf, made, wanted)
            out = BytesIO()
            made.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
            )
        except (_CanNotTell, *PDF_BROKEN, UserWarning):
            return None
    return out.getvalue()


def _copy(pdf: pikepdf.Pdf, made: pikepdf.Pdf, wanted: frozenset[int]) -> None:
    if "/OCProperties" in pdf.Root:
        raise _CanNotTell("layers may be hidden")
    pages = list(enumerate(page_tree(pdf), start=1))
    alone = {number: _alone(pdf, page) for number, page in pages if number in wanted}
    shapes = set[_Place]().union(*(_tidied(page) for page in alone.values()))
    if shapes:
        left = (_alone(pdf, page) for number, page in pages if number not in wanted)
        if any(shapes & _tidied(page) for page in left):
            raise _CanNotTell("shapes of letters are kept for several pages together")
    for page in alone.values():
        copied = made.copy_foreign(pdf.make_indirect(page))
        copied.Type = Name.Page
        made.pages.append(pikepdf.Page(copied))


def _alone(pdf: pikepdf.Pdf, page: Dictionary) -> Dictionary:
    """The page with what its drawing names and nothing else, as a dictionary of the same file."""
    streams = drawing_streams(page) if "/Contents" in page else []
    if streams is None:
        raise _CanNotTell("something else stands in the drawing")
    alone = Dictionary(Contents=Array(streams))
    for key in _OF_A_PAGE:
        value = inherited(page, key)
        if value is not None:
            alone[key] = value
    drawn = Stream(pdf, b"\n".join(stream.read_bytes() for stream in streams))
    alone.Resources = _named(inherited(page, "/Resources"), drawn)
    notes = [
        _note(one)
        for one in page.get("/Annots", [])
        if isinstance(one, Dictionary) and str(one.get("/Subtype")) not in _UNSEEN_NOTES
    ]
    if notes:
        alone.Annots = Array(notes)
    return alone


def _note(note: Dictionary) -> Dictionary:
    """A note on the page with how it looks; where it leads to stays behind."""
    kept = Dictionary(Type=Name.Annot)
    for key in _OF_A_NOTE:
        if key in note:
            kept[key] = note[key]
    looks = note.get("/AP", Dictionary()).get("/N")
    if looks is not None:
        kept.AP = Dictionary(N=looks)
    return kept


def _named(resources: object, drawing: Stream) -> Dictionary:
    """Of the resources those that the drawing names."""
    if not isinstance(resources, Dictionary):
        return Dictionary()
    names = _names(drawing, resources, set())
    kept = Dictionary()
    for kind, things in resources.items():
        if kind in ("/ColorSpace", "/ProcSet"):
            kept[kind] = things
        elif isinstance(things, Dictionary):
            found = {name: thing for name, thing in things.items() if name in names}
            if found:
                kept[kind] = Dictionary(found)
    return kept


def _names(drawing: Stream, resources: Dictionary, seen: set[str]) -> set[str]:
    """All that the drawing names, and drawings within that have no resources of their own."""
    names = _named_in(drawing)
    within = resources.get("/XObject")
    for name in sorted(names - seen):
        one = within.get(name) if isinstance(within, Dictionary) else None
        if isinstance(one, Stream) and one.get("/Subtype") == Name.Form and _has_none(one):
            names |= _names(one, resources, seen | names)
    return names


def _has_none(drawing: Stream) -> bool:
    return not isinstance(drawing.get("/Resources"), Dictionary)


def _named_in(drawing: Stream) -> set[str]:
    if len(drawing.read_bytes()) > _MOST_DRAWN:
        raise _CanNotTell("too much is drawn")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a drawing that ends too early is only warned of
        said = pikepdf.parse_content_stream(drawing, _NAMING)
    return {str(one) for step in said for one in step.operands if isinstance(one, Name)}


def _tidied(page: Dictionary) -> set[_Place]:
    """Takes from all that the page leads to what it does not draw.

    The answer names the shapes of letters (JBIG2) that its pictures are put together from.
    """
    shapes: set[_Place] = set()
    seen: set[_Place] = set()
    waiting: list[object] = [value for _, value in page.items()]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Dictionary | Stream | Array):
            continue
        if one.is_indirect and one.objgen in seen:
            continue
        seen.add(one.objgen)
        if isinstance(one, Array):
            waiting.extend(one)
            continue
        _tidy(one)
        if isinstance(one.get("/JBIG2Globals"), Stream):
            shapes.add(one.JBIG2Globals.objgen)
        waiting.extend(value for _, value in one.items())
    return shapes


def _tidy(one: Dictionary | Stream) -> None:
    if str(one.get("/Subtype")) == "/Type3":
        raise _CanNotTell("a typeface is made of drawings")
    if str(one.get("/Type")) in _OF_THE_FILE or "/Kids" in one:
        raise _CanNotTell("something on the page leads to another")
    for key in _OF_THE_PROGRAM:
        if key in one:
            del one[key]
    if isinstance(one, Stream) and "/Resources" in one:
        one.Resources = _named(one.Resources, one)
