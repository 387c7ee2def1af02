"""Who may do what: every role and every act of the pipeline, all cells."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from record_builders import NOON, FakeReader, HandClock, scan_bytes
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    CORRECTION,
    INSPECTOR,
    READER,
    REVIEWER,
    SECOND,
    do,
    make_ready,
    proof_of,
    read,
    strict,
)

from pipeline.account_changes import (
    close_account,
    reset_password,
    set_role,
    sign_out_everywhere,
    use_provider,
)
from pipeline.accounts import Person, PersonRole
from pipeline.arranging import arrange, laid_scan
from pipeline.assignment import assign, hand_on, plan_batch, plan_release
from pipeline.batch_file import batch_file
from pipeline.certificates import certificates
from pipeline.contact import Sheet, confirm_all, same_kind
from pipeline.core.arrangement import turn
from pipeline.core.retention import RetentionRule
from pipeline.core.review import Comment, Confirm, Dispose
from pipeline.core.values import Outcome, RecordState
from pipeline.destroying import carry_out
from pipeline.destruction import destruction_lists, draw_up, sign_list, withdraw_list
from pipeline.errors import InputRefused, NotAllowed
from pipeline.export import Format, Selection, export_record, selected
from pipeline.genealogy import recall_as_csv, trace
from pipeline.holds import hold_records, holds, lift_hold, would_hold
from pipeline.intake import take
from pipeline.keying import count_waiting, key_again, settle, sheet, waiting
from pipeline.page_pictures import scan_page_picture
from pipeline.people import add_person
from pipeline.pictures import entry_picture, page_picture
from pipeline.presence import be_present
from pipeline.quality import Between, quality, turnaround
from pipeline.queue import QueueQuery, look_queue
from pipeline.reading_room import find, look_at, lying
from pipeline.rescans import answer_request, ask_for_scan, withdraw_request
from pipeline.retention import falls_due, set_rule
from pipeline.review import claim, open_record, release
from pipeline.revisions import amend
from pipeline.rooms import Room, close_room, looks_in, open_room, records_in_room, rooms
from pipeline.scope import Scope
from pipeline.settings import Settings
from pipeline.signature_log import (
    By,
    Signatory,
    add_signatory,
    end_signatory,
    give_sample,
    preview,
    sample_picture,
    signature_log,
    take_log,
)
from pipeline.signing import Attestation, approve, attest, reject
from pipeline.site import Site, open_site
from pipeline.trail import TrailQuery, look, trail_as_csv
from pipeline.trends import Asked, trend
from pipeline.unknown_pages import unknown_pages

LOG = b"initials,name,role,from,to\nTB,Tom Berg,,,\n"
STAFF = (CONTROL, REVIEWER, APPROVER, READER, ADMIN)
EVERYBODY = (*STAFF, INSPECTOR)
Act = Callable[[Site, Person, str], object]


def signed(act: Callable[..., object], *words: object) -> Act:
    """An act that asks for the password: tried on a record that is ready for it."""

    def tried(site: Site, by: Person, record_id: str) -> object:
        seen = make_ready(site, record_id)
        return act(site, record_id, *words, proof=proof_of(site, by), seen=seen)

    return tried


def keyed(act: Act, *others: str) -> Act:
    """An act at a critical entry that two other people keyed, or one did."""

    def tried(site: Site, by: Person, record_id: str) -> object:
        do(strict(site), record_id, CORRECTION, SECOND)
        for user in others:
            other = Person(user, user.title(), PersonRole.REVIEWER)
            key_again(site, record_id, "lot", "another", by=other)
        return act(site, by, record_id)

    return tried


def locked(site: Site, record_id: str) -> str:
    """The record, once it is approved."""
    seen = make_ready(site, record_id)
    approve(site, record_id, "approved", proof=proof_of(site, APPROVER), seen=seen)
    return record_id


def in_room(act: Act) -> Act:
    """An act on a record that lies in the inspector's reading room."""

    def tried(site: Site, by: Person, record_id: str) -> object:
        room_for(site, record_id)
        return act(site, by, locked(site, record_id))

    return tried


def refused(act: Callable[[Site, Person], object]) -> Act:
    """An act that the role may do, and that finds nothing to be done on."""

    def tried(site: Site, by: Person, _: str) -> None:
        with pytest.raises(InputRefused):
            act(site, by)

    return tried


