"""The plant's signature log on a site: seen, added to, ended, taken from a file and given as one.

Every change makes a new version of the whole log; versions are never changed or taken away, and
each is kept as a file too, whose digest is in the trail.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, func, select

from extractors.errors import ScanRefused
from extractors.load import load_pages, open_scan
from extractors.values import ScanKind
from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.core.people import Signatory
from pipeline.core.signature_log import (
    LogLine,
    Taken,
    added,
    at,
    checked,
    ended,
    sampled,
    taken,
    told,
)
from pipeline.errors import Conflict, InputRefused
from pipeline.plain import plain, plain_fields
from pipeline.signatories import log_as_csv, parse_signatories, read_log
from pipeline.site import HERE, PROGRAM, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import SignatoryRow, SignatureLogRow

__all__ = ["LogLine", "Signatory", "Taken"]

LARGEST_SAMPLE = 2_000_000
"""Bytes of a picture of a signature."""


@dataclass(frozen=True)
class SignatureLog:
    """The log as it is now; `version` is handed back with a change, 0 where there is none yet."""

    version: int
    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class By:
    """Who changes the log, from where, and which version they saw; None: whichever there is."""

    person: Person
    where: str = HERE
    seen: int | None = None


def signature_log(site: Site, *, by: Person | None = None) -> SignatureLog:
    """The newest version of the log. Without a person the program itself looks it up."""
    if by is not None:
        require(by, Act.LOOK)
    with reading(site.engine) as session:
        version = _version(session)
        found = select(SignatoryRow).where(SignatoryRow.log == version)
        rows = session.exec(found.order_by(col(SignatoryRow.position))).all()
    return SignatureLog(version, tuple(_line(row) for row in rows))


def add_signatory(
    site: Site, signatory: Signatory, *, by: By, sample: bytes | None = None
) -> SignatureLog:
    """Add somebody who signs from now on, with a picture of how, if there is one."""
    one = checked(plain_fields(signatory))
    require(by.person, Act.SIGNATORIES)
    line = LogLine(one, None if sample is None else _kept(site, sample))
    return _change(
        site, by, "signatory_added", lambda lines: added(lines, line), new=lambda _: told(one)
    )


def end_signatory(site: Site, place: int, day: date, *, by: By, reason: str) -> SignatureLog:
    """Set the last day of somebody who signs no more; the line stays for what they signed."""
    if not reason.strip():
        raise InputRefused("a line is not ended without a reason", "say why")
    return _change(
        site,
        by,
        "signatory_ended",
        lambda lines: ended(lines, place, day),
        old=lambda lines: told(at(lines, place).signatory),
        new=lambda lines: told(lines[place].signatory),
        reason=plain(reason.strip()),
    )


def give_sample(site: Site, place: int, content: bytes, *, by: By) -> SignatureLog:
    """Keep a picture of how that line's person signs, in place of the one before."""
    require(by.person, Act.SIGNATORIES)
    at(signature_log(site).lines, place)
    sample = _kept(site, content)
    return _change(
        site,
        by,
        "signatory_sampled",
        lambda lines: sampled(lines, place, sample),
        old=lambda lines: at(lines, place).sample,
        new=lambda lines: f"{told(lines[place].signatory)}: {sample}",
    )


def preview(site: Site, content: bytes, *, by: Person) -> Taken:
    """What taking the file in would make of the log; every bad line is named, nothing is kept."""
    require(by, Act.SIGNATORIES)
    return taken(signature_log(site).lines, parse_signatories(content))


def take_log(site: Site, content: bytes, *, by: By) -> Taken:
    """Take the file in: new lines are added, known ones changed; what it does not name stays."""
    require(by.person, Act.SIGNATORIES)
    log, file = signature_log(site), site.files.put(content)
    found = taken(log.lines, parse_signatories(content))
    seen = By(by.person, by.where, log.version if by.seen is None else by.seen)
    if log.version and not found.is_change:
        return found
    digest = site.files.put(log_as_csv(found.lines))
    with writing(site.engine) as session:
        _refuse_other(session, seen)
        _write(session, site, found.lines, digest, by=seen, reason=_summary(found, file))
        for old, new in found.changed:
            _tell(session, site, "signatory_changed", seen, old=told(old), new=told(new))
    return found


