"""A control chart in words: what it amounts to, what a point shows, what was left out."""

from collections import Counter

from pipeline.core.batch_days import DayFrom
from pipeline.core.control_chart import FEWEST_FOR_CAPABILITY, Rule
from pipeline.core.trend import LeftOut, Trend
from review_ui.parts.drawing_view import Spot
from review_ui.parts.way import record_link
from review_ui.parts.words import STATES, counted, percent

RULE_WORDS = {
    Rule.BEYOND_LIMIT: "rule 1: beyond a control limit",
    Rule.TWO_OF_THREE: "rule 2: two of three beyond 2 sigma",
    Rule.FOUR_OF_FIVE: "rule 3: four of five beyond 1 sigma",
    Rule.EIGHT_IN_ROW: "rule 4: eight in a row on one side",
}
RULES = (
    "Filled dots: approved, corrected, confirmed, or surely read. Hollow dots: nobody has looked "
    "at them yet; they do not move the limits.",
    "A box around a point: it stands on its day of receipt: its record says no day of making. "
    "A question mark under it: its day of making was read, and nobody has looked at it.",
    "UCL and LCL: the mean ± 2.66 times the mean moving range, out of the data. Heavy lines: the "
    "form's own limits, in the version that each batch was written on.",
    "Diamonds, with the rule's number above them: the zone rules of the Western Electric "
    "Statistical Quality Control Handbook. 1: beyond a control limit. 2: two of three in a row "
    "beyond 2 sigma, on one side. 3: four of five beyond 1 sigma. 4: eight in a row on one side.",
    "Cp and Cpk use the spread from batch to batch (mean moving range / 1.128), Pp and Ppk the "
    "standard deviation of all values.",
)
LEFT_OUT = {
    LeftOut.BLANK: "blank",
    LeftOut.NOT_APPLICABLE: "N/A",
    LeftOut.UNREADABLE: "can't be read",
    LeftOut.NO_NUMBER: "not in the field's format",
    LeftOut.REJECTED: "in rejected records",
    LeftOut.OTHER_UNIT: "in a unit that can't be compared",
    LeftOut.MISSING: "without the entry, since its page is missing",
    LeftOut.UNDATED: "outside these days, but nobody is sure of their day",
}
DAYS = {
    DayFrom.MADE: ("", ""),
    DayFrom.UNSURE: ("not sure", "the day of making as it was read; nobody has looked at it"),
    DayFrom.RECEIVED: ("received", "the day of receipt; the record says no day of making"),
}
"""What a batch's day is: in a column, and beside the point."""


def chart_text(found: Trend) -> str:
    """Mean and limits, how many points break a rule, how many are out of the form's limits."""
    if found.chart is None:
        return "One point makes no chart yet."
    limits = found.chart.individuals
    unit = f" {found.unit}" if found.unit else ""
    trial = " These are trial limits, from fewer than 20 points." if found.chart.is_trial else ""
    return (
        f"{counted(len(found.points), 'point')}. Mean {limits.centre:.4g}{unit}, control limits "
        f"{limits.low:.4g} to {limits.high:.4g}{unit}.{trial} {broken_text(found)} "
        f"{out_text(found)}"
    )


def broken_text(found: Trend) -> str:
    """How often which rule is broken."""
    counts = Counter(rule for place in range(len(found.points)) for rule in found.rules(place))
    if not counts:
        return "No rule is broken."
    said = ", ".join(
        f"rule {int(rule)} at {counted(counts[rule], 'point')}" for rule in sorted(counts)
    )
    return f"Broken: {said}."


def out_text(found: Trend) -> str:
    """The form's limits and of which version they are; how many points are outside their own."""
    if found.low is None and found.high is None and not found.has_other_limits:
        return "The form gives no limits."
    unit = f" {found.unit}" if found.unit and found.limits_text != "none" else ""
    said = f"Limits of version {found.version}, the form's newest: {found.limits_text}{unit}."
    other = " Other versions have other limits; each batch counts under its own."
    out = sum(point.is_out for point in found.points)
    return f"{said}{other * found.has_other_limits} Outside the form's limits: {out}."


def capability_text(found: Trend) -> str:
    """The capability, or why there is none."""
    if found.low is None and found.high is None:
        which = f" in version {found.version}, its newest" if found.has_other_limits else ""
        return f"No capability: the form gives no limits{which}."
    known = found.capability
    if known is None:
        settled = sum(point.is_settled for point in found.points)
        return (
            f"No capability: it takes {FEWEST_FOR_CAPABILITY} values that somebody stands for "
            f"({settled} here) and some spread."
        )
    pairs = (("Cp", known.cp), ("Cpk", known.cpk), ("Pp", known.pp), ("Ppk", known.ppk))
    said = ", ".join(f"{name} {one:.2f}" for name, one in pairs if one is not None)
    between = f"Ppk lies between {known.ppk_low:.2f} and {known.ppk_high:.2f} (95 %)"
    against = f" against the limits of version {found.version}" if found.has_other_limits else ""
    broken = any(found.rules(place) for place in range(len(found.points)))
    steady = " Rules are broken: until the process is steady, this says little." if broken else ""
    return (
        f"{said}{against}, from {known.count} values; {between}, where the values are normal."
        f"{steady}"
    )


def days_text(found: Trend) -> str:
    """How many batches stand on a day that is not surely their day of making; else nothing."""
    received, unsure = found.placed(DayFrom.RECEIVED), found.placed(DayFrom.UNSURE)
    if received and found.has_no_days:
        return "Batches stand on their days of receipt: no record says when its batch was made."
    said = (
        (received, "on the day of receipt, since the record says no day of making (in a box)"),
        (unsure, "on a day of making that was read and that nobody looked at (question mark)"),
    )
    parts = [f"{count} {what}" for count, what in said if count]
    return f"Days: {'; '.join(parts)}." if parts else ""


def left_out_text(found: Trend) -> str:
    """How many entries are no points, and why; nothing where all are."""
    said = ", ".join(f"{count} {LEFT_OUT[reason]}" for reason, count in found.left_out)
    return f"Left out: {said}." if said else ""


def shown_value(found: Trend, place: int) -> str:
    """How the value stands there; with its unit where that is not the chart's."""
    point = found.points[place]
    is_other = point.unit and point.unit != found.unit
    return f"{point.shown} {point.unit}" if is_other else point.shown


def point_notes(found: Trend, place: int) -> list[tuple[str, str]]:
    """What a point shows: the rules that it breaks, and whether it is out of limits."""
    notes = [(RULE_WORDS[rule], "major") for rule in found.rules(place)]
    if found.points[place].is_out:
        notes.append(("outside the form's limits", "critical"))
    return notes or [("", "")]


def spot_of(found: Trend, place: int) -> Spot:
    """What is said beside a point, its crop, and the way to its entry."""
    point = found.points[place]
    unit = f" {point.unit}" if point.unit else ""
    lines = (
        f"{point.shown}{unit}",
        f"{point.batch_number or 'no batch number'}, {point.day.isoformat()}",
        *(one for one in (DAYS[point.day_from][1],) if one),
        f"{found.form} v{point.version}, {STATES[point.state]}",
        *(text for text, _ in point_notes(found, place) if text),
        *(() if point.is_settled else (f"nobody has looked; {percent(point.probability)} sure",)),
    )
    return Spot(
        ". ".join(lines) + ". Opens the entry.",
        lines,
        record_link(point.record, point.field),
        f"/pictures/{point.record}/entries/{point.field}",
    )
