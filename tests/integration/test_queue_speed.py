"""The queue with twenty thousand records: every question of its screen is answered at once.

`make bench` asks a hundred thousand.
"""

from benchmarks import queue as benchmark
from pipeline.queue import QueueQuery, look_queue

RECORDS = 20_000


def test_every_question_is_answered_in_time_with_many_records(sqlite_site) -> None:
    benchmark.fill(sqlite_site.engine, RECORDS)
    assert look_queue(sqlite_site, QueueQuery()).total > RECORDS / 2
    slow = {
        name: milliseconds
        for name, milliseconds in benchmark.timings(sqlite_site, tries=3, is_of_processor=True)
        if milliseconds > benchmark.MOST_MS
    }
    assert slow == {}
