"""Some pages of a PDF cut out of it: packed as they came, with nothing of the other pages."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hostile_files import saved
from pikepdf import Array, Dictionary, Name

from extractors.cut_pdf import cut_pdf

SECRET = b"SECRET PICTURE OF ANOTHER PAGE"
OWN = b"THE OWN PICTURE OF THE PAGE"


def picture(pdf: pikepdf.Pdf, packed: bytes, **more: object) -> pikepdf.Stream:
    keys = {
        "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 1, "/Height": len(packed),
        "/ColorSpace": Name.DeviceGray, "/BitsPerComponent": 8,
    }  # fmt: skip
    return pdf.make_indirect(
        pikepdf.Stream(pdf, packed, keys | {f"/{k}": v for k, v in more.items()})
    )


def form(pdf: pikepdf.Pdf, drawing: bytes, resources: Dictionary | None) -> pikepdf.Stream:
    made = pikepdf.Stream(pdf, drawing, {"/Type": Name.XObject, "/Subtype": Name.Form})
    made.BBox = Array([0, 0, 600, 800])
    if resources is not None:
        made.Resources = resources
    return pdf.make_indirect(made)


def two_pages(**second: object) -> tuple[pikepdf.Pdf, pikepdf.Stream, pikepdf.Stream]:
    """Two pages that list the pictures of both in one dictionary; each draws one of them."""
    pdf = pikepdf.new()
    own, secret = picture(pdf, OWN), picture(pdf, SECRET, **second)
    shared = pdf.make_indirect(Dictionary(XObject=Dictionary(Own=own, Secret=secret)))
    for name in ("Own", "Secret"):
        pdf.add_blank_page(page_size=(600, 800))
        page = pdf.pages[-1]
        page.Resources = shared
        page.Contents = pdf.make_stream(
            f"q 500 0 0 500 9 9 cm /{name} Do Q 5 5 30 30 re f".encode()
        )
    return pdf, own, secret


def parts(content: bytes) -> bytes:
    """All that stands in a PDF, every stream unpacked."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        texts = [
            one.read_raw_bytes() if "JBIG2" in str(one.get("/Filter")) else one.read_bytes()
            for one in streams
        ]
        return content + b"\n".join(texts) + b"\n".join(one.unparse() for one in pdf.objects)


def cut(pdf: pikepdf.Pdf, *pages: int) -> bytes:
    made = cut_pdf(saved(pdf), frozenset(pages or (1,)))
    assert made is not None
    return made


def test_pages_that_list_their_pictures_together_go_each_with_its_own() -> None:
    pdf, _, _ = two_pages()
    assert SECRET in parts(saved(pdf))
    made = cut(pdf)
    assert OWN in parts(made) and SECRET not in parts(made)
    assert SECRET in parts(cut(pdf, 2)) and OWN not in parts(cut(pdf, 2))
    assert OWN in parts(cut(pdf, 1, 2)) and SECRET in parts(cut(pdf, 1, 2))
    assert cut(pdf) == made


def test_a_page_within_drawings_takes_what_they_draw_and_no_more() -> None:
    pdf, own, secret = two_pages()
    both = pdf.make_indirect(Dictionary(XObject=Dictionary(Own=own, Secret=secret)))
    inner = form(pdf, b"/Own Do", None)
    outer = form(
        pdf, b"/Inner Do", Dictionary(XObject=Dictionary(Inner=inner, Own=own, Secret=secret))
    )
    mask = form(pdf, b"0 0 9 9 re f", both)
    state = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=mask))
    pdf.pages[0].Resources = Dictionary(
        XObject=Dictionary(Outer=outer, Secret=secret), ExtGState=Dictionary(M=state)
    )
    pdf.pages[0].Contents = pdf.make_stream(b"/M gs /Outer Do")
    made = parts(cut(pdf))
    assert OWN in made and SECRET not in made


