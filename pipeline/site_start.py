"""How a site begins: its database, its first accounts, its forms and its signature log."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from extractors.errors import RecordroomError
from pipeline.accounts import NewAccount, Person, PersonRole, add_account, one_time_password
from pipeline.errors import InputRefused, SiteUnavailable
from pipeline.files import open_files
from pipeline.settings import Settings
from pipeline.signature_log import store_signatories
from pipeline.site import HERE, PROGRAM, Clock, Site, account_added, site_row, utc_now
from pipeline.site_forms import store_forms
from pipeline.store.chain import Happening, append
from pipeline.store.database import migrate, open_engine, writing
from pipeline.store.site_tables import SiteRow

DEMO_ACCOUNTS = (
    ("control", "Dana Okafor", PersonRole.DOCUMENT_CONTROL),
    ("reviewer", "Ruth Lindqvist", PersonRole.REVIEWER),
    ("second", "Sofia Brandt", PersonRole.REVIEWER),
    ("approver", "Amir Castellan", PersonRole.APPROVER),
    ("reader", "Rosa Delgado", PersonRole.READER),
    ("admin", "Ines Moreau", PersonRole.ADMINISTRATOR),
    ("inspector", "Paul Ferrand", PersonRole.INSPECTOR),
)


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
    if site_row(engine) is not None:
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
