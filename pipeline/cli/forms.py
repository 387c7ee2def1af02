"""`recordroom forms list|check|add`: master forms, in any folder or in the site."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from extractors.errors import RecordroomError
from pipeline.cli.output import refuse, say
from pipeline.core.forms import MasterForm
from pipeline.errors import InputRefused
from pipeline.forms import load_forms
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.site_forms import Refused, forms_of, store_forms
from pipeline.store.database import writing

forms = typer.Typer(no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]


@forms.command("list")
def list_forms(
    *,
    site: SiteOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """The master forms that the site reads by."""
    with open_site(Settings.of(site)) as opened:
        for form in forms_of(opened):
            typer.echo(json.dumps(_summary(form), ensure_ascii=False) if as_json else _line(form))


@forms.command()
def add(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER…", help="Form folders, or folders of them.")
    ],
    *,
    site: SiteOption = None,
) -> None:
    """Take master forms into the site, which keeps a copy of its own of each."""
    refused = 0
    with open_site(Settings.of(site)) as opened:
        before = set(_names(forms_of(opened)))
        for folder in folders:
            refused += _refuse_all(_store(opened, folder))
        new = [name for name in _names(forms_of(opened)) if name not in before]
    for name in new:
        typer.echo(f"Added {name}")
    say(f"Forms added: {len(new)}.")
    if refused:
        raise typer.Exit(2)


def _store(site: Site, folder: Path) -> Refused:
    """Takes in what the folder holds; gives back what can't be used."""
    try:
        with writing(site.engine) as session:
            return store_forms(site, session, folder)
    except InputRefused as error:
        return ((folder, error),)


def _names(known: Iterable[MasterForm]) -> Iterator[str]:
    return (f"{form.form} version {form.version}" for form in known)


@forms.command()
def check(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER…", help="Form folders, or folders of them.")
    ],
) -> None:
    """Check master forms, and name the line of the first mistake of each."""
    refused = 0
    for folder in folders:
        try:
            refused += _check(folder)
        except InputRefused as error:
            refuse(folder, error)
            refused += 1
    if refused:
        raise typer.Exit(2)


def _check(folder: Path) -> int:
    """Prints the forms of one folder and refuses the others; how many were refused."""
    loaded = load_forms(folder)
    if not loaded.forms and not loaded.refused:
        raise InputRefused("there is no master form in this folder", "name one with a form.yaml")
    for form in loaded.forms:
        typer.echo(_line(form))
    return _refuse_all(loaded.refused)


def _refuse_all(refused: Sequence[tuple[Path, RecordroomError]]) -> int:
    for path, error in refused:
        refuse(path, error)
    return len(refused)


def _line(form: MasterForm) -> str:
    """A form in one line, for people."""
    pages, fields = len(form.pages), len(form.fields)
    return f"{form.form} version {form.version}: {form.title} ({pages} pages, {fields} fields)"


def _summary(form: MasterForm) -> dict[str, str | int | None]:
    """A form in a few words, for programs."""
    return {
        "form": form.form,
        "version": form.version,
        "title": form.title,
        "pages": len(form.pages),
        "fields": len(form.fields),
        "effective": form.effective.isoformat() if form.effective else None,
        "superseded": form.superseded.isoformat() if form.superseded else None,
    }
