"""Checks of single entries: there or not, in the form's format, corrected, voided, marked.

Each function's docstring is the help that a reviewer sees beside its flag.
"""

from collections.abc import Iterator

from extractors.values import EntryKind, Evidence, State
from pipeline.core.check_context import RecordView, Written
from pipeline.core.normal import is_well_formed
from pipeline.core.values import Flag, Severity

_SIGNED = {EntryKind.INITIALS, EntryKind.SIGNATURE}
_FORMATTED = {EntryKind.TEXT, EntryKind.NUMBER, EntryKind.DATE, EntryKind.TIME, EntryKind.INITIALS}


def missing_entry(view: RecordView) -> Iterator[Flag]:
    """The form requires an entry here and there is none.

    Look at the scan: if the entry is there, correct the reading; else say that it is truly missing.
    """
    for one in view.written:
        if one.field.type not in _SIGNED and _is_required(view, one) and _is_empty(one):
            yield one.flag("missing_entry", f"{one.field.label} is required and is blank.")


def missing_signature(view: RecordView) -> Iterator[Flag]:
    """The form requires a signature or initials here and nobody signed.

    A smudge, a line, a stamp, a neighbour's overshoot or a date beside it is no signature.
    """
    for one in view.written:
        if one.field.type in _SIGNED and _is_required(view, one) and one.state is State.BLANK:
            yield one.flag("missing_signature", f"{one.field.label} is required and is not signed.")


def na_not_allowed(view: RecordView) -> Iterator[Flag]:
    """N/A stands in a place that the form requires, outside a block that was voided as a whole."""
    for one in view.written:
        is_void = one.state is State.NOT_APPLICABLE and not one.shows(Evidence.VOID_ROW)
        if is_void and _is_required(view, one):
            yield one.flag("na_not_allowed", f"{one.field.label} is required and is marked N/A.")


def void_unsigned(view: RecordView) -> Iterator[Flag]:
    """Unused places were voided without initials beside the stroke or the N/A."""
    for one in view.written:
        if one.shows(Evidence.VOID_UNSIGNED):
            yield one.flag("void_unsigned", f"{one.field.label} is voided without initials.")


def unreadable(view: RecordView) -> Iterator[Flag]:
    """There is ink here, but nobody can say what it reads: under a stamp, cut off, too faint."""
    for one in view.written:
        if one.state is State.UNREADABLE:
            yield one.flag("unreadable", f"{one.field.label} holds ink that can't be read.")


def bad_format(view: RecordView) -> Iterator[Flag]:
    """The entry is not written as the form asks: its decimals, its date format, its choices.

    The value stands as it is on the paper. Correct it only where it was misread.
    """
    for one in view.written:
        seen = one.shows(Evidence.BAD_FORMAT) and one.entry.is_as_read
        if seen or not _fits_format(one):
            yield one.flag(
                "bad_format", f"{one.field.label} reads {one.value!r}, not as the form asks."
            )


def correction(view: RecordView) -> Iterator[Flag]:
    """Something was crossed out on the paper and replaced. The old entry is kept beside the new."""
    for one in view.written:
        if one.shows(Evidence.CORRECTION) or one.entry.previous:
            old = ", ".join(repr(before.value) for before in one.entry.previous if before.value)
            was = f" It read {old} before." if old else ""
            is_mark = one.field.type is EntryKind.CHECKBOX
            yield one.flag(
                "correction",
                f"{one.field.label} was corrected on the paper.{was}",
                severity=Severity.MAJOR if is_mark else None,
            )


def uninitialled_correction(view: RecordView) -> Iterator[Flag]:
    """A correction on the paper has no initials beside it, so nobody answers for it."""
    for one in view.written:
        if one.shows(Evidence.UNINITIALLED_CORRECTION):
            yield one.flag(
                "uninitialled_correction", f"{one.field.label} was corrected without initials."
            )


def overwritten(view: RecordView) -> Iterator[Flag]:
    """An entry was written straight over another, so that the old one can't be told any more."""
    for one in view.written:
        if one.shows(Evidence.OVERWRITTEN):
            yield one.flag("overwritten", f"{one.field.label} was written over in place.")


def obliterated(view: RecordView) -> Iterator[Flag]:
    """An entry was made illegible, by scribbling over it or with correction fluid."""
    for one in view.written:
        if not one.shows(Evidence.OBLITERATED):
            continue
        if one.state is State.FILLED:
            what = "stands on correction fluid; what was there before can't be read."
        else:
            what = "was made illegible."
        yield one.flag("obliterated", f"{one.field.label} {what}")


def choice_conflict(view: RecordView) -> Iterator[Flag]:
    """Of boxes that belong together more than one is marked, or none where one has to be."""
    for group in _groups(view):
        states = [one.state for one in group]
        marked = states.count(State.CHECKED)
        is_whole = len(group) == _size(view, group[0])
        is_needed = any(_is_needed(view, one) for one in group)
        name = group[0].field.group
        if marked > 1:
            labels = ", ".join(one.field.label for one in group if one.state is State.CHECKED)
            yield group[0].flag("choice_conflict", f"Several boxes of {name} are marked: {labels}.")
        elif marked == 0 and is_whole and is_needed and set(states) <= _UNMARKED:
            yield group[0].flag("choice_conflict", f"No box of {name} is marked.")


_UNMARKED = {State.UNCHECKED, State.BLANK}


def _groups(view: RecordView) -> list[list[Written]]:
    groups: dict[str, list[Written]] = {}
    for one in view.written:
        if one.field.type is EntryKind.CHECKBOX and one.field.group is not None:
            groups.setdefault(one.field.group, []).append(one)
    return list(groups.values())


def _size(view: RecordView, one: Written) -> int:
    fields = view.context.form.fields if view.context.form else ()
    return sum(field.group == one.field.group for field in fields)


def _is_required(view: RecordView, one: Written) -> bool:
    """Whether this very place has to be filled; of a group of boxes only one has to."""
    return one.field.group is None and _is_needed(view, one)


def _is_needed(view: RecordView, one: Written) -> bool:
    if one.field.required:
        return True
    box = view.find(one.field.required_if)
    return box is not None and box.state is State.CHECKED


def _is_empty(one: Written) -> bool:
    if one.field.type is EntryKind.CHECKBOX:
        return one.state in _UNMARKED
    return one.state is State.BLANK


def _fits_format(one: Written) -> bool:
    if one.text is None or one.field.type not in _FORMATTED:
        return True
    return is_well_formed(one.field, one.text)
