"""`recordroom init`: a new site, and its first accounts with passwords that are shown once."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import refuse, say
from pipeline.settings import Settings
from pipeline.site_start import NewSite, make_site


def init(
    *,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
    forms: Annotated[Path | None, typer.Option(help="A folder of master forms to take in.")] = None,
    signatories: Annotated[
        Path | None, typer.Option(help="The plant's signature log, a CSV file.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="A demonstration, with an account for each role.")
    ] = False,
) -> None:
    """Make a site: its folder, its database and its first administrator."""
    settings = Settings.of(site)
    new = make_site(settings, forms=forms, signatories=signatories, is_demo=demo)
    with new.site:
        _show(new, is_demo=demo)
    for path, error in new.refused:
        refuse(path, error)
    if new.refused:
        raise typer.Exit(2)


def _show(new: NewSite, *, is_demo: bool) -> None:
    say(f"The site is in {new.site.settings.site}.")
    kind = "password" if is_demo else "one-time password"
    for account in new.accounts:
        person = account.person
        role = person.role.value.replace("_", " ")
        typer.echo(f"{person.user:<10} {kind}: {account.password:<26} {person.name}, {role}")
    if is_demo:
        say("This is a demonstration: everybody knows these passwords. Keep no real records here.")
