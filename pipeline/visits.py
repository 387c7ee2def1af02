"""Visits at the plant's provider: people go there to sign in, or once more to sign something.

A visit is begun here, ends once, in the browser that began it and within minutes. One for a
signature belongs to a session and to exactly what is to be signed, and gives a ticket that signs
nothing else. Roles stay here: the provider only says who somebody is.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from pipeline.accounts import Person, person_of_row
from pipeline.errors import NotAllowed, SignInRefused
from pipeline.openid import LEEWAY, Secrets, Told, provider_of
from pipeline.plain import plain
from pipeline.sessions import SignedIn, digest_of, open_session, person_of
from pipeline.site import PROGRAM, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow, VisitRow
from pipeline.wishes import AnyWish, as_text, from_text

VISIT = timedelta(minutes=10)
"""How long somebody may take at the provider."""
TICKET = timedelta(minutes=2)
"""How long a ticket may wait for its signature; the way back signs at once."""
FORGOTTEN = timedelta(days=1)
"""What is older is taken away; the trail keeps what came of it."""
BEGIN_AGAIN = "begin again from here"


@dataclass(frozen=True)
class FreshSignIn:
    """Who somebody says they are at a signature: their session, and a visit's ticket."""

    token: str = field(repr=False)
    ticket: str = field(repr=False)


@dataclass(frozen=True)
class Leaving:
    """Where to send somebody, and what their browser keeps until they are back."""

    address: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True)
class Arrival:
    """Somebody is back: with a new session and where to go on, or with a wish and its proof."""

    there: str = "/"
    signed_in: SignedIn | None = None
    wish: AnyWish | None = None
    proof: FreshSignIn | None = None


@dataclass(frozen=True)
class Answer:
    """What came back by the browser, and what the browser itself holds."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    problem: str
    browser: str = field(repr=False)
    token: str = field(repr=False)


def leave_to_sign_in(site: Site, *, there: str) -> Leaving:
    """Begin a visit that opens a session; `there` is where to go on afterwards."""
    browser = secrets.token_urlsafe(32)
    made, address = _way_there(site, is_fresh=False)
    _begin(site, _visit(site, made, browser, there=there))
    return Leaving(address, browser)


def who_leaves(site: Site, token: str) -> Person:
    """Whoever may go to the provider to sign: somebody signed in, whose account is there."""
    person = person_of(site, token)
    if person is None:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    if not person.is_at_provider:
        raise NotAllowed("the account has a password here", "sign with the password")
    return person


def leave_to_sign(site: Site, token: str, wish: AnyWish, *, bound: str) -> str:
    """Begin a visit that signs what `bound` is the digest of; gives the provider's address."""
    made, address = _way_there(site, is_fresh=True)
    visit = _visit(site, made, token, there="")
    visit.session, visit.wish, visit.bound = visit.browser, as_text(wish), bound
    _begin(site, visit)
    return address


def come_back(site: Site, answer: Answer, *, where: str) -> Arrival:
    """End the visit that the answer belongs to; every refusal is written before it is raised."""
    visit = _ended(site, answer.state, where)
    person = None if visit.session is None else person_of(site, answer.token)
    try:
        told = _told(site, visit, answer, person)
        if visit.session is None:
            return Arrival(visit.there, _signed_in(site, visit, told, where))
        assert person is not None
        ticket = _ticket_for(site, visit, person, told, where=where)
        return Arrival(wish=_wish(visit), proof=FreshSignIn(answer.token, ticket))
    except SignInRefused as error:
        by = person.user if person else PROGRAM
        tell_refused(site, by, act=_act(visit), where=where, reason=error.reason)
        raise


def wish_in(site: Site, state: str) -> AnyWish | None:
    """What the visit of that state was for, to lead back there; None where it was a sign-in."""
    with reading(site.engine) as session:
        visit = session.get(VisitRow, digest_of(state))
    return _wish(visit) if visit is not None else None


def prove_fresh(site: Site, proof: FreshSignIn, *, where: str, act: str) -> Person:
    """Whoever the session and the ticket belong to; what it signs is checked by `spend`."""
    person = person_of(site, proof.token)
    if person is None:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    try:
        with reading(site.engine) as session:
            _ticket(session, site, proof)
    except SignInRefused as error:
        tell_refused(site, person.user, act=act, where=where, reason=error.reason)
        raise
    return person


def spend(session: Session, site: Site, proof: FreshSignIn, *, bound: str) -> None:
    """Use the ticket up for what it was given for, in the signature's own transaction."""
    visit = _ticket(session, site, proof)
    if visit.bound != bound:
        raise SignInRefused("that sign-in was for another signature", BEGIN_AGAIN)
    visit.used_at = site.now()


def tell_refused(site: Site, by: str, *, act: str, where: str, reason: str) -> None:
    """Write down that somebody was refused, at a sign-in or at a signature."""
    refused = Happening(
        kind="sign_in_refused", by=by, at=site.now(), where=where, new=act, reason=reason
    )
    with writing(site.engine) as session:
        append(session, refused)


def _ticket(session: Session, site: Site, proof: FreshSignIn) -> VisitRow:
    """The visit that gave the ticket to this session, while the ticket holds."""
    found = session.exec(select(VisitRow).where(VisitRow.ticket == digest_of(proof.ticket)))
    visit = found.one_or_none()
    if visit is None or visit.session != digest_of(proof.token):
        raise SignInRefused("there is no fresh sign-in for this", BEGIN_AGAIN)
    if visit.used_at is not None or visit.ended_at is None or _is_over(site, visit.ended_at):
        raise SignInRefused("the fresh sign-in was used already, or is too old", BEGIN_AGAIN)
    return visit


