"""`recordroom forms list|check|add`: master forms, in any folder or in the site."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, refuse
from pipeline.core.forms import MasterForm
from pipeline.errors import InputRefused
from pipeline.forms import LoadedForms, load_forms
from pipeline.settings import Settings

forms = typer.Typer(no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]


@forms.command("list")
def list_forms(
    *,
    site: SiteOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """The master forms that the site reads by."""
    folder = Settings.of(site).forms_folder
    with about(folder):
        loaded = load_forms(folder)
    for form in loaded.forms:
        typer.echo(json.dumps(_summary(form)) if as_json else _line(form))
    if _refuse_all(loaded):
        raise typer.Exit(2)


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
    return _refuse_all(loaded)


def _refuse_all(loaded: LoadedForms) -> int:
    for path, error in loaded.refused:
        refuse(path, error)
    return len(loaded.refused)


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
