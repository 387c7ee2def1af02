"""The pages of a scan on the board: what each part and page is called, and what can be done."""

from pipeline.arranging import LaidScan, PartRecord
from pipeline.core.arrangement import Part, Sheet
from review_ui.parts.draft import Draft
from review_ui.parts.page_board import Board, PartView, RecordLink, SheetView, Tool
from review_ui.parts.way import record_link
from review_ui.parts.words import STATES

ABOVE = 190
"""Pixels of the screen above and below the board."""


def page_url(scan: int, page: int) -> str:
    """Where the small picture of a page of a scan is."""
    return f"/pictures/scans/{scan}/pages/{page}"


def aside_url(laid: LaidScan, page: int) -> str:
    """The same of a page that is put aside; empty where its record was destroyed."""
    return "" if page in laid.destroyed else page_url(laid.scan, page)


def board_of(laid: LaidScan, draft: Draft) -> Board:
    """The board of a scan as it is drafted."""
    now = draft.arrangement
    return Board(
        parts=tuple(part_view(laid, part, number) for number, part in enumerate(now.parts, 1)),
        aside=tuple(
            SheetView(
                page=one.sheet.page,
                number=f"Page {one.sheet.page}",
                label=one.reason,
                look="away",
                picture=aside_url(laid, one.sheet.page),
                turned=one.sheet.turned,
            )
            for one in now.aside
        ),
        aside_title="Put aside: no pages of a record",
        tools=tools(draft),
        selected=draft.selected,
        turn=draft.turn,
        above=ABOVE,
    )


def part_view(laid: LaidScan, part: Part, number: int) -> PartView:
    """A part with the ways to its records, or with the word that it is to be read."""
    was = laid.arrangement.parts
    is_kept = part in was
    records = laid.records[was.index(part)] if is_kept else ()
    note = "" if records else "waits to be read" if is_kept else "arranged anew: to be read"
    return PartView(
        title=f"Part {number}",
        note=note,
        look="" if is_kept else "changed",
        records=tuple(
            RecordLink(one.record, record_words(one), record_link(one.record)) for one in records
        ),
        pages=tuple(sheet_view(laid, sheet) for sheet in part),
    )


def record_words(one: PartRecord) -> str:
    """A record in a few words."""
    form = f"{one.form} v{one.version}" if one.form else "unknown form"
    batch = one.batch_number or "no batch number"
    return f"{form} · {batch} · {STATES[one.state]}"


def sheet_view(laid: LaidScan, sheet: Sheet) -> SheetView:
    """A page with what it is: as a person said, as it was read, or that it fits no form."""
    return SheetView(
        page=sheet.page,
        number=f"Page {sheet.page}",
        label=what_it_is(laid, sheet),
        look="strange" if is_strange(laid, sheet) else "known",
        picture=page_url(laid.scan, sheet.page),
        turned=sheet.turned,
    )


def what_it_is(laid: LaidScan, sheet: Sheet) -> str:
    """What a page is, in a few words."""
    if sheet.form is not None:
        return f"{sheet.form.form} v{sheet.form.version} p. {sheet.form.page}, said by a person"
    found = laid.form_page(sheet.page)
    if found is not None:
        return f"{found[0].form} v{found[0].version} p. {found[1]}"
    if is_strange(laid, sheet):
        return "fits no form that is known"
    return "a page that came before, again" if _was_read(laid, sheet) else "not read yet"


def is_strange(laid: LaidScan, sheet: Sheet) -> bool:
    """Whether the page was read, fits no form, and nobody has said what it is."""
    records = (one for part in laid.records for one in part)
    return sheet.form is None and any(sheet.page in one.strange for one in records)


def _was_read(laid: LaidScan, sheet: Sheet) -> bool:
    pairs = zip(laid.arrangement.parts, laid.records, strict=True)
    return any(records and sheet in part for part, records in pairs)


def tools(draft: Draft) -> tuple[Tool, ...]:
    """The buttons above the board, each with its key."""
    now, page = draft.arrangement, draft.selected
    is_laid = not now.is_aside(page)
    part, at = now.where(page) if is_laid else (0, 0)
    is_last = is_laid and part == len(now.parts) - 1 and at == len(now.parts[part]) - 1
    return (
        Tool("earlier", "← Earlier", "Shift and ←", is_laid and (part, at) != (0, 0)),
        Tool("later", "Later →", "Shift and →", is_laid and not is_last),
        Tool("left", "↺ Turn left", "L", is_laid),
        Tool("right", "↻ Turn right", "R", is_laid),
        Tool("split", "New part from here", "S", is_laid and at > 0),
        Tool("join", "Join with part before", "J", is_laid and part > 0),
        Tool("undo", "Undo", "Z", bool(draft.before)),
    )
