"""Many at once, on both databases: nothing is lost, doubled, or told twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from record_builders import scan_bytes
from test_site_review import CONTROL, REVIEWER, read

from pipeline.core.review import Comment, Correct
from pipeline.errors import Conflict
from pipeline.intake import scans, take
from pipeline.people import sign_in
from pipeline.review import decide, open_record
from pipeline.store.leases import lease_next
from pipeline.trail import events_of, trail
from pipeline.verify import verify


def at_once(count: int, work: Callable[[int], str]) -> Counter[str]:
    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(work, range(count)))


def test_of_edits_at_once_each_is_either_written_or_refused(site) -> None:
    record_id = read(site)

    def edit(number: int) -> str:
        outcomes = ""
        for turn in range(5):
            seen = open_record(site, record_id).seen
            decision = Correct("remark", f"from {number} in turn {turn}", "as on paper")
            try:
                decide(site, record_id, decision, by=REVIEWER, seen=seen)
                outcomes += "+"
            except Conflict:
                outcomes += "-"
        return outcomes

    outcomes = "".join(at_once(6, edit).elements())
    events = [event for event in events_of(site, record_id) if event.kind == "corrected"]
    corrections = open_record(site, record_id).record.entry("remark").corrections
    assert len(outcomes) == 30
    assert outcomes.count("+") == len(events) == len(corrections) > 0
    assert [event.new for event in events] == [one.value for one in corrections]
    assert open_record(site, record_id).seen == 1 + len(events)


def test_of_two_who_decide_on_the_same_sight_one_is_refused(site) -> None:
    record_id = read(site)
    seen = open_record(site, record_id).seen

    def comment(number: int) -> str:
        try:
            decide(site, record_id, Comment(None, f"by {number}"), by=REVIEWER, seen=seen)
            return "written"
        except Conflict:
            return "refused"

    assert at_once(4, comment) == Counter(written=1, refused=3)


def test_the_same_file_handed_in_at_once_is_one_scan(site) -> None:
    def hand_in(number: int) -> str:
        receipt = take(site, f"{number}.png", scan_bytes(), by=CONTROL)
        return "new" if receipt.duplicate_of is None else "again"

    assert at_once(5, hand_in) == Counter(new=1, again=4)
    assert len(scans(site)) == 1
    with trail(site) as lines:
        told = [line.new for line in lines if line.scan is not None]
    assert sorted(str(name).split()[0] for name in told) == [f"{n}.png" for n in range(5)]


def test_workers_that_ask_at_once_get_different_scans(site) -> None:
    for number in range(4):
        take(site, f"{number}.png", scan_bytes(number), by=CONTROL)

    def lease(number: int) -> str:
        found = lease_next(site.engine, site.settings, worker=str(number), now=site.now())
        return "none" if found is None else found.name

    leased = at_once(6, lease)
    assert leased.pop("none") == 2
    assert leased == Counter({f"{number}.png": 1 for number in range(4)})


def test_the_trail_has_one_order_whoever_writes(site) -> None:
    def sign(number: int) -> str:
        return sign_in(site, "reader", "demo-reader-1", where=str(number)).person.user

    at_once(4, sign)
    assert verify(site.settings).findings == ()
    with trail(site) as lines:
        numbers = [line.sequence for line in lines]
    assert numbers == list(range(1, len(numbers) + 1))
