"""What people have done on the site of the pictures by the time they are taken.

Every step is a call into `pipeline`, in the name of the demonstration's accounts. Corrections take
what really stands on the paper from the samples' truth.
"""

import json
from datetime import timedelta
from pathlib import Path

from picture_site import COMPARED, LOTS, SAMPLES, SCREEN, do
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    INSPECTOR,
    REVIEWER,
    SECOND,
    proof_of,
    strict,
)
from sqlmodel import select

from pipeline.account_changes import close_account
from pipeline.accounts import Person, PersonRole
from pipeline.archive import Sort
from pipeline.assignment import assign, plan_release
from pipeline.core.decisions import Attestation
from pipeline.core.review import Comment, Confirm, Correct, Dispose, open_flags
from pipeline.core.scopes import Scope as TokenScope
from pipeline.core.values import Outcome
from pipeline.destroying import carry_out
from pipeline.destruction import DestructionList, draw_up, sign_list
from pipeline.holds import hold_records
from pipeline.keying import key_again, waiting
from pipeline.people import add_person
from pipeline.reading_room import find, look_at
from pipeline.rescans import ask_for_scan
from pipeline.review import open_record
from pipeline.rooms import open_room
from pipeline.saved_searches import keep_search
from pipeline.scope import Scope
from pipeline.signing import attest
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.tables import RecordRow, ScanRow
from pipeline.tokens import make_token

TO_APPROVE, CORRECTED, PAGE_LOST, POOR = "021.jpg", "009.pdf", "006.pdf", "022.pdf"
KEYED, DISPUTED = ("001.pdf", "015.jpg", "019.pdf"), ("007.pdf", "h4_h4", "15")
"""Scans whose records have entries that a second person has to key; one that a third decides."""


def bring_about(site: Site) -> None:
    """A working day: reviews, keyings, requests, holds, lists, rooms, accounts and tokens."""
    site = strict(site)
    review_by_hand(site)
    share_out(site)
    keep_and_destroy(site)
    let_inspect(site)
    look_after_accounts(site)


def record_of(site: Site, scan: str) -> str:
    """The record that was read from a scan of that name."""
    with reading(site.engine) as session:
        asked = select(RecordRow.id).join(ScanRow).where(ScanRow.name == scan)  # type: ignore[arg-type]
        return session.exec(asked.order_by(RecordRow.number)).first() or ""  # type: ignore[arg-type]


def review_by_hand(site: Site) -> None:
    """One record ready to be approved, one corrected, keyed and attested, others half done."""
    ready = record_of(site, TO_APPROVE)
    missing = "The inspector did not sign; deviation DEV-0815 was opened"
    do(site, ready, Dispose("inspector", "missing_signature", Outcome.TRULY_MISSING, missing))
    answer_all(site, ready)
    story(site, record_of(site, CORRECTED))
    scan, field, keyed = DISPUTED
    for one in (scan, *KEYED):
        correct(site, one)
    key_again(site, record_of(site, scan), field, keyed, by=SECOND, where=SCREEN)


def story(site: Site, record: str) -> None:
    """Corrected, keyed again, commented, answered, and signed as a true copy."""
    correct(site, CORRECTED)
    truth = truth_of(CORRECTED)
    for one in waiting(site, by=SECOND):
        if one.record == record:
            key_again(site, record, one.field, truth[one.field], by=SECOND, where=SCREEN)
    do(site, record, Comment(None, "The press log was compared too; nothing else is off."))
    answer_all(site, record)
    seen = open_record(site, record).seen
    proof = proof_of(site, CONTROL)
    attest(site, record, Attestation.TRUE_COPY, proof=proof, seen=seen, where=SCREEN)


def answer_all(site: Site, record: str) -> None:
    """Every flag that is open stands as it was read."""
    for flag in open_flags(open_record(site, record).record):
        do(site, record, Dispose(flag.field, flag.name, Outcome.CONFIRMED, COMPARED))


