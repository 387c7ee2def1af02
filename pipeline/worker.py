"""A worker process: leases a scan, reads it, writes down what came of it, takes the next.

Started by `pipeline.jobs` as a program of its own, so that a crash of an imaging library takes
one try of one scan with it and nothing else. It ends when its parent does.
"""

import argparse
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from pipeline.archive import index_due
from pipeline.known import KnownForms, prepare
from pipeline.logs import log_to_standard_error
from pipeline.processes import this_process
from pipeline.reading import Reader, known_forms, read_leased
from pipeline.run import read_scan
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.store.leases import Lease, lease_next, waiting

OVERRAN = 75
"""The exit status of a worker that took longer than its lease."""

LOOK_SECONDS = 0.5
log = structlog.get_logger("recordroom.worker")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read scans until told to stop, or with `--until-empty` until none is left."""
    parser = argparse.ArgumentParser(prog="recordroom worker")
    parser.add_argument("--until-empty", action="store_true")
    parser.add_argument("--log-level", default="INFO")
    said = parser.parse_args(arguments)
    log_to_standard_error(said.log_level)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's, who then stops us
    with open_site(Settings.of()) as site:
        work(site, read_scan, is_until_empty=said.until_empty, make_ready=_draw_blanks)


def work(
    site: Site,
    reader: Reader,
    *,
    is_until_empty: bool,
    make_ready: Callable[[KnownForms], object] = lambda _: None,
) -> None:
    """Take one scan after the other, with the forms that the site has at that moment.

    Making ready for these forms may take long, and comes before a scan is leased.
    """
    parent, worker = os.getppid(), this_process()
    while os.getppid() == parent:
        known = known_forms(site)
        make_ready(known)
        lease = lease_next(site.engine, site.settings, worker=worker, now=site.now())
        if lease is not None:
            _read(site, lease, reader, known)
        elif index_due(site):
            continue
        elif is_until_empty and waiting(site.engine).is_over:
            return
        else:
            time.sleep(LOOK_SECONDS)


def _draw_blanks(known: KnownForms) -> None:
    prepare(known)


def _read(site: Site, lease: Lease, reader: Reader, known: KnownForms) -> None:
    started = time.monotonic()
    with _ended_with(lease, site):
        is_kept = read_leased(site, lease, reader, known)
    seconds = round(time.monotonic() - started, 2)
    said = log.bind(scan=lease.name, attempt=lease.attempt, seconds=seconds)
    if is_kept:
        said.info("read")
    else:
        said.warning("came back too late, the lease had ended")


@contextmanager
def _ended_with(lease: Lease, site: Site) -> Iterator[None]:
    """End this process when its lease ends: whatever hangs here must not hang for ever."""
    seconds = max(0.0, (lease.until - site.now()).total_seconds())
    watch = threading.Timer(seconds, os._exit, (OVERRAN,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


if __name__ == "__main__":
    main()
