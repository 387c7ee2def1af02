"""Retention of the site's records: the rules, and what falls due when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from pipeline.accounts import Act, Person, require
from pipeline.core.forms import Meaning
from pipeline.core.retention import (
    AFTER_CERTIFICATION,
    Expiry,
    Retention,
    RetentionRule,
    checked_rule,
    expiry_of,
    has_expiry,
    is_past,
    retention,
    rule_for,
)
from pipeline.core.signed import need
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.plain import plain
from pipeline.scope import scope_of
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of, forms_of
from pipeline.store.chain import Happening, append
from pipeline.store.chains import chain_of, waits_to_be_read
from pipeline.store.database import reading, writing
from pipeline.store.record_rows import known_record
from pipeline.store.retention_tables import (
    DestructionEndRow,
    DestructionLineRow,
    HeldRecordRow,
    HoldLiftRow,
    LegalHoldRow,
    RetentionRuleRow,
)
from pipeline.store.tables import RecordRow, SignatureRow

WORKED_ON = ("received", "reading", "in_review")


@dataclass(frozen=True)
class Kept:
    """A record with all its revisions: until when it is kept, why, and which holds are on it.

    `maybe_held` are holds that can't be followed, and would perhaps find it. `on_list` is the open
    destruction list that it is on.
    """

    record: str
    chain: tuple[str, ...]
    batch_number: str
    form: str
    version: str
    retention: Retention
    holds: tuple[int, ...]
    is_past: bool
    maybe_held: tuple[int, ...] = ()
    on_list: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether it may be destroyed."""
        return self.is_past and not self.holds and not self.maybe_held


def rules(site: Site) -> tuple[RetentionRule, ...]:
    """The rules that hold now, the one for every form first."""
    with reading(site.engine) as session:
        return _rules(session)


def set_rule(
    site: Site, rule: RetentionRule, *, reason: str, by: Person, where: str = HERE
) -> None:
    """Set the rule of a form, or of every form; the trail keeps the one before."""
    require(by, Act.SET_RULES)
    need(reason, "a change of a rule needs a reason", "say why the rule is set")
    forms = forms_of(site)
    if rule.form and rule.form not in {form.form for form in forms}:
        raise InputRefused(f"the site has no form {rule.form}", "choose one of its forms")
    bears = any(
        field.means is Meaning.EXPIRY_DATE
        for form in forms
        if form.form == rule.form
        for field in form.fields
    )
    checked_rule(rule, form_has_expiry=bears)
    with writing(site.engine) as session:
        before = next((one for one in _rules(session) if one.form == rule.form), None)
        at = site.now()
        session.add(
            RetentionRuleRow(
                form=rule.form,
                after_expiry=rule.after_expiry,
                after_certification=rule.after_certification,
                reason=plain(reason),
                by=by.user,
                at=at,
            )
        )
        append(
            session,
            Happening(
                kind="retention_rule_set",
                by=by.user,
                at=at,
                where=where,
                field=rule.form or None,
                old=before.words if before else None,
                new=rule.words,
                reason=plain(reason),
            ),
        )


def kept(site: Site, record_id: str) -> Kept:
    """Until when the record is kept."""
    with reading(site.engine) as session:
        return kept_in(site, session, record_id)


def falls_due(
    site: Site, *, by: Person, until: date | None = None, limit: int = 200, start: int = 0
) -> tuple[Kept, ...]:
    """Records of which the certification is old enough by `until` (today), oldest first.

    Those whose date can't be told, or is later after all, are among them and say so; `limit` of
    them from `start` on.
    """
    require(by, Act.SEE_RETENTION)
    with reading(site.engine) as session:
        found = [
            kept_in(site, session, record)
            for record in _old_enough(session, until or site.now().date(), limit, start)
        ]
    return tuple(found)


def kept_in(site: Site, session: Session, record_id: str) -> Kept:
    """The same within a transaction of the caller."""
    chain = chain_of(session, record_id)
    rows = [session.get_one(RecordRow, name) for name in chain]
    standing = [row for row in rows if row.state == RecordState.APPROVED.value]
    newest = max(standing or rows, key=lambda row: row.revision)
    ruled = retention(
        _longest_rule(site, session, rows),
        certified=_certified(session, chain),
        expiry=_expiry(site, session, standing),
        is_over=bool(standing) and all(row.state not in WORKED_ON for row in rows),
    )
    if waits_to_be_read(session, chain):
        ruled = replace(ruled, until=None, why_kept="its scan still has to be read")
    holds = holds_on(session, chain)
    return Kept(
        record=newest.id,
        chain=chain,
        batch_number=newest.batch_number,
        form=newest.form or "",
        version=newest.version or "",
        retention=ruled,
        holds=holds,
        is_past=ruled.until is not None and is_past(ruled.until, site.now()),
        maybe_held=tuple(one for one in _maybe_on(session, rows) if one not in holds),
        on_list=_open_list(session, chain),
    )


