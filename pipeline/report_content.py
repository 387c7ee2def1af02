"""The content of a validation report: which figures stand where, and what is said of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.core.catalogue import title_of
from pipeline.core.evaluate import Automation, Evaluation, WrongEntry
from pipeline.core.figures import Figure
from pipeline.core.plots import reliability_plot, threshold_plot, threshold_plots
from pipeline.core.report import (
    Block,
    Cell,
    Command,
    Paragraph,
    Picture,
    Plot,
    Report,
    Section,
    Table,
)
from pipeline.core.score import Score
from pipeline.report_sources import Sources

MOST_CONFUSIONS = 30
MOST_NOT_READ = 20
FEW = 5
"""Drawing fewer records than this again shows no spread worth an interval."""
ENOUGH = 20
"""The records of each form that a validation keys (docs/validation.md)."""
NO_FORM = "None version None"
NAMES = {
    "form_found": "Records whose form and version were found",
    "state_accuracy": "Entries with the right state (filled, blank, checked …)",
    "entry_accuracy": "Filled handwriting, right to the letter",
    "character_error_rate": "Character error rate of filled handwriting",
    "accepted": "Entries that nobody has to look at",
    "accepted_handwriting": "Filled handwriting that nobody has to look at",
    "silent_errors": "Silent errors: wrong, of the entries that nobody has to look at",
    "silent_errors_handwriting": "Silent errors in filled handwriting",
}
SPLITS = {"type": "Type of field", "quality": "Scan quality", "form": "Form"}
SPLIT_FIGURES = {
    "state_accuracy": "State right",
    "entry_accuracy": "Handwriting right",
    "accepted": "Accepted",
    "silent_errors": "Silent errors",
}


@dataclass(frozen=True, eq=False)
class Material:
    """All that goes into a report. `labels` are what the forms call a field, by form and field."""

    evaluation: Evaluation
    sources: Sources
    command: str
    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)


def report_of(material: Material) -> Report:
    """The whole report, section by section."""
    evaluation = material.evaluation
    return Report(
        "Recordroom: validation report",
        (
            Section("What was evaluated", tuple(_evaluated(material))),
            Section("Figures", tuple(_figures(evaluation))),
            Section("Confidence, said and found", tuple(_reliability(evaluation))),
            Section("Silent errors and automation", tuple(_automation(evaluation))),
            *(_split(by, evaluation.splits[by]) for by in SPLITS),
            Section("Flags", tuple(_flags(evaluation.whole))),
            Section("Characters taken for others", tuple(_confusions(evaluation))),
            Section("Wrong entries that were surest", tuple(_worst(material))),
        ),
    )


def _evaluated(material: Material) -> Iterator[Block]:
    evaluation, sources = material.evaluation, material.sources
    rows = [
        ("Records", f"{evaluation.records}, with {evaluation.entries} entries"),
        ("Truth", f"{sources.truth_files} files, SHA-256 {sources.truth_sha256}"),
        ("Readings", f"{sources.read_files} files, SHA-256 {sources.read_sha256}"),
        *(("Read by", f"{name} ({count} records)") for name, count in sources.readers),
        *(
            ("Master form", f"{form.form} version {form.version}, {form.title}; {form.sha256}")
            for form in sources.forms
        ),
    ]
    if sources.not_read:
        named = ", ".join(sources.not_read[:MOST_NOT_READ])
        more = len(sources.not_read) - MOST_NOT_READ
        rows.append(("Not read, all wrong", named + (f" and {more} more" if more > 0 else "")))
    yield Table(("What", "Which"), tuple(rows), words=frozenset({0, 1}), widths=(0.2, 0.8))
    yield Paragraph(
        "Everything is counted against what people keyed from the paper; an entry that was not "
        "read counts as wrong. A digest is over the names and contents of all files of the "
        "folder. Repeat it with"
    )
    yield Command(material.command)


def _figures(evaluation: Evaluation) -> Iterator[Block]:
    rows = [
        (NAMES.get(name, name), name, *_cells(figure))
        for name, figure in evaluation.whole.figures.items()
    ]
    head = ("Figure", "Name", "Value", "95 % interval", "Counted over")
    yield Table(head, tuple(rows), words=frozenset({0, 1}))
    yield Paragraph(
        "Intervals come from drawing whole records again, and are exact where nothing is wrong "
        "or all is. They say what chance does, and nothing about scans of another kind."
    )
    if evaluation.records < ENOUGH:
        yield Paragraph(
            f"This set holds fewer than {ENOUGH} records: its intervals are too narrow to rely on."
        )
    yield Paragraph(_verdict(evaluation))


def _verdict(evaluation: Evaluation) -> str:
    """Whether the aim for silent errors is shown to be met, in one sentence."""
    silent, aim = evaluation.whole.figures["silent_errors"], percent(evaluation.aim)
    if silent.value is None or silent.low is None or silent.high is None:
        return f"Nothing was accepted, so nothing can be said about the aim of {aim} silent errors."
    found = f"{percent(silent.value)} of the accepted entries are wrong"
    if silent.high <= evaluation.aim:
        return f"{found}, and the whole interval lies within the aim of {aim}: the aim is met."
    if silent.low > evaluation.aim:
        return f"{found}, and the whole interval lies over the aim of {aim}: the aim is missed."
    return (
        f"{found}. The aim of {aim} lies within the interval, so this set neither shows that it "
        "is met nor that it is missed; more records narrow the interval."
    )


def _reliability(evaluation: Evaluation) -> Iterator[Block]:
    bands = evaluation.whole.bands
    yield Plot(
        reliability_plot(bands),
        "Each dot is a band of confidence; the upright lines are 95 % intervals. On the dashed "
        "line confidence is true; above it the reader is too modest, below it too sure. The "
        "scale is stretched towards 100 %.",
    )
    rows = [
        (
            _between(band.least, above),
            percent(band.predicted.value),
            *_cells(band.observed),
        )
        for band, above in zip(bands, (1.0, *(band.least for band in bands)), strict=False)
    ]
    head = ("Confidence", "Said (mean)", "Found right", "95 % interval", "Entries")
    yield Table(head, tuple(rows))
    loss = evaluation.whole.log_loss.value
    if loss is not None:
        yield Paragraph(f"Log loss {loss:.4f} (0 is perfect; 0.693 is a coin's).")


def _between(least: float, above: float) -> str:
    """A band of confidence in words."""
    if least == 0:
        return f"under {100 * above:g} %"
    return f"{100 * least:g} % and more" if above == 1 else f"{100 * least:g} to {100 * above:g} %"


def _automation(evaluation: Evaluation) -> Iterator[Block]:
    figures = evaluation.whole.figures
    aim = percent(evaluation.aim)
    today = (figures["accepted"], figures["silent_errors"])
    yield Plot(
        threshold_plot(evaluation.automation, evaluation.aim, today=today),
        "One threshold for all entries, moving from strict (left) to lax (right). An entry counts "
        "as accepted where it is sure enough and no flag but low confidence stands on it. The "
        f"dashed line is the aim of {aim}, the orange dot the largest share within it, the dark "
        "dot what these readings accepted; the pale band and the upright line are 95 % "
        "intervals. The scale of the errors is logarithmic; 0.01 % stands for all below it.",
    )
    if evaluation.by_type:
        yield Plot(
            threshold_plots(evaluation.by_type, evaluation.aim),
            "The same for each type of field.",
        )
    rows = [
        _reach("all", evaluation.automation),
        *(_reach(name, one) for name, one in evaluation.by_type.items()),
    ]
    head = ("Type of field", "Threshold", "Accepted", "Silent errors", "95 % interval", "Entries")
    yield Table(head, tuple(rows))
    yield Paragraph(
        f"The largest share accepted with no more than {aim} wrong, and the threshold that gives "
        "it. It was found on these very records, so new ones will do a little worse."
    )


def _reach(name: str, automation: Automation) -> tuple[str, ...]:
    reach = automation.reach
    if reach is None:
        return (name, "none", "", "", "", "")
    value, interval, n = _cells(reach.silent_errors)
    return (name, f"{reach.threshold:.6g}", percent(reach.accepted.value), value, interval, n)


def _split(by: str, scores: Mapping[str, Score]) -> Section:
    """A table of the main figures for each part of the set, with their intervals."""
    title = SPLITS[by]
    head = [title, *(["Records"] if by != "type" else []), "Entries"]
    for name in SPLIT_FIGURES.values():
        head += [name, "95 % interval"]
    rows = [
        (_form_name(name), *_split_row(score, has_records=by != "type"))
        for name, score in scores.items()
    ]
    blocks: list[Block] = [Table(tuple(head), tuple(rows))]
    if any(score.figures["form_found"].n < FEW for score in scores.values()):
        blocks.append(Paragraph(f"Fewer than {FEW} records say too little for an interval."))
    return Section(f"By {title[0].lower()}{title[1:]}", tuple(blocks))


def _split_row(score: Score, *, has_records: bool) -> Iterator[str]:
    records = score.figures["form_found"].n
    if has_records:
        yield str(records)
    yield str(score.figures["state_accuracy"].n)
    for name in SPLIT_FIGURES:
        value, interval, _ = _cells(score.figures[name])
        yield from (value, interval if records >= FEW else "")


def _form_name(name: str) -> str:
    return "no known form" if name == NO_FORM else name


def _flags(whole: Score) -> Iterator[Block]:
    if not whole.flags:
        yield Paragraph("No flag was due, and none was raised.")
        return
    head = ("Flag", "Due", "Recall", "95 % interval", "Raised", "Precision", "95 % interval")
    rows = []
    for name, flag in whole.flags.items():
        (recall, recall_in, due), (right, right_in, raised) = (
            _cells(flag.recall),
            _cells(flag.precision),
        )
        rows.append((f"{title_of(name)} ({name})", due, recall, recall_in, raised, right, right_in))
    yield Table(head, tuple(rows))
    yield Paragraph(
        "Recall is the share raised of those due, precision the share due of those raised, "
        "counted by record and field. Low confidence is not scored."
    )


def _confusions(evaluation: Evaluation) -> Iterator[Block]:
    found = evaluation.confusions
    if not found:
        yield Paragraph("No character of filled handwriting was taken for another.")
        return
    rows = [
        (
            one.written or "(nothing)",
            one.read or "(nothing)",
            str(one.count),
            percent(one.count / one.of) if one.of else "",
            str(one.silent),
        )
        for one in found[:MOST_CONFUSIONS]
    ]
    head = ("On the paper", "Read as", "Times", "Of that character", "In accepted entries")
    yield Table(head, tuple(rows), words=frozenset({0, 1}))
    rest = sum(one.count for one in found[MOST_CONFUSIONS:])
    more = f" {rest} rarer ones are in report.json." if rest else ""
    yield Paragraph(
        "Truth and reading of filled handwriting laid side by side by the fewest edits; case and "
        f"spaces do not count, nor do entries of which nothing was read.{more}"
    )


def _worst(material: Material) -> Iterator[Block]:
    worst = material.evaluation.worst
    if not worst:
        yield Paragraph("No entry that was read is wrong.")
        return
    head = ["Record", "Field", "On the paper", "Read", "Confidence", "Looked at"]
    rows: list[tuple[Cell, ...]] = [_worst_row(one, material) for one in worst]
    widths: tuple[float, ...] = (0.12, 0.26, 0.19, 0.19, 0.13, 0.11)
    if material.pictures:
        head.append("As scanned")
        widths = (0.08, 0.17, 0.12, 0.12, 0.12, 0.09, 0.3)
        rows = [
            (*row, material.pictures.get((one.record, one.true.field), "no picture"))
            for row, one in zip(rows, worst, strict=True)
        ]
    words = frozenset({0, 1, 2, 3, 5, 6})
    yield Table(tuple(head), tuple(rows), words, widths)
    yield Paragraph(
        "“Looked at” says whether a reviewer would have been shown the entry. Check the truth "
        "first: people who key records make mistakes too."
    )


def _worst_row(one: WrongEntry, material: Material) -> tuple[str, ...]:
    label = material.labels.get((one.form, one.true.field))
    return (
        one.record,
        f"{label} ({one.true.field})" if label else one.true.field,
        shown(one.true.value, one.true.state),
        shown(one.read.value, one.read.state),
        f"{one.read.confidence:.4f}",
        "no" if one.read.accepted else "yes",
    )


def shown(value: str, state: str) -> str:
    """An entry as people say it: its value, or its state where it has none."""
    return value if state == "filled" and value else f"({state.replace('_', ' ')})"


def _cells(figure: Figure) -> tuple[str, str, str]:
    """Value, interval, and over how many things."""
    if figure.low is None or figure.high is None:
        return percent(figure.value), "", str(figure.n)
    interval = f"{100 * figure.low:.2f}–{100 * figure.high:.2f} %"
    return percent(figure.value), interval, str(figure.n)


def percent(share: float | None) -> str:
    """A share (0 to 1) in percent with two decimals; empty where there is none."""
    return "" if share is None else f"{100 * share:.2f} %"
