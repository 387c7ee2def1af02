"""The table and the plot of how answers grow with the archive."""

from benchmarks.growth_plot import Measured, growth_plot, growth_table
from pipeline.core.drawing import Stroke, Words

FOUND = [
    Measured("SQLite", 10_000, "selective", "a lot", 3.0, 5.0, 20.0),
    Measured("SQLite", 100_000, "selective", "a lot", 4.0, 21.4, 20.0),
    Measured("PostgreSQL", 10_000, "genealogy", "forward", 30.0, 45.0, 200.0),
]


def test_a_column_for_each_database_and_size_and_what_takes_too_long_says_so() -> None:
    head, _, lot, forward = growth_table(FOUND).splitlines()
    assert (
        head == "| p50 / p95, ms | at most | SQLite 10,000 | SQLite 100,000 | PostgreSQL 10,000 |"
    )
    assert lot == "| selective: a lot | 20 | 3 / 5 | 4 / 21 over |  |"
    assert forward == "| genealogy: forward | 200 |  |  | 30 / 45 |"


def test_the_plot_shows_both_databases_and_rises_with_what_takes_longer() -> None:
    drawing = growth_plot(FOUND)
    said = {shape.text for shape in drawing.shapes if isinstance(shape, Words)}
    assert {"SQLite", "PostgreSQL", "10⁴", "10⁵"} <= said
    (line,) = [
        shape.points
        for shape in drawing.shapes
        if isinstance(shape, Stroke) and shape.width == 1.8 and len(set(shape.points)) == 2
        if shape.points[0][1] != shape.points[1][1]
    ]
    (left, low), (right, high) = line
    assert left < right and low > high  # y runs down
