"""Records meant by their names, or by a search, a form or a batch: for holds and reading rooms."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from pipeline.archive import Reach, records_that_fit
from pipeline.core.lot_uses import is_same_batch
from pipeline.core.query import Problem, parse
from pipeline.errors import InputRefused
from pipeline.lots_due import catch_up
from pipeline.site import Site
from pipeline.store.batches import of_batch
from pipeline.store.chains import chain_of
from pipeline.store.database import reading
from pipeline.store.tables import RecordRow


@dataclass(frozen=True)
class Scope:
    """Which records: those named, and those that fit all of query, form and batch that is given."""

    records: tuple[str, ...] = ()
    query: str = ""
    form: str = ""
    batch_number: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.records or self.has_words)

    @property
    def has_words(self) -> bool:
        """Whether records are found by it, today's and later ones."""
        return bool(self.query or self.form or self.batch_number)

    @property
    def words(self) -> str:
        """The scope as people read it."""
        said = [", ".join(self.records)] if self.records else []
        found = [
            f"{name} {text}"
            for name, text in (
                ("form", self.form),
                ("batch", self.batch_number),
                ("search for", self.query),
            )
            if text
        ]
        return "; ".join([*said, *([" and ".join(found)] if found else [])])

    @property
    def problem(self) -> str:
        """Why what it searches for can't be looked for any more; empty where it can.

        A search that was right when it was written may name what a later version does not know.
        """
        query = parse(self.query)
        if isinstance(query, Problem):
            return query.message
        return "The search asks for nothing." if self.query and not query.terms else ""

    def may_mean(self, *, form: str, batch_number: str) -> bool:
        """Whether a record of that form and batch may be meant, whatever the search says."""
        is_form = not self.form or self.form == form
        is_batch = not self.batch_number or is_same_batch(self.batch_number, batch_number)
        return self.has_words and is_form and is_batch


def scope_of(said: Any) -> Scope:
    """The scope as a row keeps it."""
    return Scope(tuple(said["records"]), said["query"], said["form"], said["batch_number"])


def records_in(site: Site, scope: Scope, *, reach: Reach = Reach.STANDING) -> tuple[str, ...]:
    """The records that the scope means now, with all their revisions.

    Its search finds what stands in them; with another reach what may stand there too. Its batch is
    meant however the number is spelt on the records.
    """
    if scope.batch_number:
        catch_up(site)
    hits = records_that_fit(site, scope.query, reach=reach) if scope.query else ()
    with reading(site.engine) as session:
        return tuple(sorted(_found(session, scope, hits)))


def _found(session: Session, scope: Scope, hits: Collection[str]) -> set[str]:
    named = set(session.exec(select(RecordRow.id).where(col(RecordRow.id).in_(scope.records))))
    missing = set(scope.records) - named
    if missing:
        raise InputRefused(f"there is no record {min(missing)}", "look at its id")
    if scope.has_words:
        question = select(RecordRow.id)
        if scope.form:
            question = question.where(RecordRow.form == scope.form)
        if scope.batch_number:
            question = question.where(of_batch(scope.batch_number))
        fitting = set(session.exec(question))
        named |= fitting & set(hits) if scope.query else fitting
    return {one for record in named for one in chain_of(session, record)}
