"""New revisions of a record, as pure functions: an amendment, or a page that was scanned again.

A revision is a record of its own that names the one before. It begins with what that one said and
what people made of it, without its signatures: what they were given for is the older revision,
which stays as it was.
"""

from collections.abc import Collection
from dataclasses import replace

from pipeline.core.check_context import FoundPage, PageEvidence
from pipeline.core.forms import MasterForm
from pipeline.core.keyed import open_round
from pipeline.core.triage import LOW_CONFIDENCE, being_keyed
from pipeline.core.values import Entry, Record, RecordState
from pipeline.errors import NotAllowed


def revision_name(first: str, revision: int) -> str:
    """The id of a revision: that of the first one with its number, `0123456789ab-1-r2`."""
    return f"{first}-r{revision}"


def amended(old: Record, *, name: str, revision: int, reason: str) -> Record:
    """A new revision of an approved record, to be worked on; it needs a reason."""
    if old.state is not RecordState.APPROVED:
        raise NotAllowed(
            f"only an approved record is amended, and it is {old.state.value.replace('_', ' ')}",
            "change it as it is while it is in review, or take its newest revision",
        )
    if not reason.strip():
        raise NotAllowed("an amendment needs a reason", "say why the record has to be changed")
    return replace(old, id=name, revision=revision, state=RecordState.IN_REVIEW, signatures=())


def rescanned(
    old: Record, new: Record, pages: Collection[int], *, form: MasterForm | None
) -> Record:
    """The record with these pages as they were read from a newer scan, all others as they are.

    What people did to entries of other pages stays, but for a keying that waits for another
    person: it begins anew, and a flag says that somebody has to look. A scan that fitted no form is
    replaced as a whole.
    """
    if old.form is None:
        return new
    brought = [replace(one, source=new.source) for one in new.pages if one.page in pages]
    kept = [one for one in old.pages if one.page not in pages]
    return replace(
        old,
        pages=tuple(sorted([*kept, *brought], key=lambda page: page.page)),
        entries=_in_form_order(
            [_settled(one, old.revision) for one in old.entries if one.page not in pages]
            + [one for one in new.entries if one.page in pages],
            form,
        ),
        signatures=(),
    )


def pages_answered(old: Record, new: Record, asked: Collection[int]) -> frozenset[int]:
    """Which of the pages asked for a newly read record brings; all, where the old has no form."""
    if old.form is None:
        return frozenset(asked)
    if (old.form, old.version) != (new.form, new.version):
        return frozenset()
    return frozenset(asked) & {one.page for one in new.pages}


def pages_from_newer(
    old: Record, new: Record, pages: Collection[int], *, shown: Collection[int]
) -> frozenset[int]:
    """Which pages of the new record come from the newer scan: those that were answered.

    Where the old one has no form these are all, also those `shown` that fit no form either.
    """
    if old.form is not None:
        return frozenset(pages)
    return frozenset(shown) | {one.page for one in new.pages}


def joined_evidence(
    old: PageEvidence | None, new: PageEvidence | None, pages: Collection[int], *, scan: str
) -> PageEvidence | None:
    """What was found about the pages, those of the newer scan of that name in place of theirs.

    None where nothing is known of one of the two: then flags about pages stay as they were.
    """
    if old is None or new is None:
        return None
    kept = [page for page in old.pages if page.page not in pages]
    for page in new.pages:
        if page.page in pages and not page.is_repeat:
            kept.insert(_place(kept, page), replace(page, scan=scan))
    return PageEvidence(tuple(kept))


def _place(kept: list[FoundPage], page: FoundPage) -> int:
    """Before the first page that comes after it on the form."""
    for place, other in enumerate(kept):
        if other.page is not None and page.page is not None and other.page > page.page:
            return place
    return len(kept)


def _settled(entry: Entry, revision: int) -> Entry:
    """The entry without a round of keyings that waits for another person; a flag tells of it."""
    going_on = len(open_round(entry.keyings))
    if not going_on:
        return entry
    flags = tuple(flag for flag in entry.flags if flag.name not in LOW_CONFIDENCE)
    return replace(
        entry,
        keyings=entry.keyings[: len(entry.keyings) - going_on],
        flags=(*flags, being_keyed(entry, revision)),
        accepted=False,
    )


def _in_form_order(entries: list[Entry], form: MasterForm | None) -> tuple[Entry, ...]:
    places = {field.name: place for place, field in enumerate(form.fields)} if form else {}
    return tuple(sorted(entries, key=lambda entry: places.get(entry.field, len(places))))