def correct(site: Site, scan: str) -> None:
    """Set what stands on the paper at every flagged entry; confirm it where it was read so."""
    record, truth = record_of(site, scan), truth_of(scan)
    for entry in open_record(site, record).record.entries:
        value = truth[entry.field]
        if entry.flags and value and value != entry.reading.value:
            do(site, record, Correct(entry.field, value, f"{COMPARED}: misread"))
        elif any(flag.name == "low_confidence" for flag in entry.flags):
            do(site, record, Confirm(entry.field, COMPARED))


def truth_of(scan: str) -> dict[str, str]:
    """What stands at each field of a sample."""
    file = SAMPLES / "truth" / f"{Path(scan).stem}.json"
    entries = json.loads(file.read_text(encoding="utf-8"))["entries"]
    return {one["field"]: one["value"] for one in entries}


def share_out(site: Site) -> None:
    """Records given to people, release days set, pages sent back to be scanned again."""
    assign(site, [record_of(site, "014.pdf"), record_of(site, "015.jpg")], "second", by=CONTROL)
    urgent = [record_of(site, "005.pdf"), record_of(site, "007.pdf")]
    assign(site, urgent, "reviewer", by=CONTROL, note="Wanted for the release on Thursday")
    plan_release(site, urgent, site.now().date() + timedelta(days=5), by=CONTROL)
    lost, poor = record_of(site, PAGE_LOST), record_of(site, POOR)
    ask_for_scan(site, lost, 3, "Page 3 is not in the stack; look in the folder", by=REVIEWER)
    ask_for_scan(site, poor, 1, "Too faint around the weights", by=SECOND)
    keep_search(site, "Lactose L60117K", f"lot:{LOTS[1]}", Sort.BEST, by=REVIEWER)


def keep_and_destroy(site: Site) -> None:
    """A hold on a lot; one destruction list carried out, another that waits for a signature."""
    on_lot = Scope(query=f"lot:{LOTS[2]}")
    proof = proof_of(site, APPROVER)
    hold_records(site, on_lot, "Complaint C-2026-041: lot under dispute", proof=proof)
    old = [record_of(site, f"MD-204-HN19-{301 + n:04}.pdf") for n in range(6)]
    done = draw_up(site, old[:3], "Kept for five years after certification", by=CONTROL)
    sign(site, sign(site, done, APPROVER), ADMIN)
    carry_out(site, done.number, by=ADMIN)
    sign(site, draw_up(site, old[3:], "Their day has passed", by=CONTROL), APPROVER)


def sign(site: Site, one: DestructionList, person: Person) -> DestructionList:
    """That person's signature under a destruction list."""
    return sign_list(site, one.number, proof=proof_of(site, person))


def let_inspect(site: Site) -> None:
    """A reading room for an inspector, who has looked at some of it."""
    begin = site.now() - timedelta(hours=3)
    room = open_room(
        site,
        INSPECTOR.user,
        Scope(query=f"lot:{LOTS[1]}"),
        opens_at=begin,
        closes_at=begin + timedelta(days=4),
        reason="GMP inspection of the dispensary",
        by=CONTROL,
    )
    find(site, LOTS[1], by=INSPECTOR)
    for record in room.records[:2]:
        look_at(site, record, by=INSPECTOR)


def look_after_accounts(site: Site) -> None:
    """An account that waits for its first sign-in, one that is closed, and tokens for programs."""
    add_person(site, user="j.miller", name="Jo Miller", role=PersonRole.REVIEWER, by=ADMIN)
    add_person(site, user="k.frost", name="Kim Frost", role=PersonRole.READER, by=ADMIN)
    close_account(site, "k.frost", by=ADMIN)
    tokens = {"nightly report": TokenScope.ARCHIVE, "label printer": TokenScope.RECORDS}
    for name, scope in tokens.items():
        make_token(site, REVIEWER.user, name=name, scopes=[scope], days=90, by=REVIEWER)
