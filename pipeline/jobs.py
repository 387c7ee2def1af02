"""Worker processes on this machine: started, looked after, and stopped.

A worker that dies is replaced, and its scan waits for the next try. Workers have one thread for
each imaging library: on a small machine more of them make a page five times slower.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from extractors.errors import ReaderUnavailable
from pipeline.logs import log_to_standard_error
from pipeline.processes import is_gone
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.store.database import writing
from pipeline.store.leases import WORKER_GONE, Waiting, end_try, leased, leased_row, waiting

WORKER = (sys.executable, "-P", "-m", "pipeline.worker")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 5.0
MOST_FAILED_STARTS = 3
log = structlog.get_logger("recordroom.jobs")


@dataclass
class Workers:
    """The running workers. `tend` replaces the dead; `stop` ends all and frees their scans."""

    settings: Settings
    command: tuple[str, ...]
    processes: list["subprocess.Popen[bytes]"]
    failed_starts: int = 0
    is_stopping: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _tender: threading.Thread | None = None

    @property
    def is_failing(self) -> bool:
        """Whether workers end as soon as they are started, so that nothing will be read."""
        return self.failed_starts >= MOST_FAILED_STARTS

    def tend(self) -> None:
        """Replace workers that died, and let their scans wait for the next try."""
        with self._turn:
            dead = [one for one in self.processes if one.poll() is not None]
            for one in () if self.is_stopping.is_set() else dead:
                self.processes.remove(one)
                self._bury(one.returncode)
            if dead:
                free_dead_leases(self.settings)

    def stop(self) -> None:
        """End all workers; what they were reading is read again later."""
        self.is_stopping.set()
        with self._turn:
            for one in self.processes:
                one.terminate()
            for one in self.processes:
                _end(one)
        if self._tender is not None:
            self._tender.join()
        free_dead_leases(self.settings, counts=False)

    def tend_always(self) -> None:
        """Tend from a thread of its own until stopped."""
        self._tender = threading.Thread(target=self._keep_tending, daemon=True)
        self._tender.start()

    def _keep_tending(self) -> None:
        while not self.is_stopping.wait(1.0) and not self.is_failing:
            self.tend()
        if self.is_failing:
            log.error("workers end as soon as they start; nothing is read until this is mended")

    def _bury(self, status: int) -> None:
        """Start another in place of one that died, unless it ended because its work is done."""
        if status == 0:
            return
        self.failed_starts = self.failed_starts + 1 if status == 1 else 0
        if not self.is_failing:
            self.processes.append(_start(self.settings, self.command))


def start_workers(
    settings: Settings, count: int, *, command: Sequence[str] = WORKER, is_tended: bool = True
) -> Workers:
    """Start so many workers on the site's scans; `is_tended` looks after them in a thread."""
    if not structlog.is_configured():
        log_to_standard_error()
    free_dead_leases(settings)
    processes = [_start(settings, tuple(command)) for _ in range(count)]
    workers = Workers(settings, tuple(command), processes)
    if is_tended and count:
        workers.tend_always()
    return workers


def work_until_empty(
    site: Site,
    workers: int,
    *,
    on_look: Callable[[Waiting], None] = lambda _: None,
    command: Sequence[str] = (*WORKER, "--until-empty", "--log-level", "CRITICAL"),
) -> None:
    """Read all that waits with so many workers; comes back when nothing waits any more."""
    crew = start_workers(site.settings, workers, command=command, is_tended=False)
    try:
        while not (now := waiting(site.engine)).is_over:
            on_look(now)
            crew.tend()
            if crew.is_failing:
                raise ReaderUnavailable(
                    "the worker processes end as soon as they start",
                    "run `recordroom work` and see what it says",
                )
            time.sleep(LOOK_SECONDS)
        on_look(now)
    finally:
        crew.stop()


def free_dead_leases(settings: Settings, *, counts: bool = True) -> None:
    """End the tries of workers of this machine that are gone; uncounted where we ended them.

    What they left half written goes too.
    """
    with open_site(settings) as site:
        site.files.tidy()
        for lease in leased(site.engine):
            if not is_gone(lease.worker):
                continue
            with writing(site.engine) as session:
                row = leased_row(session, lease)
                if row is None:
                    continue
                if counts:
                    end_try(session, row, settings, now=site.now(), reason=WORKER_GONE)
                else:
                    row.state, row.tries = "received", row.tries - 1
                    row.leased_by = row.leased_until = None


def _start(settings: Settings, command: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    environment = os.environ | ONE_THREAD | settings.environment()
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
