"""A record on a site, brought to where a test begins: read, worked on, ready to be signed."""

from dataclasses import replace

from record_builders import FakeReader, scan_bytes

from pipeline.accounts import Person, PersonRole
from pipeline.core.review import Confirm, Correct, Dispose
from pipeline.core.values import Outcome
from pipeline.critical_words import DEFAULT
from pipeline.intake import take
from pipeline.keying import key_again, waiting
from pipeline.people import add_person, change_password, sign_in
from pipeline.reading import known_forms, read_leased
from pipeline.rescans import answer_request, ask_for_scan
from pipeline.review import decide, open_record
from pipeline.revisions import amend, revisions_of
from pipeline.signing import Proof, approve
from pipeline.site import Site
from pipeline.store.leases import lease_next

CONTROL = Person("control", "Dana Okafor", PersonRole.DOCUMENT_CONTROL)
REVIEWER = Person("reviewer", "Ruth Lindqvist", PersonRole.REVIEWER)
SECOND = Person("second", "Sofia Brandt", PersonRole.REVIEWER)
APPROVER = Person("approver", "Amir Castellan", PersonRole.APPROVER)
READER = Person("reader", "Rosa Delgado", PersonRole.READER)
ADMIN = Person("admin", "Ines Moreau", PersonRole.ADMINISTRATOR)
INSPECTOR = Person("inspector", "Paul Ferrand", PersonRole.INSPECTOR)
WINDOW = "a window onto grey paper"
CORRECTION = Correct("lot", "L08481V", "the sign before the V is a 1")
MISSING = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "nobody signed here")


def strict(site: Site, critical: str = DEFAULT) -> Site:
    """The same site with the critical fields that a site has unless it says otherwise."""
    return replace(site, settings=site.settings.model_copy(update={"critical_fields": critical}))


def password_of(person: Person) -> str:
    """The password of a demonstration account."""
    return f"demo-{person.user}-1"


def add_inspector(site: Site, person: Person) -> Person:
    """One more inspector, with a password of their own."""
    made = add_person(site, user=person.user, name=person.name, role=person.role, by=ADMIN)
    change_password(site, person.user, old=made.password, new=WINDOW, where="here")
    return person


def read(site: Site, number: int = 0, reader: FakeReader | None = None) -> str:
    """Take a scan in and read it; gives the record's id."""
    sha256 = take(site, f"{number}.png", scan_bytes(number), by=CONTROL).sha256
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, reader or FakeReader(), known_forms(site))
    return f"{sha256[:12]}-1"


def do(site: Site, record_id: str, decision, by: Person = REVIEWER):
    """One decision on the record as it is now."""
    seen = open_record(site, record_id).seen
    return decide(site, record_id, decision, by=by, seen=seen)


def make_ready(site: Site, record_id: str) -> int:
    """Correct, key again where it waits, and answer everything; gives what was seen last."""
    do(site, record_id, CORRECTION)
    for one in waiting(site, by=SECOND):
        if one.record == record_id:
            key_again(site, record_id, one.field, CORRECTION.value, by=SECOND)
    do(site, record_id, MISSING)
    return do(site, record_id, Confirm("weight")).seen


def proof_of(site: Site, person: Person, *, user: str | None = None, password: str = "") -> Proof:
    """A new session of that person, and what they give at its first signature."""
    token = sign_in(site, person.user, password_of(person), where="here").token
    return Proof(token, person.user if user is None else user, password or password_of(person))


def approved(site: Site, number: int = 0) -> str:
    """A record that is signed and locked; gives its id."""
    record_id = read(site, number)
    seen = make_ready(site, record_id)
    approve(site, record_id, "approved for release", proof=proof_of(site, APPROVER), seen=seen)
    return record_id


def approved_again(site: Site) -> str:
    """An approved record, amended, with its page scanned again, and approved; gives its id."""
    amended = amend(site, approved(site), "a wrong lot", by=REVIEWER)
    request = ask_for_scan(site, amended, 1, "blurred", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(90), by=CONTROL)
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, FakeReader(), known_forms(site))
    newest = revisions_of(site, amended)[-1].record
    seen = make_ready(site, newest)
    approve(site, newest, "approved again", proof=proof_of(site, APPROVER), seen=seen)
    return newest