def _open_list(session: Session, chain: tuple[str, ...]) -> int | None:
    ended = select(DestructionEndRow.list)
    listed = select(DestructionLineRow.list).where(
        col(DestructionLineRow.record).in_(chain), col(DestructionLineRow.list).not_in(ended)
    )
    return session.exec(listed).first()


def holds_on(session: Session, chain: tuple[str, ...]) -> tuple[int, ...]:
    """The holds on these records that are not lifted."""
    lifted = select(HoldLiftRow.hold)
    found = select(HeldRecordRow.hold).where(
        col(HeldRecordRow.record).in_(chain), col(HeldRecordRow.hold).not_in(lifted)
    )
    return tuple(sorted(set(session.exec(found))))


def _maybe_on(session: Session, rows: list[RecordRow]) -> Iterator[int]:
    """The holds that stand, can't be followed, and by form and batch might be on one of these."""
    lifted = select(HoldLiftRow.hold)
    standing = select(LegalHoldRow).where(col(LegalHoldRow.id).not_in(lifted))
    for hold in session.exec(standing.order_by(col(LegalHoldRow.id))):
        scope = scope_of(hold.scope)
        is_meant = any(
            scope.may_mean(form=row.form or "", batch_number=row.batch_number) for row in rows
        )
        if hold.id is not None and is_meant and scope.problem:
            yield hold.id


def _rules(session: Session) -> tuple[RetentionRule, ...]:
    newest: dict[str, RetentionRule] = {}
    for row in session.exec(select(RetentionRuleRow).order_by(col(RetentionRuleRow.id))):
        newest[row.form] = RetentionRule(row.form, row.after_expiry, row.after_certification)
    return tuple(newest[form] for form in sorted(newest))


def _longest_rule(site: Site, session: Session, rows: list[RecordRow]) -> RetentionRule:
    """The rule of the chain; where revisions are of several forms, the longer years of each."""
    rules, forms = _rules(session), sorted({(row.form or "", row.version or "") for row in rows})
    found = [
        rule_for(form, rules, has_expiry=has_expiry(form_of(site, form, version)))
        for form, version in forms
    ]
    has_none = all(rule.after_expiry is None for rule in found)
    return RetentionRule(
        found[0].form,
        None if has_none else max(rule.after_expiry or 0 for rule in found),
        max(rule.after_certification for rule in found),
    )


def _certified(session: Session, chain: tuple[str, ...]) -> list[date]:
    found = select(SignatureRow.at).where(col(SignatureRow.record).in_(chain))
    return [at.date() for at in session.exec(found)]


def _expiry(site: Site, session: Session, standing: list[RecordRow]) -> Expiry:
    """The latest expiry date of the approved records of a chain; all of them have to be known."""
    found = [
        expiry_of(known_record(session, row.id).record, form_of(site, row.form, row.version))
        for row in standing
    ]
    unknown = [one for one in found if one.day is None]
    if unknown or not found:
        return unknown[0] if unknown else Expiry(None, "it is not approved")
    return max(found, key=lambda one: one.day or date.min)


def _old_enough(session: Session, until: date, limit: int, start: int) -> Iterator[str]:
    """Approved records that were signed long enough ago for GMP's shortest time."""
    signed = (
        select(SignatureRow.record, func.max(col(SignatureRow.at)).label("at"))
        .group_by(col(SignatureRow.record))
        .subquery()
    )
    oldest = (until - timedelta(days=365 * AFTER_CERTIFICATION)).isoformat()
    question = (
        select(RecordRow.id)
        .join(signed, signed.c.record == RecordRow.id)
        .where(RecordRow.state == RecordState.APPROVED.value)
        .where(func.substr(signed.c.at, 1, 10) <= oldest)
        .order_by(signed.c.at, col(RecordRow.id))
        .limit(limit)
        .offset(start)
    )
    return iter(session.exec(question).all())
