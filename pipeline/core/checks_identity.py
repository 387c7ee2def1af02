"""Checks of which batch, form and version this is, and whether its pages are all there, once."""

from collections.abc import Iterator

from pipeline.core.check_context import FoundPage, RecordView, record_flag
from pipeline.core.forms import MasterForm, Meaning
from pipeline.core.values import Flag, Severity


def batch_number_mismatch(view: RecordView) -> Iterator[Flag]:
    """The form asks for the same entry on two pages, and they differ.

    The pages may be of two batches, or one entry may be misread.
    """
    for one in view.written:
        other = view.find(one.field.same_as)
        if other is None or one.text is None or other.text is None:
            continue
        if _bare(one.text) != _bare(other.text):
            detail = f"{one.field.label} on page {one.field.page} is {one.text}"
            also = f"{other.field.label} on page {other.field.page} is {other.text}"
            yield one.flag("batch_number_mismatch", f"{detail}; {also}.")


def unknown_form(view: RecordView) -> Iterator[Flag]:
    """The scan, or a page of it, fits no master form that is known here."""
    strange = [page for page in _pages(view) if page.page is None and not page.is_back]
    begins = next(
        (f" Its print begins: “{page.print_text}”" for page in strange if page.print_text), ""
    )
    if view.record.form is None:
        yield record_flag("unknown_form", f"The scan fits no known form.{begins}", page=1)
    elif strange:
        listed = ", ".join(str(page.scan_page) for page in strange)
        detail = f"No known form fits page {listed} of the scan.{begins}"
        yield record_flag("unknown_form", detail, page=strange[0].scan_page)


def wrong_version(view: RecordView) -> Iterator[Flag]:
    """Pages are of different versions of the form, or the version was not in force that day."""
    form = view.context.form
    strange = [page for page in _pages(view) if page.version and _is_other(page, view)]
    if strange:
        versions = ", ".join(sorted({f"{page.form} {page.version}" for page in strange}))
        detail = f"Pages of {view.record.form} {view.record.version} and of {versions} together."
        yield record_flag("wrong_version", detail, page=strange[0].scan_page)
    elif form is not None:
        yield from _not_in_force(view, form)


def missing_page(view: RecordView) -> Iterator[Flag]:
    """A page of the form is not in the scan."""
    form = view.context.form
    if form is None or view.context.pages is None:
        return
    found = {page.page for page in _pages(view)}
    missing = [str(page.page) for page in form.pages if page.page not in found]
    if missing:
        word = "Page" if len(missing) == 1 else "Pages"
        detail = f"{word} {', '.join(missing)} of {len(form.pages)} not in the scan."
        yield record_flag("missing_page", detail)


def duplicate_page(view: RecordView) -> Iterator[Flag]:
    """The same sheet is in the scan twice. Only the first was read."""
    twice = [page for page in _pages(view) if page.is_repeat and page.is_same_sheet]
    if twice:
        detail = f"{_twice(twice)} in the scan again, the same sheet."
        yield record_flag("duplicate_page", detail, page=twice[0].scan_page)


def rewritten_page(view: RecordView) -> Iterator[Flag]:
    """A page of the form is in the scan twice, and the two are filled in differently.

    Only the first was read. Find out which one counts, and why the other was written.
    """
    twice = [page for page in _pages(view) if page.is_repeat and not page.is_same_sheet]
    if twice:
        detail = f"{_twice(twice)} in the scan again, filled in differently."
        yield record_flag("rewritten_page", detail, page=twice[0].scan_page)


def page_order(view: RecordView) -> Iterator[Flag]:
    """The pages are not in the order of the form."""
    order = [page.page for page in _pages(view) if page.page is not None and not page.is_repeat]
    if order != sorted(order):
        listed = ", ".join(str(page) for page in order)
        yield record_flag("page_order", f"The pages come in the order {listed}.")


def duplicate_record(view: RecordView) -> Iterator[Flag]:
    """The site already holds this scan, or a record of this form for this batch."""
    others = view.context.others
    if others is None:
        return
    if others.same_batch:
        detail = f"Record {', '.join(others.same_batch)} is of the same form and batch."
        yield record_flag("duplicate_record", detail)
    elif others.same_scan:
        detail = f"Record {', '.join(others.same_scan)} was read from the same scan."
        yield record_flag("duplicate_record", detail, severity=Severity.MINOR)


def _pages(view: RecordView) -> tuple[FoundPage, ...]:
    return view.context.pages.pages if view.context.pages else ()


def _is_other(page: FoundPage, view: RecordView) -> bool:
    return (page.form or view.record.form, page.version) != (view.record.form, view.record.version)


def _not_in_force(view: RecordView, form: MasterForm) -> Iterator[Flag]:
    for one in view.written:
        day = one.day if one.field.means is Meaning.MANUFACTURING_DATE else None
        if day is None:
            continue
        is_early = form.effective is not None and day < form.effective
        is_late = form.superseded is not None and day > form.superseded
        if is_early or is_late:
            detail = f"Version {form.version} was not in force on {one.text}, {one.field.label}."
            yield record_flag("wrong_version", detail)
            return


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _twice(pages: list[FoundPage]) -> str:
    numbers = [str(page.page) for page in pages]
    return f"Page {numbers[0]} is" if len(numbers) == 1 else f"Pages {', '.join(numbers)} are"
