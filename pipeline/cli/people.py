"""`recordroom people list|add|import|export`: accounts, and the plant's signature log."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.core.signature_log import told
from pipeline.handed_out import signature_log_file
from pipeline.people import PersonRole, add_person, command_line, list_people
from pipeline.settings import Settings
from pipeline.signatories import read_log
from pipeline.signature_log import By, take_log
from pipeline.signature_log import preview as preview_of
from pipeline.site import open_site

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
    at_provider: Annotated[
        bool, typer.Option("--at-provider", help="They sign in at the plant's OpenID provider.")
    ] = False,
    site: SiteOption = None,
) -> None:
    """Add an account; its one-time password is shown once."""
    with open_site(Settings.of(site)) as opened:
        new = add_person(
            opened, user=user, name=name, role=role, by=command_line(), is_at_provider=at_provider
        )
    said = f"one-time password: {new.password}" if new.password else "signs in at the provider"
    typer.echo(f"{new.person.user} {said}")


@people.command("import")
def import_log(
    file: Annotated[Path, typer.Argument(help="The signature log, a CSV file.")],
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Say what would change, and change nothing.")
    ] = False,
    site: SiteOption = None,
) -> None:
    """Take what a file says into the plant's signature log; nobody is taken out of it."""
    with open_site(Settings.of(site)) as opened, about(file):
        content = read_log(file)
        if preview:
            found = preview_of(opened, content, by=command_line())
        else:
            found = take_log(opened, content, by=By(command_line()))
    for sign, one in (
        *(("+", one) for one in found.added),
        *(("~", new) for _, new in found.changed),
        *(("=", one) for one in found.not_in_file),
    ):
        typer.echo(printable(f"{sign} {told(one)}"))
    say(
        f"{len(found.added)} added, {len(found.changed)} changed, {found.same} the same; "
        f"{len(found.not_in_file)} that the file does not name stay as they are."
        + " Nothing was written."
        * preview
    )


@people.command("export")
def export_log(*, site: SiteOption = None) -> None:
    """Print the signature log as CSV."""
    with open_site(Settings.of(site)) as opened:
        typer.echo(signature_log_file(opened, by=command_line()), nl=False)
