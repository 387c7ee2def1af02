"""Leases and worker processes: nothing is read twice, lost, or holds up the rest."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from record_builders import FakeReader, scan_bytes

from extractors.errors import ReaderUnavailable, ScanRefused
from pipeline.accounts import Person, PersonRole
from pipeline.intake import ScanState, scans, take
from pipeline.jobs import free_dead_leases, start_workers, work_until_empty
from pipeline.logs import log_to_standard_error
from pipeline.processes import is_gone, this_process
from pipeline.reading import keep, known_forms, read_leased
from pipeline.review import queue
from pipeline.site import Site
from pipeline.store.leases import Lease, lease_next, leased, waiting
from pipeline.trail import trail
from pipeline.verify import verify

CONTROL = Person("control", "Dana Okafor", PersonRole.DOCUMENT_CONTROL)
TESTS = Path(__file__).parents[1]


def put(site: Site, *names: str) -> None:
    for number, name in enumerate(names):
        take(site, name, scan_bytes(number), by=CONTROL)


def lease(site: Site, worker: str = "one") -> Lease:
    found = lease_next(site.engine, site.settings, worker=worker, now=site.now())
    assert found is not None
    return found


def read(site: Site, found: Lease, reader: FakeReader | None = None) -> bool:
    return read_leased(site, found, reader or FakeReader(), known_forms(site))


def state(site: Site) -> tuple[str, str | None]:
    (only,) = scans(site)
    return only.state.value, only.problem


def count(site: Site, kind: str) -> int:
    with trail(site) as lines:
        return sum(line.kind == kind for line in lines)


def test_a_scan_is_leased_to_one_worker(site) -> None:
    put(site, "a.png")
    assert lease(site).name == "a.png"
    assert lease_next(site.engine, site.settings, worker="two", now=site.now()) is None


def test_a_leased_scan_becomes_its_records(site) -> None:
    put(site, "a.png")
    assert read(site, lease(site), FakeReader(records=2))
    (done,) = scans(site)
    assert done.state is ScanState.READ
    assert done.records == (f"{done.sha256[:12]}-1", f"{done.sha256[:12]}-2")
    assert waiting(site.engine).is_over


def test_a_lease_that_ran_out_is_given_to_another(site, clock) -> None:
    put(site, "a.png")
    first = lease(site)
    clock.move(seconds=(first.until - site.now()).total_seconds() + 1)
    second = lease(site, "two")
    assert (second.scan, second.attempt) == (first.scan, 2)


def test_a_result_that_comes_after_its_lease_is_refused(site, clock) -> None:
    put(site, "a.png")
    late = lease(site)
    clock.move(hours=1)
    assert read(site, lease(site, "two"))
    assert not read(site, late)
    assert len(queue(site)) == 1
    assert count(site, "read") == 1


def test_a_result_of_an_earlier_try_of_the_same_worker_is_refused(site, clock) -> None:
    put(site, "a.png")
    late = lease(site)
    clock.move(hours=1)
    now = lease(site)
    assert not read(site, late)
    assert read(site, now)


def test_a_lease_is_longer_for_more_pages(site) -> None:
    put(site, "a.png")
    found = lease(site)
    seconds = site.settings.lease_seconds + site.settings.lease_seconds_per_page
    assert (found.until - site.now()).total_seconds() == seconds


def test_after_three_tries_a_scan_is_quarantined_with_the_reason(site) -> None:
    put(site, "a.png")
    for _ in range(site.settings.max_tries):
        assert state(site) == ("received", None)
        read(site, lease(site), FakeReader(trouble=[ValueError("odd page")]))
    name, problem = state(site)
    assert name == "quarantined"
    assert problem is not None
    assert "odd page" in problem
    assert "3 times" in problem
    assert (count(site, "reading_failed"), count(site, "quarantined")) == (2, 1)
    assert lease_next(site.engine, site.settings, worker="one", now=site.now()) is None


def test_a_scan_that_fails_once_is_read_the_next_time(site) -> None:
    put(site, "a.png")
    reader = FakeReader(trouble=[MemoryError()])
    read(site, lease(site), reader)
    read(site, lease(site), reader)
    assert state(site) == ("read", None)


def test_a_scan_that_fails_lets_the_others_go_first(site) -> None:
    put(site, "a.png", "b.png")
    read(site, lease(site), FakeReader(trouble=[ValueError()]))
    assert lease(site).name == "b.png"


def test_a_scan_that_the_reader_refuses_is_not_tried_again(site) -> None:
    put(site, "a.png")
    refusal = ScanRefused("page 2 is damaged", "scan it again")
    read(site, lease(site), FakeReader(trouble=[refusal]))
    assert state(site) == ("refused", "page 2 is damaged; scan it again")


def test_a_missing_program_is_told_in_its_own_words(site) -> None:
    put(site, "a.png")
    for _ in range(site.settings.max_tries):
        trouble = ReaderUnavailable("Tesseract is not installed", "install it")
        read(site, lease(site), FakeReader(trouble=[trouble]))
    assert "Tesseract is not installed" in (state(site)[1] or "")


def test_reading_again_after_a_crash_just_before_the_end_doubles_nothing(site, monkeypatch) -> None:
    put(site, "a.png")
    first = lease(site)
    monkeypatch.setattr("pipeline.reading.append", _power_cut)
    with pytest.raises(SystemError):
        keep(site, first, FakeReader()(*_read_of(site, first)), known_forms(site))
    monkeypatch.undo()
    assert queue(site) == ()
    files = sorted(site.files.digests())
    assert keep(site, first, FakeReader()(*_read_of(site, first)), known_forms(site))
    assert len(queue(site)) == 1
    assert sorted(site.files.digests()) == files
    assert verify(site.settings).findings == ()


def _power_cut(*_: object) -> None:
    raise SystemError("power cut")


def _read_of(site: Site, found: Lease):
    from extractors.load import open_scan
    from pipeline.run import ReadOptions

    scan = open_scan(found.name, site.files.get(found.sha256))
    return scan, known_forms(site), ReadOptions()


def test_this_process_lives_and_a_made_up_one_is_gone() -> None:
    name = this_process()
    assert not is_gone(name)
    assert is_gone(f"{name}0")
    assert not is_gone("another-machine/pid:[1]/1/1")
    assert not is_gone("nonsense")


def test_the_scan_of_a_dead_worker_is_freed_at_once(site) -> None:
    put(site, "a.png", "b.png")
    lease(site, f"{this_process()}0")
    lease(site, this_process())
    free_dead_leases(site.settings)
    assert [one.name for one in leased(site.engine)] == ["b.png"]
    assert count(site, "reading_failed") == 1


@pytest.fixture
def log(tmp_path, monkeypatch) -> Path:
    """What the fake workers began to read, a name a line."""
    path = tmp_path / "worker.log"
    path.touch()
    monkeypatch.setenv("FAKE_WORKER_LOG", str(path))
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}:{TESTS.parent}")
    return path


FAKE = (sys.executable, str(TESTS / "fake_worker.py"))


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def on_the_wall(site: Site, **settings: int) -> Site:
    """The same site with the real time, as processes of their own see it."""
    return replace(site, settings=site.settings.model_copy(update=settings), clock=_wall)


def _wall():
    from pipeline.site import utc_now

    return utc_now()


def test_processes_read_all_that_waits(site, log) -> None:
    put(site, "a.png", "b.png", "c.png")
    looks = []
    work_until_empty(on_the_wall(site), 2, on_look=looks.append, command=(*FAKE, "--until-empty"))
    assert sorted(log.read_text().split()) == ["a.png", "b.png", "c.png"]
    assert len(queue(site)) == 3
    assert looks[-1].is_over


def test_a_scan_that_kills_its_worker_is_quarantined_and_the_rest_is_read(site, log) -> None:
    put(site, "crash.png", "a.png", "b.png")
    work_until_empty(on_the_wall(site), 1, command=(*FAKE, "--until-empty"))
    assert log.read_text().split().count("crash.png") == 3
    states = {one.name: one.state.value for one in scans(site)}
    assert states == {"crash.png": "quarantined", "a.png": "read", "b.png": "read"}


def test_a_scan_that_hangs_is_given_up_when_its_lease_ends(sqlite_site, log) -> None:
    site = on_the_wall(sqlite_site, lease_seconds=1, lease_seconds_per_page=0, max_tries=1)
    put(site, "hang.png", "a.png")
    work_until_empty(site, 1, command=(*FAKE, "--until-empty"))
    states = {one.name: one.state.value for one in scans(site)}
    assert states == {"hang.png": "quarantined", "a.png": "read"}


def test_stopping_the_workers_costs_no_try(sqlite_site, log) -> None:
    site = on_the_wall(sqlite_site)
    put(site, "hang.png")
    crew = start_workers(site.settings, 1, command=FAKE)
    until(lambda: log.read_text() != "")
    crew.stop()
    assert leased(site.engine) == ()
    assert lease(site).attempt == 1


def test_a_worker_that_is_killed_is_replaced(sqlite_site, log) -> None:
    site = on_the_wall(sqlite_site)
    put(site, "hang.png")
    crew = start_workers(site.settings, 1, command=FAKE)
    try:
        until(lambda: log.read_text() != "")
        os.kill(crew.processes[0].pid, 9)
        until(lambda: log.read_text().count("hang.png") == 2)
    finally:
        crew.stop()


def test_workers_that_can_not_start_are_an_error_and_not_an_endless_wait(sqlite_site) -> None:
    site = on_the_wall(sqlite_site)
    put(site, "a.png")
    with pytest.raises(ReaderUnavailable, match="recordroom work"):
        work_until_empty(site, 1, command=(sys.executable, "-c", "raise SystemExit(1)"))


def test_killing_everything_and_starting_again_reads_each_scan_once(sqlite_site, log) -> None:
    site = on_the_wall(sqlite_site)
    put(site, *(f"slow{number}.png" for number in range(4)))
    for _ in range(2):
        crew = start_workers(site.settings, 2, command=FAKE, is_tended=False)
        before = log.read_text()
        until(lambda: log.read_text() != before)  # noqa: B023
        for process in crew.processes:
            process.kill()
            process.wait()
    work_until_empty(site, 2, command=(*FAKE, "--until-empty"))
    assert len(queue(site)) == 4
    assert count(site, "read") == 4
    assert verify(site.settings).findings == ()


def test_a_failed_reading_is_logged_as_one_json_object_on_standard_error(site, capsys) -> None:
    log_to_standard_error()
    put(site, "a.png")
    read(site, lease(site), FakeReader(trouble=[ValueError("odd\npage")]))
    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert (logged["level"], logged["scan"]) == ("error", "a.png")
    assert "odd\npage" in logged["exception"]