INSIDE = {"inspector"}
MISSING = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "nobody signed")
TAKEN_BACK = Dispose("signed", "missing_signature", Outcome.TAKEN_BACK, "a slip")
ACTS: dict[str, tuple[Act, set[str]]] = {
    "see what waits for a keying": (
        lambda site, by, _: waiting(site, by=by),
        {"reviewer", "approver"},
    ),
    "count what waits for a keying": (
        lambda site, by, _: count_waiting(site, by=by),
        {"reviewer", "approver"},
    ),
    "open an entry to key it": (
        keyed(lambda site, by, record: sheet(site, record, "lot", by=by)),
        {"reviewer", "approver"},
    ),
    "key a second time": (
        keyed(lambda site, by, record: key_again(site, record, "lot", "L1", by=by)),
        {"reviewer", "approver"},
    ),
    "decide between two keyings": (
        keyed(
            lambda site, by, record: settle(site, record, "lot", "L1", "an L", by=by),
            "someone.else",
        ),
        {"reviewer", "approver"},
    ),
    "upload": (
        lambda site, by, _: take(site, "9.png", scan_bytes(9), by=by),
        {"control", "admin"},
    ),
    "see a scan's pages": (lambda site, by, _: laid_scan(site, 1, by=by), {"control"}),
    "see a page of a scan": (
        lambda site, by, _: scan_page_picture(site, 1, 1, by=by),
        {"control"},
    ),
    "arrange a scan": (lambda site, by, _: turn_first_page(site, by), {"control"}),
    "list unknown pages": (lambda site, by, _: unknown_pages(site, by=by), {"control"}),
    "claim": (lambda site, by, record: claim(site, record, by=by), {"reviewer"}),
    "give back": (
        lambda site, by, record: release(site, record, by=by),
        {one.user for one in STAFF},  # somebody else's claim is left as it is
    ),
    "correct": (lambda site, by, record: do(site, record, CORRECTION, by), {"reviewer"}),
    "confirm": (lambda site, by, record: do(site, record, Confirm("lot"), by), {"reviewer"}),
    "answer": (lambda site, by, record: do(site, record, MISSING, by), {"reviewer"}),
    "comment": (
        lambda site, by, record: do(site, record, Comment(None, "seen"), by),
        {"reviewer", "approver"},
    ),
    "take an answer back": (
        lambda site, by, record: (do(site, record, MISSING), do(site, record, TAKEN_BACK, by)),
        {"reviewer"},
    ),
    "confirm from a contact sheet": (
        lambda site, by, record: confirm_all(
            site, same_kind(site, record, "lot", Sheet.COLUMN, whole_queue=False), by=by
        ),
        {"reviewer"},
    ),
    "approve": (signed(approve, "approved"), {"approver"}),
    "reject": (signed(reject, "not ours"), {"approver"}),
    "sign a review": (signed(attest, Attestation.REVIEWED), {"reviewer"}),
    "sign a true copy": (
        signed(attest, Attestation.TRUE_COPY),
        {"control", "reviewer", "approver"},
    ),
    "assign records": (
        lambda site, by, record: assign(site, [record], "reviewer", by=by),
        {"control", "approver"},
    ),
    "set a release day": (
        lambda site, by, record: plan_release(site, [record], NOON.date(), by=by),
        {"control", "approver"},
    ),
    "set a batch's release day": (
        lambda site, by, _: plan_batch(site, "XB15-2288", NOON.date(), by=by),
        {"control", "approver"},
    ),
    "hand a record on": (
        lambda site, by, record: hand_on(site, record, second_of(site), "the lots", by=by),
        {"reviewer", "approver"},
    ),
    "begin a new revision": (
        lambda site, by, record: amend(site, locked(site, record), "a wrong lot", by=by),
        {"reviewer"},
    ),
    "send a page back": (
        lambda site, by, record: ask_for_scan(site, record, 1, "blurred", by=by),
        {"reviewer"},
    ),
    "take that back": (
        lambda site, by, record: withdraw_request(site, asked(site, record), by=by),
        {"reviewer"},
    ),
    "hand in the new scan": (
        lambda site, by, record: answer_request(
            site, asked(site, record), "9.png", scan_bytes(9), by=by
        ),
        {"control", "admin"},
    ),
    "look at the queue": (
        lambda site, by, _: look_queue(site, QueueQuery(), by=by),
        {one.user for one in STAFF},
    ),
    "see who else is on it": (
        lambda site, by, record: be_present(site, record, by=by),
        {one.user for one in STAFF},
    ),
    "look at a record": (
        lambda site, by, record: open_record(site, record, by=by),
        {one.user for one in STAFF},
    ),
    "follow a lot": (
        lambda site, by, _: trace(site, "L08481V", by=by),
        {one.user for one in STAFF},
    ),
    "take a recall list out": (
        lambda site, by, _: recall_as_csv(site, trace(site, "L08481V", by=by), by=by),
        {one.user for one in STAFF},
    ),
    "look at a trend": (
        lambda site, by, _: trend(site, Asked("BMR-001", "weight"), by=by),
        {one.user for one in STAFF},
    ),
    "see corrections and flags by person": (
        lambda site, by, _: quality(site, Between(), by=by),
        {one.user for one in STAFF},
    ),
    "see how long records take": (
        lambda site, by, _: turnaround(site, Between(), by=by),
        {one.user for one in STAFF},
    ),
    "read the whole trail": (
        lambda site, by, _: look(site, TrailQuery(), by=by),
        {"approver", "admin"},
    ),
    "take the trail out": (
        lambda site, by, _: trail_as_csv(site, TrailQuery(), by=by),
        {"approver", "admin"},
    ),
    "take out an approved record": (
        lambda site, by, record: export_record(site, locked(site, record), Format.JSON, by=by),
        {one.user for one in STAFF},
    ),
    "take out a record that is not approved": (
        lambda site, by, record: export_record(site, record, Format.PDF, by=by),
        {"reviewer", "approver", "admin"},
    ),
    "take out whatever there is": (
        lambda site, by, _: selected(site, Selection(everything=True), by=by),
        {"reviewer", "approver", "admin"},
    ),
    "add a person": (
        lambda site, by, _: add_person(
            site, user="new.one", name="New One", role=PersonRole.READER, by=by
        ),
        {"admin"},
    ),
    "see the signature log": (
        lambda site, by, _: signature_log(site, by=by),
        {one.user for one in STAFF},
    ),
    "add to the signature log": (
        lambda site, by, _: add_signatory(site, Signatory("KL", "Kim Lund", ""), by=By(by)),
        {"control", "admin"},
    ),
    "end a line of the signature log": (
        lambda site, by, _: end_signatory(site, 0, date(2026, 3, 2), by=By(by), reason="left"),
        {"control", "admin"},
    ),
    "keep a sample of a signature": (
        lambda site, by, _: give_sample(site, 0, scan_bytes(3), by=By(by)),
        {"control", "admin"},
    ),
    "preview a signature log": (
        lambda site, by, _: preview(site, LOG, by=by),
        {"control", "admin"},
    ),
    "take a signature log in": (
        lambda site, by, _: take_log(site, LOG, by=By(by)),
        {"control", "admin"},
    ),
    "have somebody sign in at the provider": (
        lambda site, by, _: use_provider(site, other_than(by), by=by),
        {"admin"},
    ),
    "close an account": (
        lambda site, by, _: close_account(site, other_than(by), by=by),
        {"admin"},
    ),
    "reset a password": (
        lambda site, by, _: reset_password(site, other_than(by), by=by),
        {"admin"},
    ),
    "change a role": (
        lambda site, by, _: set_role(site, other_than(by), PersonRole.READER, by=by),
        {"admin"},
    ),
    "see a page of a record": (
        lambda site, by, record: page_picture(site, record, 1, by=by),
        {one.user for one in STAFF},
    ),
    "see an entry of a record": (
        lambda site, by, record: entry_picture(site, record, "lot", by=by),
        {one.user for one in STAFF},
    ),
    "see a sample of a signature": (
        lambda site, by, _: sample_picture(site, sampled(site), by=by),
        {one.user for one in STAFF},
    ),
    "take out everything about a batch": (
        lambda site, by, record: batch_file(site, batch_of(site, record), by=by),
        {one.user for one in STAFF},
    ),
    "see what falls due": (
        lambda site, by, _: falls_due(site, by=by),
        {"control", "approver", "admin"},
    ),
    "see the legal holds": (
        lambda site, by, _: holds(site, by=by),
        {"control", "approver", "admin"},
    ),
    "see the destruction lists": (
        lambda site, by, _: destruction_lists(site, by=by),
        {"control", "approver", "admin"},
    ),
    "see certificates of destruction": (
        lambda site, by, _: certificates(site, by=by),
        {"control", "approver", "admin"},
    ),
    "set a retention rule": (
        lambda site, by, _: set_rule(site, RetentionRule("", 2, 6), reason="ours", by=by),
        {"admin"},
    ),
    "see what a hold would be on": (
        lambda site, by, record: would_hold(site, Scope(records=(record,)), by=by),
        {"approver", "admin"},
    ),
    "place a legal hold": (
        lambda site, by, record: hold_records(
            site, Scope(records=(record,)), "a claim", proof=proof_of(site, by)
        ),
        {"approver", "admin"},
    ),
    "lift a legal hold": (
        lambda site, by, record: lift_hold(
            site, held_by(site, record), "settled", proof=proof_of(site, by)
        ),
        {"approver", "admin"},
    ),
    "draw up a destruction list": (
        refused(lambda site, by: draw_up(site, [], "old", by=by)),
        {"control", "admin"},
    ),
    "take a destruction list back": (
        refused(lambda site, by: withdraw_list(site, 9, "not yet", by=by)),
        {"control", "approver", "admin"},
    ),
    "sign a destruction list": (
        refused(lambda site, by: sign_list(site, 9, proof=proof_of(site, by))),
        {"approver", "admin"},
    ),
    "carry a destruction list out": (
        refused(lambda site, by: carry_out(site, 9, by=by)),
        {"approver", "admin"},
    ),
    "open a reading room": (
        lambda site, by, record: room_for(site, record, by=by),
        {"control", "admin"},
    ),
    "close a reading room": (
        lambda site, by, record: close_room(site, room_for(site, record).number, by=by),
        {"control", "admin"},
    ),
    "see the reading rooms": (lambda site, by, _: rooms(site, by=by), {"control", "admin"}),
    "see the records of a reading room": (
        lambda site, by, record: records_in_room(site, room_for(site, record).number, by=by),
        {"control", "admin"},
    ),
    "see what was looked at in one": (
        lambda site, by, record: looks_in(site, room_for(site, record).number, by=by),
        {"control", "admin"},
    ),
    "see what lies in a reading room": (in_room(lambda site, by, _: lying(site, by=by)), INSIDE),
    "search in a reading room": (in_room(lambda site, by, _: find(site, "lot", by=by)), INSIDE),
    "open a record in a reading room": (
        in_room(lambda site, by, record: look_at(site, record, by=by)),
        INSIDE,
    ),
    "see a page in a reading room": (
        in_room(lambda site, by, record: page_picture(site, record, 1, by=by)),
        {one.user for one in EVERYBODY},
    ),
    "print a batch in a reading room": (
        in_room(lambda site, by, record: batch_file(site, batch_of(site, record), by=by)),
        {one.user for one in EVERYBODY},
    ),
    "end somebody's sessions": (
        lambda site, by, _: sign_out_everywhere(site, other_than(by), by=by),
        {"admin"},
    ),
}