def store_signatories(site: Site, session: Session, path: Path) -> None:
    """The log that a site begins with."""
    given = taken((), parse_signatories(read_log(path)))
    by = By(Person(PROGRAM, PROGRAM, PersonRole.ADMINISTRATOR), "site")
    digest = site.files.put(log_as_csv(given.lines))
    _write(session, site, given.lines, digest, by=by, reason=None)


def log_file(site: Site) -> bytes:
    """The log as a CSV file, which can be taken in again; no cell of it runs in a spreadsheet."""
    return log_as_csv(signature_log(site).lines, is_for_people=True)


def sample_picture(site: Site, digest: str, *, by: Person) -> bytes:
    """The picture of that digest, if a line of the log ever had it."""
    require(by, Act.LOOK)
    with reading(site.engine) as session:
        row = session.exec(select(SignatoryRow).where(SignatoryRow.sample == digest)).first()
    if row is None:
        raise InputRefused("there is no such sample in the log", "choose a line from the list")
    return site.files.get(digest)


Lines = Sequence[LogLine]


def _change(
    site: Site,
    by: By,
    kind: str,
    make: Callable[[Lines], tuple[LogLine, ...]],
    *,
    new: Callable[[Lines], str],
    old: Callable[[Lines], str | None] = lambda _: None,
    reason: str | None = None,
) -> SignatureLog:
    """One change of the log as it was seen, with its own line in the trail."""
    require(by.person, Act.SIGNATORIES)
    log = signature_log(site)
    lines = make(log.lines)
    digest = site.files.put(log_as_csv(lines))
    seen = By(by.person, by.where, log.version if by.seen is None else by.seen)
    with writing(site.engine) as session:
        _refuse_other(session, seen)
        _tell(session, site, kind, seen, old=old(log.lines), new=new(lines), reason=reason)
        version = _write(session, site, lines, digest, by=seen, reason=reason)
    return SignatureLog(version, lines)


def _refuse_other(session: Session, by: By) -> None:
    if _version(session) != by.seen:
        raise Conflict(
            "somebody else changed the signature log meanwhile; nothing was written",
            "look at it as it is now, and try again",
        )


def _write(
    session: Session, site: Site, lines: Lines, digest: str, *, by: By, reason: str | None
) -> int:
    """The lines as the log's next version, and the trail's line with the digest of all of them."""
    version = _version(session) + 1
    session.add(SignatureLogRow(version=version, digest=digest, added_at=site.now()))
    session.flush()
    for position, one in enumerate(lines):
        fields = {
            name: getattr(one.signatory, name)
            for name in ("initials", "name", "role", "start", "end")
        }
        session.add(SignatoryRow(log=version, position=position, sample=one.sample, **fields))
    new = f"version {version}, {len(lines)} lines, {digest}"
    _tell(session, site, "signature_log_added", by, new=new, reason=reason)
    return version


def _tell(
    session: Session,
    site: Site,
    kind: str,
    by: By,
    *,
    new: str,
    old: str | None = None,
    reason: str | None = None,
) -> None:
    happening = Happening(
        kind=kind,
        by=by.person.user,
        at=site.now(),
        where=by.where,
        old=old,
        new=new,
        reason=reason,
    )
    append(session, happening)


def _version(session: Session) -> int:
    return session.exec(select(func.max(SignatureLogRow.version))).one() or 0


def _line(row: SignatoryRow) -> LogLine:
    one = Signatory(row.initials, row.name, row.role, row.start, row.end)
    return LogLine(one, row.sample)


def _summary(found: Taken, file: str) -> str:
    stays = len(found.not_in_file)
    return (
        f"taken from a file: {len(found.added)} added, {len(found.changed)} changed, "
        f"{found.same} the same, {stays} not in it; {file}"
    )


def _kept(site: Site, content: bytes) -> str:
    """The picture's digest; refused where it is no PNG or JPEG that can be shown."""
    if len(content) > LARGEST_SAMPLE:
        raise InputRefused("the picture is larger than 2 MB", "cut the signature out of it")
    try:
        scan = open_scan("sample", content)
        is_picture = scan.kind in (ScanKind.PNG, ScanKind.JPEG)
        for _page in load_pages(scan) if is_picture else ():
            pass  # a picture that can't be decoded is refused here
    except ScanRefused as error:
        raise InputRefused(
            f"the sample can't be used: {error.reason}", "give a PNG or a JPEG"
        ) from error
    if not is_picture:
        raise InputRefused("the sample is no PNG or JPEG", "save it as one of them")
    return site.files.put(content)
