"""The settings of a site: each has a `RECORDROOM_` variable, and a default that needs none.

    RECORDROOM_SITE       the site's folder (also `--site`)
    RECORDROOM_DATABASE   where the rows are, if not in the site's folder
    RECORDROOM_FILES      where the scans are, if not in the site's folder

and so on: the variable is the setting's name in capitals.
"""

import os
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.critical_words import DEFAULT as CRITICAL_FIELDS
from pipeline.critical_words import critical_words
from pipeline.errors import InputRefused


class Settings(BaseSettings):
    """What a site may set. Times are in minutes or seconds, as the names say."""

    model_config = SettingsConfigDict(
        env_prefix="RECORDROOM_", frozen=True, env_ignore_empty=True, extra="ignore"
    )

    site: Path = Path("site")
    database: str = ""
    """A database's address, `sqlite:///…` or `postgresql://…`; empty: SQLite in the site."""
    files: str = ""
    """A folder or `s3://bucket/prefix`; empty: the folder `files` in the site."""

    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    silent_errors: float = Field(default=0.0014, gt=0, lt=1)
    """The share of accepted entries that may be wrong; sets how much people have to look at."""

    lease_seconds: int = Field(default=120, ge=1)
    """How long a worker has for a scan, beside `lease_seconds_per_page`."""
    lease_seconds_per_page: int = Field(default=30, ge=0)
    max_tries: int = Field(default=3, ge=1)
    """After so many tries that ended without an answer a scan is quarantined."""
    watch_seconds: float = Field(default=2.0, gt=0)
    """How often a watched folder is looked at; a file must stand still for two looks."""

    session_idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=12, ge=1)
    wrong_passwords: int = Field(default=5, ge=1)
    """After so many wrong passwords in a row the account is locked for `lock_minutes`."""
    lock_minutes: int = Field(default=15, ge=1)
    claim_minutes: int = Field(default=30, ge=1)
    """How long a reviewer keeps a claimed record without touching it."""

    api_per_minute: int = Field(default=600, ge=0)
    """How many requests a minute the HTTP API answers one token or person; 0: any number."""

    address: str = ""
    """Where people reach the site, such as `https://records.plant.example`; needed for OpenID."""
    oidc_issuer: str = ""
    """The issuer of the plant's OpenID Connect provider; empty: local accounts alone."""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    """Empty for a client without a secret, which PKCE alone protects."""
    oidc_claim: str = "preferred_username"
    """The claim that says an account's name, when it is used for the first time."""
    oidc_name: str = "company account"
    """What the sign-in page calls an account at the provider."""

    critical_fields: str = CRITICAL_FIELDS
    """Which fields are critical: their corrections are keyed a second time, blind."""

    @field_validator("critical_fields")
    @classmethod
    def _known_words(cls, text: str) -> str:
        critical_words(text)
        return text

    @property
    def critical(self) -> frozenset[str]:
        """The words of `critical_fields`."""
        return critical_words(self.critical_fields)

    @property
    def database_url(self) -> str:
        """The database's address as SQLAlchemy wants it."""
        if not self.database:
            return f"sqlite:///{self.site.resolve() / 'recordroom.db'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database.startswith(scheme):
                return "postgresql+psycopg://" + self.database.removeprefix(scheme)
        return self.database

    @property
    def files_url(self) -> str:
        """Where the files are: a folder's path, or an address with a scheme."""
        return self.files or str(self.site.resolve() / "files")

    @property
    def forms_folder(self) -> Path:
        """Where the site keeps its own copies of the master forms."""
        return self.site / "forms"

    @classmethod
    def of(cls, site: Path | None = None) -> Self:
        """The settings from the environment, for the site named on the command line if any."""
        try:
            return cls() if site is None else cls(site=site)
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(("RECORDROOM", *(str(part).upper() for part in first["loc"])))
            raise InputRefused(
                f"the setting {name} can't be used ({first['msg'].lower()})",
                "set it right, or leave it out for its default",
            ) from error

    def environment(self) -> dict[str, str]:
        """The variables that give another process the same settings."""
        values = self.model_dump(mode="json") | {"site": str(self.site.resolve())}
        return {f"RECORDROOM_{name.upper()}": str(value) for name, value in values.items()}
