"""A site: one installation's rows, files and master forms, and how it is opened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, inspect

from pipeline.accounts import Person
from pipeline.errors import SiteUnavailable
from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from pipeline.store.chain import Happening
from pipeline.store.database import is_sqlite, migrate, open_engine, reading, translated
from pipeline.store.site_tables import SiteRow

Clock = Callable[[], datetime]
"""Tells the time with its zone; only stamps and time-outs ask it, never a reading."""

PROGRAM = "recordroom"
"""Who did it in the trail, where the program itself did."""

HERE = "command line"
"""From where, in the trail, for what was done on the server itself."""


def utc_now() -> datetime:
    """The clock on the wall, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """An open site. `with` closes its connections at the end."""

    settings: Settings
    engine: Engine = field(repr=False)
    files: FileStore = field(repr=False)
    is_demo: bool
    clock: Clock = field(default=utc_now, repr=False)

    def now(self) -> datetime:
        """The time in UTC, to the microsecond that the tables keep."""
        return self.clock().astimezone(UTC)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_site(settings: Settings, *, clock: Clock = utc_now) -> Site:
    """The site of these settings; brings an older site's tables up to date."""
    engine = open_engine(settings.database_url)
    if is_sqlite(engine) and not _sqlite_file_is_there(engine):
        raise _no_site(settings)
    row = site_row(engine)
    if row is None:
        engine.dispose()
        raise _no_site(settings)
    migrate(engine)
    return Site(settings, engine, open_files(settings.files_url), row.is_demo, clock)


def account_added(person: Person, *, by: str, at: datetime, where: str) -> Happening:
    """What the trail says about a new account."""
    at_provider = ", signs in at the provider" if person.is_at_provider else ""
    new = f"{person.user} ({person.name}, {person.role.value}{at_provider})"
    return Happening(kind="account_added", by=by, at=at, where=where, new=new)


def site_row(engine: Engine) -> SiteRow | None:
    """What the site says of itself; None where there is none in this database."""
    with translated():
        if not inspect(engine).has_table("site"):
            return None
    with reading(engine) as session:
        return session.get(SiteRow, 1)


def _sqlite_file_is_there(engine: Engine) -> bool:
    name = engine.url.database
    return name is not None and Path(name).is_file()


def _no_site(settings: Settings) -> SiteUnavailable:
    return SiteUnavailable(
        f"there is no site in {settings.site}",
        "make one with `recordroom init`, or name another folder with --site",
    )