def test_nothing_else_of_the_file_comes_along() -> None:
    pdf, _, secret = two_pages()
    first, second = pdf.pages
    first.PieceInfo = Dictionary(Any=Dictionary(Private=secret))
    first.Metadata = secret
    first.Thumb = secret
    first.B = Array([pdf.make_indirect(Dictionary(P=second.obj))])
    look = form(pdf, b"1 g 0 0 9 9 re f", Dictionary(XObject=Dictionary(Secret=secret)))
    first.Annots = Array([
        Dictionary(Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9]), AP=Dictionary(N=look, D=secret),
                   P=first.obj, Parent=Dictionary(Kids=Array([second.obj])), Contents="seen"),
        Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Dest=Array([second.obj, Name.Fit])),
    ])  # fmt: skip
    pdf.attachments["secret.txt"] = SECRET
    pdf.docinfo.Title = SECRET.decode()
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET.decode(), 1))
    made = cut(pdf)
    assert SECRET not in parts(made)
    with pikepdf.open(io.BytesIO(made)) as again:
        (note,) = again.pages[0].Annots
        assert (note.Subtype, str(note.Contents)) == (Name.Stamp, "seen")
        assert again.pages[0].get("/Thumb") is None
        assert set(again.Root.keys()) == {"/Pages", "/Type"}


def test_pictures_stay_packed_as_they_are_and_the_page_looks_the_same() -> None:
    """Packed in a way that pikepdf would pack anew if it were let."""
    pdf, own, _ = two_pages()
    packed = b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"  # the example of ISO 32000-2, 7.4.4.2
    own.write(packed, filter=Name.LZWDecode)
    own.Height = 9
    pdf.pages[0].Rotate = 90
    raw = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
    content = saved(pdf, **raw)
    made = cut_pdf(content, frozenset({1}))
    assert made is not None
    with pikepdf.open(io.BytesIO(made)) as again:
        assert set(again.pages[0].Resources.XObject.keys()) == {"/Own"}
        assert again.pages[0].Resources.XObject.Own.read_raw_bytes() == packed
    looks = [
        np.asarray(pypdfium2.PdfDocument(one)[0].render(scale=0.5).to_pil())
        for one in (content, made)
    ]
    assert looks[0].std() > 5
    assert np.array_equal(*looks)


def test_sizes_that_the_tree_of_pages_says_come_along() -> None:
    pdf, _, _ = two_pages()
    for page in pdf.pages:
        del page.obj["/MediaBox"]
    pdf.Root.Pages.MediaBox = Array([0, 0, 300, 400])
    pdf.Root.Pages.Rotate = 180
    with pikepdf.open(io.BytesIO(cut(pdf, 2))) as again:
        assert [float(one) for one in again.pages[0].mediabox] == [0, 0, 300, 400]
        assert again.pages[0].Rotate == 180


def with_shared_shapes() -> pikepdf.Pdf:
    pdf, own, secret = two_pages()
    shapes = pdf.make_stream(b"letters of both pages")
    for one in (own, secret):
        one.Filter, one.DecodeParms = Name.JBIG2Decode, Dictionary(JBIG2Globals=shapes)
    return pdf


def with_layers() -> pikepdf.Pdf:
    pdf, _, _ = two_pages()
    pdf.Root.OCProperties = Dictionary(OCGs=Array())
    return pdf


def with_drawn_letters() -> pikepdf.Pdf:
    pdf, _, _ = two_pages()
    letters = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary())
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(letters)))
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F 9 Tf (a) Tj ET")
    return pdf


def with_a_drawing_cut_off() -> pikepdf.Pdf:
    pdf, _, _ = two_pages()
    pdf.pages[0].Contents = pdf.make_stream(b"/Own Do (")
    return pdf


def with_a_way_to_another_page() -> pikepdf.Pdf:
    pdf, own, _ = two_pages()
    own.Alternates = Array([pdf.pages[1].obj])
    return pdf


@pytest.mark.parametrize(
    "made",
    [
        with_shared_shapes, with_layers, with_drawn_letters, with_a_drawing_cut_off,
        with_a_way_to_another_page,
    ],
)  # fmt: skip
def test_where_pages_can_not_be_told_apart_none_is_cut_out(made) -> None:
    assert cut_pdf(saved(made()), frozenset({1})) is None


def test_shapes_of_letters_that_only_the_wanted_pages_use_come_along() -> None:
    made = cut_pdf(saved(with_shared_shapes()), frozenset({1, 2}))
    assert made is not None and b"letters of both pages" in parts(made)
