"""The desk beside the paper: one stop with its crop, what was read, and why it was flagged.

What can be done about it is in `answers`.
"""

from pipeline.core.catalogue import flag_kind
from pipeline.core.check import help_of
from pipeline.core.keyed import open_round
from pipeline.core.review import is_answered
from pipeline.core.values import Disposition, Entry, Flag, Record
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.paper import entry_url
from review_ui.parts.stops import Stop
from review_ui.parts.words import OUTCOMES, SIGNS, moment, percent, shown_value

SECOND = "a critical entry: it stands as read until a second person has keyed the same"
THIRD = "they do not agree: a third person decides"


def heading(stop: Stop, label: str) -> str:
    """Where we are: the field with its page and step, or the whole record."""
    if stop.entry is None:
        return piece('<h3 class="stop">The whole record</h3>')
    where = f"page {stop.entry.page}" + (f", step {stop.entry.step}" if stop.entry.step else "")
    return piece('<h3 class="stop">$label <small>$where</small></h3>', label=label, where=where)


def show_stop(stop: Stop, record: Record, following: str) -> None:
    """What stands at this stop: the crop, enlarged, what was read, and why it was flagged.

    The crop at the `following` stop is fetched ahead, so that it is there when it is wanted.
    """
    pieces = [flag_line(flag, stop.dispositions) for flag in stop.flags]
    if stop.entry:
        crop = piece(
            '<div class="crop"><img src="$crop" alt="The field as written"></div>',
            crop=entry_url(record.id, stop.entry.field),
        )
        pieces = [crop, reading_line(stop.entry), *pieces]
    if any(entry.field == following for entry in record.entries):
        ahead = entry_url(record.id, following)
        pieces.append(piece('<img class="ahead" src="$ahead" alt="">', ahead=ahead))
    show(*pieces)


def reading_line(entry: Entry) -> str:
    """What was read and how sure the machine was; beside it what people set since."""
    read = shown_value(entry.reading.value, entry.reading.state, entry.type)
    line = piece(
        '<p class="reading">Read as <b>$read</b> <span>$sure</span>',
        read=read,
        sure=f"{percent(entry.confidence)} sure",
    )
    for before in entry.previous:
        by = f" ({before.initials})" if before.initials else ""
        line += piece(
            " <span>crossed out: <s>$value</s>$by</span>", value=before.value or "illegible", by=by
        )
    if entry.corrections:
        last = entry.corrections[-1]
        line += piece(
            '</p><p class="reading now">Corrected to <b>$value</b> '
            "<span>by $by, $at: $reason</span>",
            value=shown_value(last.value, last.state, entry.type),
            by=name_of(last.by),
            at=moment(last.at),
            reason=last.reason,
        )
    return line + "</p>" + waiting_line(entry)


def waiting_line(entry: Entry) -> str:
    """That a correction of this entry waits for somebody else, and for whom; never its value."""
    going_on = open_round(entry.keyings)
    if not going_on:
        return ""
    who = " and ".join(name_of(one.by) for one in going_on)
    needed = THIRD if len(going_on) > 1 else SECOND
    return piece(
        '<p class="reading waits">$who · $needed</p>', who=f"Keyed by {who}", needed=needed
    )


def flag_line(flag: Flag, dispositions: tuple[Disposition, ...]) -> str:
    """Why this was flagged, and how it was answered."""
    kind = flag_kind(flag.name)
    line = piece(
        '<details class="flag $severity"><summary><b><i>$sign</i> $title</b> '
        "<small>$severity</small><br>$detail",
        severity=flag.severity.value,
        sign=SIGNS[flag.severity],
        title=kind.title,
        detail=flag.detail,
    )
    if is_answered(flag, dispositions):
        last = [one for one in dispositions if one.flag == flag.name][-1]
        line += piece(
            '<br><span class="answer">✓ $outcome: $reason <small>$by, $at</small></span>',
            outcome=OUTCOMES[last.outcome],
            reason=last.reason,
            by=name_of(last.by),
            at=moment(last.at),
        )
    more = piece(
        "</summary><p>$help <small>$rule</small></p></details>",
        help=help_of(flag.name).replace("\n\n", "\n"),
        rule=kind.rule,
    )
    return line + more
