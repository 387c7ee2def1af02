"""Settings: from the environment, for this process and for its workers."""

from pathlib import Path

import pytest

from pipeline.errors import InputRefused
from pipeline.settings import Settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RECORDROOM_{name.upper()}", raising=False)


def test_rows_and_files_are_in_the_site_s_folder_where_nothing_else_is_said() -> None:
    settings = Settings.of(Path("/srv/plant"))
    assert settings.database_url == "sqlite:////srv/plant/recordroom.db"
    assert settings.files_url == "/srv/plant/files"


def test_the_command_line_s_site_counts_more_than_the_environment_s(monkeypatch) -> None:
    assert Settings.of().site == Path("site")
    monkeypatch.setenv("RECORDROOM_SITE", "/srv/other")
    assert Settings.of().site == Path("/srv/other")
    assert Settings.of(Path("/srv/plant")).site == Path("/srv/plant")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_is_opened_with_psycopg(monkeypatch, scheme: str) -> None:
    monkeypatch.setenv("RECORDROOM_DATABASE", f"{scheme}://user@db/plant")
    assert Settings.of().database_url == "postgresql+psycopg://user@db/plant"


def test_an_empty_variable_is_as_good_as_none(monkeypatch) -> None:
    monkeypatch.setenv("RECORDROOM_WORKERS", "")
    assert Settings.of().workers >= 1


def test_a_setting_that_can_not_be_used_is_named(monkeypatch) -> None:
    monkeypatch.setenv("RECORDROOM_WORKERS", "many")
    with pytest.raises(InputRefused, match="RECORDROOM_WORKERS"):
        Settings.of()


def test_a_worker_gets_the_same_settings(monkeypatch) -> None:
    settings = Settings(site=Path("/srv/plant"), max_tries=7, silent_errors=0.01)
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.of() == settings
