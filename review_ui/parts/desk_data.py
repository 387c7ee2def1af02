"""What the browser's part of the desk draws, as plain values: the page, its table, the stop.

Nothing here is markup. Whatever comes from a scan, a form or a person is drawn as text.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.core.around import neighbours, same_hand, writer_of
from pipeline.core.catalogue import flag_kind, title_of
from pipeline.core.check import help_of
from pipeline.core.forms import Field, MasterForm
from pipeline.core.keyed import open_round
from pipeline.core.review import is_answered
from pipeline.core.values import Correction, Disposition, Entry, Flag, Outcome, Record
from pipeline.trail import TrailEvent
from review_ui.parts.desk_steps import choices_of, needs_own_reason
from review_ui.parts.desk_words import KEYED, SECOND, THIRD
from review_ui.parts.limits import asked_of, limits_of
from review_ui.parts.names import name_of
from review_ui.parts.paper import entry_url, label_of, page_url, sharp_url
from review_ui.parts.stops import MISSING_PAGE, Stop, on_paper, page_of, stop_of
from review_ui.parts.words import OUTCOMES, SIGNS, moment, percent, shown_value

Data = dict[str, Any]
MOST_ALTERNATIVES = 9
MOST_KEPT = 20_000
_UNTOUCHED: dict[int, tuple[Entry, MasterForm | None, tuple[list[Any], list[Any]]]] = {}
"""What is drawn of entries that nobody has touched, by the entry itself, which is kept with it."""

SIDES = ("left", "right", "above", "below")


def page_data(record: Record, form: MasterForm | None, page: int, pages: Sequence[int]) -> Data:
    """The page that is shown: its picture, its size, and a box and a row for each entry."""
    sizes = {one.page: one.size_mm for one in form.pages} if form else {}
    size = sizes.get(page)
    entries = sorted((one for one in record.entries if one.page == page), key=on_paper)
    drawn = [place_data(one, form, size) for one in entries]
    return {
        "page": page,
        "pages": list(pages),
        "picture": page_url(record.id, page),
        "sharp": sharp_url(record.id, page) if size else "",
        "size": list(size) if size else [],
        "boxes": [one[0] for one in drawn] if size else [],
        "rows": [one[1] for one in drawn],
    }


def place_data(
    entry: Entry, form: MasterForm | None, size_mm: tuple[float, float] | None
) -> tuple[list[Any], list[Any]]:
    """The box and the row of an entry; of an untouched one they are made once and kept."""
    known = _UNTOUCHED.get(id(entry))
    if known is not None and known[0] is entry and known[1] is form:
        return known[2]
    made = (box(entry, form, size_mm) if size_mm else [], row(entry, form))
    if not (entry.flags or entry.corrections or entry.dispositions or entry.keyings):
        if len(_UNTOUCHED) >= MOST_KEPT:
            _UNTOUCHED.clear()
        _UNTOUCHED[id(entry)] = (entry, form, made)
    return made


def box(entry: Entry, form: MasterForm | None, size_mm: tuple[float, float]) -> list[Any]:
    """A box on the page: name, title, look, and where it is in percent of the page."""
    width, height = size_mm
    title = f"{label_of(form, entry)}: {shown(entry)}"
    place = (
        100 * entry.box.x / width,
        100 * entry.box.y / height,
        100 * entry.box.width / width,
        100 * entry.box.height / height,
    )
    return [entry.field, title, look_of(entry), *(round(number, 3) for number in place)]


def row(entry: Entry, form: MasterForm | None) -> list[Any]:
    """A row of the table: name, step, field, value, limits, state, flags, who, when."""
    last = last_act(entry)
    look = look_of(entry)
    return [
        entry.field,
        entry.step or "",
        label_of(form, entry),
        shown(entry),
        limits_of(field_of(form, entry)),
        look,
        [f"{SIGNS[flag.severity]} {title_of(flag.name)}" for flag in entry.flags],
        name_of(last.by) if last else "",
        moment(last.at) if last else "",
    ]


def last_act(entry: Entry) -> Correction | Disposition | None:
    """What somebody did last with an entry."""
    acts: list[Correction | Disposition] = [*entry.corrections, *entry.dispositions]
    return max(acts, key=lambda one: one.at, default=None)


def look_of(entry: Entry) -> str:
    """How an entry looks: waiting, answered, corrected, accepted, or merely read."""
    if open_round(entry.keyings):
        return "keyed"
    if entry.flags:
        return "open" if stop_of(entry).is_open else "answered"
    if entry.corrections:
        return "changed"
    return "accepted" if entry.accepted else "plain"


def field_of(form: MasterForm | None, entry: Entry) -> Field | None:
    """The entry's field, None where the form is not known here."""
    try:
        return form.field(entry.field) if form else None
    except KeyError:
        return None


def shown(entry: Entry) -> str:
    """An entry's value as it is shown."""
    return shown_value(entry.value, entry.state, entry.type)


