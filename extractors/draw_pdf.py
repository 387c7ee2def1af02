"""A page of a PDF that was made here, as a PNG picture, drawn by Poppler."""

import io
from pathlib import Path

from PIL import Image

from extractors.load_render import draw_page, limited_poppler, writing_there


def png_of_pdf(content: bytes, *, dpi: float) -> bytes:
    """The first page as a PNG at that resolution; the same bytes for the same page.

    Raises ReaderUnavailable where Poppler is not there.
    """
    with limited_poppler() as (folder, poppler):
        file = Path(folder) / "drawing.pdf"
        with writing_there():
            file.write_bytes(content)
        pixels = draw_page(file, 1, dpi=dpi, colour=True, poppler=poppler)
    out = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).save(out, "PNG", optimize=True)
    return out.getvalue()
