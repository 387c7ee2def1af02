"""Checks of the scan as a true copy: sharp enough, whole, and nothing written outside fields."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.core.check_context import CheckContext, FoundPage, RecordView, record_flag
from pipeline.core.values import Flag


def poor_scan(view: RecordView) -> Iterator[Flag]:
    """The scan is too coarse, blurred, or does not lie on its form well enough to trust it.

    Scan the paper again, flat and at 300 dpi.
    """
    faults = [(page, fault) for page in _pages(view) for fault in _faults(page, view.context)]
    if faults:
        detail = "; ".join(f"{_in_words([page])}: {fault}" for page, fault in faults)
        yield record_flag("poor_scan", _sentence(detail), page=faults[0][0].scan_page)


def page_cut(view: RecordView) -> Iterator[Flag]:
    """A part of the page is outside the image, so entries may be lost."""
    cut = [page for page in _pages(view) if page.is_cut]
    if cut:
        detail = f"A part of {_in_words(cut)} is outside the image."
        yield record_flag("page_cut", detail, page=cut[0].scan_page)


def outside_writing(view: RecordView) -> Iterator[Flag]:
    """There is writing outside every field. Read it: it may explain or change an entry."""
    noted = [page for page in _pages(view) if page.outside_writing]
    if noted:
        detail = "; ".join(
            f"{page.outside_writing} on page {page.scan_page}{_named(page)}" for page in noted
        )
        yield record_flag(
            "outside_writing", f"Writing outside every field: {detail}.", page=noted[0].scan_page
        )


def _in_words(pages: Iterable[FoundPage]) -> str:
    """Pages as a sentence names them: page 1, 3 of the scan, page 1 of the scan again.png."""
    listed = groupby(pages, key=lambda page: page.scan)
    return ", ".join(
        f"page {', '.join(str(page.scan_page) for page in some)} of the scan{scan and f' {scan}'}"
        for scan, some in listed
    )


def _named(page: FoundPage) -> str:
    return page.scan and f" of {page.scan}"


def _pages(view: RecordView) -> tuple[FoundPage, ...]:
    return view.context.pages.pages if view.context.pages else ()


def _faults(page: FoundPage, context: CheckContext) -> Iterator[str]:
    if page.effective_dpi < context.minimum_dpi:
        yield f"{page.effective_dpi:.0f} dpi, at least {context.minimum_dpi:.0f} needed"
    if page.residual_mm > context.residual_limit_mm:
        yield f"its print lies {page.residual_mm:.1f} mm beside the form's"
    yield from page.problems


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