def stop_data(
    stop: Stop, record: Record, form: MasterForm | None, notes: Sequence[TrailEvent]
) -> Data:
    """The stop: what was read, why it was flagged, what can be chosen, what stands around it."""
    data: Data = {
        "key": stop.key,
        "needs_reason": needs_own_reason(stop),
        "can": can(stop, has_page=page_of(record, stop) is not None),
        "flags": [flag_data(flag, stop.dispositions) for flag in stop.flags],
        "waits": waiting_line(stop),
        "notes": [note(one) for one in notes if one.field == (stop.entry and stop.entry.field)],
    }
    if stop.entry is None:
        return data | {"title": "The whole record", "where": ""}
    return data | entry_data(stop.entry, record, form)


def waiting_line(stop: Stop) -> str:
    """That a correction of the entry waits for somebody else, and for whom; never its value."""
    going_on = open_round(stop.entry.keyings) if stop.entry else ()
    if not going_on:
        return ""
    who = " and ".join(name_of(one.by) for one in going_on)
    return KEYED.format(who=who, needed=THIRD if len(going_on) > 1 else SECOND)


def entry_data(entry: Entry, record: Record, form: MasterForm | None) -> Data:
    """What the desk shows of an entry."""
    step = f", step {entry.step}" if entry.step else ""
    writer = writer_of(record, entry)
    sizes = {one.page: one.size_mm for one in form.pages} if form else {}
    choices = choices_of(entry.type)
    return {
        "title": label_of(form, entry),
        "where": f"page {entry.page}{step}",
        "crop": {
            "page": entry.page,
            "picture": page_url(record.id, entry.page),
            "size": list(sizes.get(entry.page, ())),
            "box": [entry.box.x, entry.box.y, entry.box.width, entry.box.height],
            "cut": entry_url(record.id, entry.field),
        },
        "read": shown_value(entry.reading.value, entry.reading.state, entry.type),
        "sure": percent(entry.confidence),
        "previous": [[one.value or "illegible", one.initials] for one in entry.previous],
        "now": now_data(entry),
        "value": entry.value,
        "choices": list(choices) if choices else [],
        "alternatives": [
            [one.value, one.value or "blank", percent(one.probability)]
            for one in entry.alternatives
            if one.value != entry.value
        ][:MOST_ALTERNATIVES],
        "asked": asked_of(field_of(form, entry)),
        "beside": beside(record, entry, form),
        "writer": writer,
        "hand": [hand_data(one, record, form) for one in same_hand(record, entry)],
    }  # fmt: skip


def hand_data(entry: Entry, record: Record, form: MasterForm | None) -> list[Any]:
    """Another entry of the same hand: its name, value, label, page, box, and its own picture.

    The browser cuts it out of the page that it shows already, where it stands on that one.
    """
    place = [entry.box.x, entry.box.y, entry.box.width, entry.box.height]
    cut = entry_url(record.id, entry.field)
    return [entry.field, shown(entry), label_of(form, entry), entry.page, place, cut]


def now_data(entry: Entry) -> list[str]:
    """What the entry says since somebody corrected it: value, by whom, when, why."""
    if not entry.corrections:
        return []
    last = entry.corrections[-1]
    value = shown_value(last.value, last.state, entry.type)
    return [value, name_of(last.by), moment(last.at), last.reason]


def beside(record: Record, entry: Entry, form: MasterForm | None) -> list[list[str]]:
    """The neighbours in the table: side, name, label and value."""
    near = neighbours(record, entry)
    found = [(side, getattr(near, side)) for side in SIDES]
    return [[side, one.field, label_of(form, one), shown(one)] for side, one in found if one]


def flag_data(flag: Flag, dispositions: tuple[Disposition, ...]) -> Data:
    """Why something was flagged, the rule behind it, and how it was answered."""
    kind = flag_kind(flag.name)
    given = [one for one in dispositions if one.flag == flag.name]
    answer = ""
    if given and given[-1].outcome is not Outcome.TAKEN_BACK:
        last = given[-1]
        answer = f"{OUTCOMES[last.outcome]}: {last.reason} ({name_of(last.by)}, {moment(last.at)})"
    return {
        "severity": flag.severity.value,
        "sign": SIGNS[flag.severity],
        "title": kind.title,
        "detail": flag.detail,
        "rule": " · ".join(part for part in (", ".join(kind.checks), kind.rule) if part),
        "help": " ".join(help_of(flag.name).split()),
        "answer": answer,
        "is_open": not is_answered(flag, dispositions),
    }


def note(event: TrailEvent) -> str:
    """What somebody wrote here, or asked for."""
    asked = "asked for a new scan: " if event.kind == "rescan_asked" else ""
    return f"{name_of(event.by)}, {moment(event.at)}: {asked}{event.reason or ''}"


def can(stop: Stop, *, has_page: bool) -> list[str]:
    """Which steps make sense at a stop. Of a record as a whole, only a page can be missing."""
    steps = [*(["rescan"] if has_page else []), "comment", "undo"]
    if stop.waits:
        return steps
    if stop.entry:
        steps += ["confirm", "correct"] if stop.is_open else ["correct"]
        steps += ["missing", "unreadable"] if stop.is_open else []
    elif stop.is_open:
        steps.append("confirm")
        if any(flag.name == MISSING_PAGE for flag in stop.open_flags):
            steps.append("missing")
    return steps
