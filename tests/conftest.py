"""What tests share: a site on each database, a clock that is set by hand, a record as read."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from kept_records import LONG_AGO, dated_site
from record_builders import HandClock, write_form

from benchmarks import throwaway_postgres as postgres
from pipeline import accounts
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.site_start import make_site

_count = itertools.count(1)
_as_in_use = accounts._hasher
_quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed by Argon2 as ever, at its least cost: hundreds of them are given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: _quick)
        yield


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at the cost that a site has."""
    monkeypatch.setattr(accounts, "_hasher", _as_in_use)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of our own, with {database} to fill in."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL's server is not installed: apt-get install postgresql")
    with postgres.cluster() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration site on SQLite, to be copied: making one takes its time."""
    folder = tmp_path_factory.mktemp("template") / "site"
    _make(Settings(site=folder), tmp_path_factory)
    return folder


@pytest.fixture(scope="session")
def sqlite_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for a site whose form bears an expiry date."""
    folder = tmp_path_factory.mktemp("archive")
    dated_site(folder).close()
    return folder / "site"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Path:
    """The same with its rows in the database `template_site`."""
    folder = tmp_path_factory.mktemp("template") / "site"
    address = _create(postgres_server, "template_site")
    _make(Settings(site=folder, database=address), tmp_path_factory)
    return folder


@pytest.fixture(scope="session")
def postgres_archive(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Path:
    """The site whose form bears an expiry date, with its rows in `template_archive`."""
    folder = tmp_path_factory.mktemp("archive")
    address = _create(postgres_server, "template_archive")
    dated_site(folder, Settings(site=folder / "site", database=address)).close()
    return folder / "site"


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands until it is moved."""
    return HandClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of a site that is not there yet, on each database."""
    if request.param == "sqlite":
        return Settings(site=tmp_path / "site")
    server: str = request.getfixturevalue("postgres_server")
    return Settings(site=tmp_path / "site", database=_create(server, f"new_{next(_count)}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock) -> Iterator[Site]:
    """A demonstration site, an account for each role, on each database."""
    yield from _copied(request, tmp_path, clock, name="template", rows="template_site")


@pytest.fixture(params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site with an expiry date on its form, on each database; its clock runs, long ago."""
    clock = HandClock(LONG_AGO, ticks=True)
    yield from _copied(request, tmp_path, clock, name="archive", rows="template_archive")


@pytest.fixture
def sqlite_site(sqlite_template: Path, tmp_path: Path, clock: HandClock) -> Iterator[Site]:
    """A demonstration site on SQLite alone, for what does not depend on the database."""
    yield from _opened(sqlite_template, tmp_path, clock)


@pytest.fixture
def second_site() -> Iterator[Callable[[Site], Site]]:
    """Opens the same site once more, as another process would."""
    opened: list[Site] = []

    def another(site: Site) -> Site:
        opened.append(open_site(site.settings, clock=site.clock))
        return opened[-1]

    yield another
    for one in opened:
        one.close()


def _make(settings: Settings, folders: pytest.TempPathFactory) -> None:
    """A demonstration site with one form."""
    forms = folders.mktemp("forms")
    write_form(forms / "granulation")
    new = make_site(settings, forms=forms, is_demo=True, clock=HandClock())
    assert new.refused == ()
    new.site.close()


def _copied(
    request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock, *, name: str, rows: str
) -> Iterator[Site]:
    """A copy of the template of that name, on the database that the request names."""
    if request.param == "sqlite":
        yield from _opened(request.getfixturevalue(f"sqlite_{name}"), tmp_path, clock)
        return
    server: str = request.getfixturevalue("postgres_server")
    template: Path = request.getfixturevalue(f"postgres_{name}")
    address = _create(server, f"site_{next(_count)}", template=rows)
    yield from _opened(template, tmp_path, clock, database=address)


def _opened(
    template: Path, tmp_path: Path, clock: HandClock, *, database: str = ""
) -> Iterator[Site]:
    """A copy of the site in which no field is critical; `site_records.strict` brings that back."""
    shutil.copytree(template, tmp_path / "site")
    settings = Settings(site=tmp_path / "site", database=database, critical_fields="none")
    with open_site(settings, clock=clock) as opened:
        yield opened


def _create(server: str, name: str, *, template: str = "template0") -> str:
    with psycopg.connect(server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return server.format(database=name)
