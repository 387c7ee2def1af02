"""The figures of a score as tables that read well in a terminal and in Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.core.figures import Figure
from pipeline.core.score import Score

SPLIT_FIGURES = ("form_found", "state_accuracy", "entry_accuracy", "accepted", "silent_errors")


def tables(whole: Score, splits: Mapping[str, Mapping[str, Score]]) -> Iterator[str]:
    """The lines of all tables: figures, calibration, flags, and one for each split."""
    yield from _table(
        ("figure", "value", "95 % interval", "n"),
        [(name, *_cells(figure)) for name, figure in whole.figures.items()],
    )
    yield ""
    yield from _table(
        ("confidence from", "predicted", "observed", "95 % interval", "n"),
        [
            (f"{band.least:g}", _number(band.predicted.value), *_cells(band.observed))
            for band in whole.bands
        ],
    )
    yield f"log loss {_number(whole.log_loss.value)}"
    yield ""
    yield from _table(
        ("flag", "recall", "95 % interval", "due", "precision", "95 % interval", "raised"),
        [
            (name, *_cells(flag.recall), *_cells(flag.precision))
            for name, flag in whole.flags.items()
        ],
    )
    for by, scores in splits.items():
        yield ""
        yield from _table(
            (by, *SPLIT_FIGURES, "entries"),
            [
                (
                    name,
                    *(_number(score.figures[each].value) for each in SPLIT_FIGURES),
                    str(score.figures["state_accuracy"].n),
                )
                for name, score in scores.items()
            ],
        )


def _cells(figure: Figure) -> tuple[str, str, str]:
    interval = "" if figure.low is None else f"{_number(figure.low)} to {_number(figure.high)}"
    return _number(figure.value), interval, str(figure.n)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with its columns lined up."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = (lines[0], tuple("-" * width for width in widths), *lines[1:])
    for line in ruled:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
