"""What reading costs: seconds a page on one core, and the memory of a worker.

`make bench` reads the sample scans in one process that is bound to one core, as a worker of a
site would. Exit status 1 where a target is missed, so that a slower reading is seen.
"""

import os
import resource
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

SAMPLES = Path(__file__).parents[1] / "sample_scans"
MOST_SECONDS = 2.0
MOST_WORKER_MB, MOST_MEMORY_MB = 700.0, 1024.0
LOOK_SECONDS = 0.01
"""How often the programs that the worker calls are looked at."""


@dataclass(frozen=True)
class Timing:
    """One scan: how many pages it has and how long reading it took."""

    name: str
    pages: int
    seconds: float


@dataclass(frozen=True)
class Cost:
    """What a worker needed: before its first page, for each scan, and at its largest."""

    start_seconds: float
    timings: tuple[Timing, ...]
    processor_seconds: float
    memory_mb: float
    helper_memory_mb: float = 0.0

    @property
    def pages(self) -> int:
        """All pages that were read."""
        return sum(timing.pages for timing in self.timings)

    @property
    def seconds_a_page(self) -> float:
        """The time of all scans over all their pages."""
        return sum(timing.seconds for timing in self.timings) / max(self.pages, 1)

    @property
    def processor_seconds_a_page(self) -> float:
        """What the core really worked for a page, whatever else the machine was doing."""
        return self.processor_seconds / max(self.pages, 1)


def main() -> int:
    """Measures, prints the table, and gives the exit status."""
    cost = measure()
    sys.stdout.write(table(cost) + "\n")
    return 0 if is_within_targets(cost) else 1


def measure() -> Cost:
    """Reads all sample scans in a fresh process on one core."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(there,))
    worker.start()
    there.close()
    helpers = Helpers(worker.pid or 0)
    watch = threading.Thread(target=helpers.watch, daemon=True)
    watch.start()
    try:
        cost = here.recv()
    finally:
        worker.join()
        helpers.is_over.set()
        watch.join()
    if not isinstance(cost, Cost):
        raise TypeError(f"a worker sends its cost, not {cost}")
    return replace(cost, helper_memory_mb=helpers.largest_mb)


@dataclass
class Helpers:
    """The programs that a worker calls, watched while they run.

    The kernel's own count for children won't do: it takes the worker's memory for that of a child
    in the moment between its start and its program.
    """

    worker: int
    largest_mb: float = 0.0
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Looks again and again, until it is over."""
        own = Path(f"/proc/{self.worker}/exe").readlink()
        while not self.is_over.wait(LOOK_SECONDS):
            for child in self._children():
                self.largest_mb = max(self.largest_mb, _peak_mb(child, other_than=own))

    def _children(self) -> list[int]:
        found: list[int] = []
        for path in Path(f"/proc/{self.worker}/task").glob("*/children"):
            try:
                found += [int(number) for number in path.read_text().split()]
            except OSError:
                continue  # the thread has ended since
        return found


def _peak_mb(process: int, *, other_than: Path) -> float:
    """The most memory that a process had so far; 0 where it is gone, or still the worker's copy."""
    try:
        if Path(f"/proc/{process}/exe").readlink() == other_than:
            return 0.0
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return float(peak[0]) / 1024 if peak else 0.0


def _work(to: Connection) -> None:
    """The worker: one core, everything loaded once, then scan after scan."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ["OMP_THREAD_LIMIT"] = "1"
    began = time.perf_counter()
    from extractors.load import open_scan
    from pipeline.forms import load_forms
    from pipeline.known import KnownForms
    from pipeline.run import ReadOptions, read_scan
    from pipeline.signatories import load_signatories

    known = KnownForms(
        load_forms(SAMPLES / "forms").forms, load_signatories(SAMPLES / "signatories.csv")
    )
    paths = sorted(path for path in (SAMPLES / "scans").iterdir() if path.is_file())
    timings = []
    for path in (paths[0], *paths):  # the first time also loads the models: that is the start
        at = time.perf_counter()
        scan = open_scan(path.name, path.read_bytes())
        read_scan(scan, known, ReadOptions())
        timings.append(Timing(path.name, scan.page_count, time.perf_counter() - at))
        if len(timings) == 1:
            start, worked = time.perf_counter() - began, _processor_seconds()
    worked = _processor_seconds() - worked
    to.send(Cost(start, tuple(timings[1:]), worked, _memory_mb()))


def _processor_seconds() -> float:
    """The time on the core so far, of this process and of the programs that it called."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _memory_mb() -> float:
    """The worker at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(cost: Cost) -> str:
    """The cost as a Markdown table."""
    each = [timing.seconds / timing.pages for timing in cost.timings]
    memory = cost.memory_mb + cost.helper_memory_mb
    rows = (
        ("scans, pages", f"{len(cost.timings)}, {cost.pages}", ""),
        ("seconds a page, mean", f"{cost.seconds_a_page:.2f}", f"under {MOST_SECONDS:.0f}"),
        ("of these on the core", f"{cost.processor_seconds_a_page:.2f}", ""),
        ("seconds a page, median scan", f"{median(each):.2f}", ""),
        ("seconds a page, slowest scan", f"{max(each):.2f}", ""),
        ("seconds until the first scan is read", f"{cost.start_seconds:.1f}", ""),
        ("MB of a worker at its largest", f"{cost.memory_mb:.0f}", f"under {MOST_WORKER_MB:.0f}"),
        ("MB of the programs that it calls", f"{cost.helper_memory_mb:.0f}", ""),
        ("MB together", f"{memory:.0f}", f"under {MOST_MEMORY_MB:.0f}"),
    )
    head = ("| on one core | | target |", "|---|---|---|")
    return "\n".join((*head, *(f"| {name} | {value} | {target} |" for name, value, target in rows)))


def is_within_targets(cost: Cost) -> bool:
    """Whether a page and a worker cost no more than they may."""
    memory = cost.memory_mb + cost.helper_memory_mb
    is_small = cost.memory_mb < MOST_WORKER_MB and memory < MOST_MEMORY_MB
    return cost.seconds_a_page < MOST_SECONDS and is_small


if __name__ == "__main__":
    sys.exit(main())
