"""Faults of people and boxes: signed by the wrong one, by nobody, two boxes marked or none."""

from extractors.values import Box, EntryKind, State
from pipeline.core.forms import Role
from sample_scans.fault_entries import may_fail
from sample_scans.places import free_place
from sample_scans.record import SIGNED, Draft, Work
from sample_scans.slips import misremembered
from sample_scans.values import Act
from sample_scans.writing import inside, mark, part

STAMPS = ("PRODUCTION", "QA", "RELEASED", "TABLETTING", "IN PROCESS")
NOTES = (
    "see back page",
    "repeated, see log book",
    "scale 2 used",
    "2nd print attached",
    "power cut 10 min",
    "told shift leader",
    "ok after check",
    "new pen",
    "counted twice",
)


def batch_number(work: Work) -> bool:
    """Another batch's number on a later page."""
    found = [
        draft
        for draft in may_fail(work, EntryKind.TEXT)
        if draft.paper.field.same_as and draft.paper.field.same_as in work.drafts
        and work.drafts[draft.paper.field.same_as].state == State.FILLED
        and draft.paper.field.pattern
    ]  # fmt: skip
    if not found:
        return False
    draft = work.any_of(found)
    wrong = misremembered(draft.value, work.rng)
    if wrong == draft.value:
        return False
    draft.value, draft.fault = wrong, "batch_number"
    draft.flag("batch_number_mismatch")
    work.taken |= {draft.name, draft.paper.field.same_as or ""}
    return True


def same_person(work: Work) -> bool:
    """The one who did it also checked it."""
    pairs = [
        (done, seen)
        for seen in work.free(EntryKind.INITIALS)
        for done in work.free(EntryKind.INITIALS)
        if seen.paper.field.role == Role.VERIFIED_BY
        and done.paper.field.role == Role.PERFORMED_BY
        and seen.paper.field.step == done.paper.field.step
    ]
    if not pairs:
        return False
    done, seen = work.any_of(pairs)
    seen.value, seen.writer, seen.fault = done.value, done.writer, "same_person"
    seen.flag("same_person")
    work.taken |= {done.name, seen.name}
    return True


def unknown_signatory(work: Work) -> bool:
    """Initials of somebody who is not in the log, or had left long before."""
    found = work.free(EntryKind.INITIALS)
    if not found or not work.roster.others:
        return False
    draft = work.any_of(found)
    draft.writer = work.any_of(list(work.roster.others))
    draft.value, draft.fault = draft.writer.initials, "unknown_signatory"
    draft.flag("unknown_signatory")
    work.taken.add(draft.name)
    return True


def two_marked(work: Work) -> bool:
    """Two boxes of a group are marked."""
    asked = {paper.field.required_if for paper in work.form.fields}
    choices = []
    for boxes in _groups(work):
        others = [b for b in boxes if b.state == State.UNCHECKED and b.name not in asked]
        if any(b.state == State.CHECKED for b in boxes) and others:
            choices.append((boxes, others))
    if not choices:
        return False
    boxes, others = work.any_of(choices)
    draft = work.any_of(others)
    draft.value, draft.state, draft.fault = "true", State.CHECKED, "two_marked"
    boxes[0].flag("choice_conflict")
    work.taken |= {box.name for box in boxes}
    return True


def none_marked(work: Work) -> bool:
    """No box of a group is marked where one has to be."""
    choices = [boxes for boxes in _groups(work) if any(b.paper.field.required for b in boxes)]
    if not choices:
        return False
    boxes = work.any_of(choices)
    for box in boxes:
        if box.state == State.CHECKED:
            box.value, box.state, box.fault = "false", State.UNCHECKED, "none_marked"
    boxes[0].flag("choice_conflict")
    work.taken |= {box.name for box in boxes}
    return True


def _groups(work: Work) -> list[list[Draft]]:
    groups: dict[str, list[Draft]] = {}
    for draft in work.drafts.values():
        if draft.kind == EntryKind.CHECKBOX and draft.paper.field.group:
            groups.setdefault(draft.paper.field.group, []).append(draft)
    return [boxes for boxes in groups.values() if not {b.name for b in boxes} & work.taken]