def turn_first_page(site: Site, by: Person) -> None:
    seen = laid_scan(site, 1, by=CONTROL)
    arrange(site, 1, turn(seen.arrangement, 1, 90), seen=seen.seen, by=by)


def asked(site: Site, record_id: str) -> int:
    """A page of the record that the reviewer has sent back."""
    return ask_for_scan(site, record_id, 1, "blurred", by=REVIEWER)


def second_of(site: Site) -> str:
    """Another reviewer, to hand a record to."""
    role = PersonRole.REVIEWER
    return add_person(site, user="two.nd", name="Two", role=role, by=ADMIN).person.user


def room_for(site: Site, record_id: str, *, by: Person = CONTROL) -> Room:
    """A reading room in which the record lies."""
    times = {"opens_at": NOON, "closes_at": NOON + timedelta(days=2)}
    scope = Scope(records=(record_id,))
    return open_room(site, "inspector", scope, reason="inspection", by=by, **times)


def batch_of(site: Site, record_id: str) -> str:
    """The batch of the record, once it is approved."""
    opened = open_record(site, record_id).record
    if opened.state is not RecordState.APPROVED:
        locked(site, record_id)
    return opened.batch_number


def held_by(site: Site, record_id: str) -> int:
    """A legal hold on the record."""
    scope = Scope(records=(record_id,))
    return hold_records(site, scope, "a claim", proof=proof_of(site, ADMIN)).number


