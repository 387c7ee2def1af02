"""`recordroom people list|add|import`: accounts, and the plant's signature log."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.people import PersonRole, add_person, command_line, list_people
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.site_forms import store_signatories
from pipeline.store.database import writing

people = typer.Typer(no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]


@people.command("list")
def list_accounts(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    site: SiteOption = None,
) -> None:
    """Everybody who has an account."""
    with open_site(Settings.of(site)) as opened:
        for person in list_people(opened):
            role = person.role.value
            document = {"user": person.user, "name": person.name, "role": role}
            line = f"{person.user:<20} {role.replace('_', ' '):<18} {person.name}"
            typer.echo(json.dumps(document, ensure_ascii=False) if as_json else printable(line))


@people.command()
def add(
    user: Annotated[str, typer.Argument(help="The account's name, such as j.miller.")],
    *,
    name: Annotated[str, typer.Option(help="The printed name that stands in signatures.")],
    role: Annotated[PersonRole, typer.Option(help="What the person does here.")],
    site: SiteOption = None,
) -> None:
    """Add an account; its one-time password is shown once."""
    with open_site(Settings.of(site)) as opened:
        new = add_person(opened, user=user, name=name, role=role, by=command_line())
    typer.echo(f"{new.person.user} one-time password: {new.password}")


@people.command("import")
def import_log(
    file: Annotated[Path, typer.Argument(help="The signature log, a CSV file.")],
    *,
    site: SiteOption = None,
) -> None:
    """Take in the plant's signature log as its newest version."""
    with open_site(Settings.of(site)) as opened, about(file), writing(opened.engine) as session:
        store_signatories(opened, session, file)
    say("The signature log was taken in; new readings and corrections are checked against it.")