def _is_over(site: Site, ended_at: datetime) -> bool:
    return site.now() - ended_at >= TICKET


def _way_there(site: Site, *, is_fresh: bool) -> tuple[Secrets, str]:
    """What has to come back, and the provider's address."""
    made = Secrets(*(secrets.token_urlsafe(32) for _ in range(3)))
    return made, provider_of(site.settings).way_there(made, is_fresh=is_fresh)


def _visit(site: Site, made: Secrets, browser: str, *, there: str) -> VisitRow:
    return VisitRow(
        state=digest_of(made.state),
        browser=digest_of(browser),
        nonce=made.nonce,
        verifier=made.verifier,
        there=there,
        made_at=site.now(),
    )


def _begin(site: Site, visit: VisitRow) -> None:
    with writing(site.engine) as session:
        session.exec(delete(VisitRow).where(col(VisitRow.made_at) < visit.made_at - FORGOTTEN))
        session.add(visit)


def _ended(site: Site, state: str, where: str) -> VisitRow:
    """The visit of that state, which ends now whatever comes of it."""
    with writing(site.engine) as session:
        visit = session.get(VisitRow, digest_of(state))
        is_first = visit is not None and visit.ended_at is None
        if visit is not None and is_first:
            visit.ended_at = site.now()
    if visit is None or not is_first:
        reason = "nobody went to the provider from here, or they are back already"
        tell_refused(site, PROGRAM, act="sign-in", where=where, reason=reason)
        raise SignInRefused(reason, BEGIN_AGAIN)
    return visit


def _told(site: Site, visit: VisitRow, answer: Answer, person: Person | None) -> Told:
    """Whom the provider names, to the browser that the visit began in, in time."""
    holds = answer.browser if visit.session is None else answer.token
    if digest_of(holds) != visit.browser:
        raise SignInRefused("this is not the browser that went to the provider", BEGIN_AGAIN)
    if visit.session is not None and person is None:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    if site.now() - visit.made_at >= VISIT:
        raise SignInRefused("that took too long", BEGIN_AGAIN)
    if answer.problem or not answer.code:
        problem = plain(answer.problem)[:60] or "nothing"
        raise SignInRefused(f"the provider let nobody in (it said {problem})", BEGIN_AGAIN)
    made = Secrets(answer.state, visit.nonce, visit.verifier)
    return provider_of(site.settings).who(answer.code, made, now=site.now())


def _signed_in(site: Site, visit: VisitRow, told: Told, where: str) -> SignedIn:
    with writing(site.engine) as session:
        row = _account(session, site, told, where)
        _note_told(session, visit, told)
        return open_session(session, person_of_row(row), at=site.now(), where=where, how="provider")


def _account(session: Session, site: Site, told: Told, where: str) -> AccountRow:
    """The account that is bound to the subject, or bound now: one that waits, by its name."""
    bound = session.exec(select(AccountRow).where(AccountRow.subject == told.subject)).first()
    row = bound or session.get(AccountRow, plain(told.name))
    is_theirs = row is not None and row.at_provider and row.subject in (None, told.subject)
    if row is None or not is_theirs:
        raise SignInRefused(
            f"no account here belongs to {plain(told.name)[:64] or 'you'}", "ask an administrator"
        )
    if row.closed_at is not None:
        raise SignInRefused("the account is closed", "ask an administrator")
    if row.subject is None:
        row.subject, at = told.subject, site.now()
        new = f"{row.user}: {told.subject}"
        bind = Happening(kind="account_bound", by=row.user, at=at, where=where, new=new)
        append(session, bind)
    return row


def _ticket_for(site: Site, visit: VisitRow, person: Person, told: Told, *, where: str) -> str:
    """The ticket for somebody who has just proved at the provider that it is really them."""
    ticket = secrets.token_urlsafe(32)
    with writing(site.engine) as session:
        if session.get_one(AccountRow, person.user).subject != told.subject:
            raise SignInRefused("somebody else signed in at the provider", "sign as yourself")
        _refuse_stale(session, visit, told)
        _note_told(session, visit, told).ticket = digest_of(ticket)
        proved = Happening(
            kind="proved_at_provider",
            by=person.user,
            at=site.now(),
            where=where,
            new=_act(visit),
            reason=f"signed in there at {told.at:%Y-%m-%d %H:%M:%S} UTC",
        )
        append(session, proved)
    return ticket


def _note_told(session: Session, visit: VisitRow, told: Told) -> VisitRow:
    """Keep when the subject signed in at the provider, so that it counts for nothing else."""
    row = session.get_one(VisitRow, visit.state)
    row.subject, row.proved_at = told.subject, told.at
    return row


def _refuse_stale(session: Session, visit: VisitRow, told: Told) -> None:
    """A sign-in at the provider counts once, and only if it is younger than the visit."""
    if told.at is None:
        raise SignInRefused(
            "the provider does not say when you signed in", "ask an administrator to have it told"
        )
    earlier = select(VisitRow).where(
        VisitRow.subject == told.subject, col(VisitRow.proved_at) >= told.at
    )
    is_used = session.exec(earlier).first() is not None
    if is_used or told.at < visit.made_at.replace(microsecond=0) - timedelta(seconds=LEEWAY):
        raise SignInRefused("the provider did not ask you to sign in anew", BEGIN_AGAIN)


def _wish(visit: VisitRow) -> AnyWish | None:
    """What is to be signed, as it was when the visit began."""
    return None if visit.wish is None else from_text(visit.wish)


def _act(visit: VisitRow) -> str:
    wish = _wish(visit)
    return "sign-in" if wish is None else f"signature of {wish.name}"