def _unsigned(work: Work, fault: str, *kinds: EntryKind) -> Draft | None:
    found = [draft for draft in work.free(*(kinds or SIGNED)) if draft.paper.field.required]
    if not found:
        return None
    # signatures are rarer than initials, and matter more: both come about as often
    signatures = [draft for draft in found if draft.kind == EntryKind.SIGNATURE]
    pool = signatures if signatures and work.rng.random() < 0.5 else found
    draft: Draft = work.any_of(pool)
    draft.value, draft.state, draft.fault, draft.marks = "", State.BLANK, fault, []
    draft.flag("missing_signature")
    work.taken.add(draft.name)
    return draft


def unsigned(work: Work) -> bool:
    """Nobody signed."""
    return _unsigned(work, "unsigned") is not None


def smudge(work: Work) -> bool:
    """Dirt where a signature should be."""
    return _instead(work, Act.SMUDGE, "smudge")


def line(work: Work) -> bool:
    """A pen line where a signature should be."""
    return _instead(work, Act.LINE if work.rng.random() < 0.4 else Act.DASH, "line")


def overshoot(work: Work) -> bool:
    """A neighbour's writing reaches into the empty field."""
    return _instead(work, Act.OVERSHOOT, "overshoot")


def stamp_only(work: Work) -> bool:
    """A rubber stamp where a signature should be."""
    draft = _unsigned(work, "stamp_only")
    if draft is None:
        return False
    box = part(draft.paper.field.box, 0.08, 0.05, to=(0.92, 0.95))
    draft.marks = [mark(work, Act.STAMP, draft, box, text=work.any_of(list(STAMPS)))]
    return True


def date_only(work: Work) -> bool:
    """A date where a signature should be."""
    draft = _unsigned(work, "date_only")
    if draft is None:
        return False
    wide = draft.paper.field.box.width > 24
    words = work.day.strftime("%d.%m.%Y" if wide else "%d.%m.")
    draft.marks = [mark(work, Act.TEXT, draft, inside(draft.paper.field.box), text=words)]
    return True


def misplaced(work: Work) -> bool:
    """Signed, but somewhere else on the page."""
    found = [d for d in work.free(EntryKind.SIGNATURE) if d.paper.field.required]
    for index in work.rng.permutation(len(found)):
        draft = found[index]
        size = (min(draft.paper.field.box.width, 40.0), 9.0)
        box = free_place(work.form, draft.paper.field.page, size, rng=work.rng,
                         near=draft.paper.field.box, taken=_loose_on(work, draft))  # fmt: skip
        if box is None:
            continue
        draft.value, draft.state, draft.fault, draft.marks = "", State.BLANK, "misplaced", []
        draft.flag("missing_signature")
        work.taken.add(draft.name)
        work.loose.append(mark(work, Act.SIGNATURE, draft, box))
        work.flag("outside_writing")
        return True
    return False


def note(work: Work) -> bool:
    """A remark beside the fields."""
    drafts = [d for d in work.drafts.values() if d.state == State.FILLED]
    if not drafts:
        return False
    draft = work.any_of(drafts)
    words = work.any_of(list(NOTES))
    size = (6 + 2.3 * len(words), 6.0)
    box = free_place(work.form, draft.paper.field.page, size, rng=work.rng,
                     taken=_loose_on(work, draft))  # fmt: skip
    if box is None:
        return False
    work.loose.append(mark(work, Act.TEXT, draft, box, text=words))
    work.flag("outside_writing")
    return True


def _loose_on(work: Work, draft: Draft) -> tuple[Box, ...]:
    return tuple(one.box for one in work.loose if one.page == draft.paper.field.page)


def _instead(work: Work, act: Act, fault: str) -> bool:
    draft = _unsigned(work, fault)
    if draft is None:
        return False
    draft.marks = [mark(work, act, draft, inside(draft.paper.field.box))]
    return True
