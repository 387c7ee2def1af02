"""A site: one installation's rows, files and master forms, and how it is made and opened."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, inspect

from extractors.errors import RecordroomError
from pipeline.accounts import NewAccount, Person, PersonRole, add_account, one_time_password
from pipeline.errors import InputRefused, SiteUnavailable
from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from pipeline.site_forms import store_forms, store_signatories
from pipeline.store.chain import Happening, append
from pipeline.store.database import is_sqlite, migrate, open_engine, reading, translated, writing
from pipeline.store.site_tables import SiteRow

Clock = Callable[[], datetime]
"""Tells the time with its zone; only stamps and time-outs ask it, never a reading."""

PROGRAM = "recordroom"
"""Who did it in the trail, where the program itself did."""

HERE = "command line"
"""From where, in the trail, for what was done on the server itself."""

DEMO_ACCOUNTS = (
    ("control", "Dana Okafor", PersonRole.DOCUMENT_CONTROL),
    ("reviewer", "Ruth Lindqvist", PersonRole.REVIEWER),
    ("approver", "Amir Castellan", PersonRole.APPROVER),
    ("reader", "Rosa Delgado", PersonRole.READER),
    ("admin", "Ines Moreau", PersonRole.ADMINISTRATOR),
)


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


@dataclass(frozen=True)
class NewSite:
    """A site just made, its accounts with their passwords, and the inputs that were refused."""

    site: Site
    accounts: tuple[NewAccount, ...]
    refused: tuple[tuple[Path, RecordroomError], ...] = ()


def make_site(
    settings: Settings,
    *,
    forms: Path | None = None,
    signatories: Path | None = None,
    is_demo: bool = False,
    clock: Clock = utc_now,
) -> NewSite:
    """A new site with its first accounts; refuses where there is one already.

    Forms that can't be used are left out and named in `refused`; a signature log that can't be
    used makes no site.
    """
    engine = _made_database(settings)
    site = Site(settings, engine, open_files(settings.files_url), is_demo, clock)
    if _site_row(engine) is not None:
        engine.dispose()
        raise InputRefused(
            f"there is a site in {settings.site} already",
            "use it as it is, or name another folder with --site",
        )
    accounts = _first_accounts(is_demo=is_demo)
    at = site.now()
    with writing(engine) as session:
        session.add(SiteRow(key=secrets.token_hex(8), is_demo=is_demo, made_at=at))
        append(session, Happening(kind="site_made", by=PROGRAM, at=at, where=HERE))
        for account in accounts:
            add_account(session, account, at)
            append(session, account_added(account.person, by=PROGRAM, at=at, where=HERE))
        refused = () if forms is None else store_forms(site, session, forms)
        if signatories is not None:
            store_signatories(site, session, signatories)
    return NewSite(site, accounts, refused)


def open_site(settings: Settings, *, clock: Clock = utc_now) -> Site:
    """The site of these settings; brings an older site's tables up to date."""
    engine = open_engine(settings.database_url)
    if is_sqlite(engine) and not _sqlite_file_is_there(engine):
        raise _no_site(settings)
    row = _site_row(engine)
    if row is None:
        engine.dispose()
        raise _no_site(settings)
    migrate(engine)
    return Site(settings, engine, open_files(settings.files_url), row.is_demo, clock)


def account_added(person: Person, *, by: str, at: datetime, where: str) -> Happening:
    """What the trail says about a new account."""
    new = f"{person.user} ({person.name}, {person.role.value})"
    return Happening(kind="account_added", by=by, at=at, where=where, new=new)


def _first_accounts(*, is_demo: bool) -> tuple[NewAccount, ...]:
    if not is_demo:
        first = Person(
            "admin", "Administrator", PersonRole.ADMINISTRATOR, must_change_password=True
        )
        return (NewAccount(first, one_time_password()),)
    return tuple(
        NewAccount(Person(user, name, role), f"demo-{user}-1") for user, name, role in DEMO_ACCOUNTS
    )


def _made_database(settings: Settings) -> Engine:
    try:
        settings.site.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SiteUnavailable(
            f"the folder {settings.site} can't be made ({error.strerror or error})",
            "choose another with --site, or set its permissions right",
        ) from error
    engine = open_engine(settings.database_url)
    migrate(engine)
    return engine


def _site_row(engine: Engine) -> SiteRow | None:
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