def sampled(site: Site) -> str:
    """The digest of a sample in the signature log."""
    give_sample(site, 0, scan_bytes(3), by=By(ADMIN))
    sample = signature_log(site).lines[0].sample
    assert sample is not None
    return sample


def other_than(by: Person) -> str:
    return "reader" if by.user != "reader" else "control"


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A site with a record, and somebody in its signature log: its folder and the record's id."""
    folder = tmp_path_factory.mktemp("filled") / "site"
    shutil.copytree(sqlite_template, folder)
    with opened(folder) as site:
        add_signatory(site, Signatory("MJ", "Maria Jansen", "Operator"), by=By(ADMIN))
        return folder, read(site, 0, FakeReader())


def opened(folder: Path) -> Site:
    return open_site(Settings(site=folder, critical_fields="none"), clock=HandClock())


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda by: by.user)
@pytest.mark.parametrize("name", ACTS)
def test_each_role_may_do_its_own_and_nothing_else(filled, tmp_path, name, by) -> None:
    act, allowed = ACTS[name]
    folder, record_id = filled
    with opened(shutil.copytree(folder, tmp_path / "site")) as site:
        if by.user in allowed:
            act(site, by, record_id)
            return
        with pytest.raises(NotAllowed, match="may not"):
            act(site, by, record_id)
