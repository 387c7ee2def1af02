"""`recordroom retention list|hold|lift|destroy|certificate`: what falls due, is held, is gone."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.certificates import certificate_of
from pipeline.cli.output import about, printable, say
from pipeline.destroying import carry_out, finish_destruction
from pipeline.errors import InputRefused
from pipeline.handed_out import CertificateKind, certificates_file
from pipeline.holds import Scope, hold_records, lift_hold
from pipeline.people import Proof, command_line, sign_in
from pipeline.retention import Kept, falls_due
from pipeline.settings import Settings
from pipeline.site import HERE, Site, open_site
from pipeline.stack import write_whole

retention = typer.Typer(no_args_is_help=True)

MOST = 1_000_000
SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]
UserOption = Annotated[str, typer.Option(help="Whose signature; the password is asked for.")]


@retention.command("list")
def list_due(
    *,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    site: SiteOption = None,
) -> None:
    """Records that fall due, the oldest certification first, and why others of that age stay."""
    with open_site(Settings.of(site)) as opened:
        day = until.date() if until else None
        found = [
            one
            for one in falls_due(opened, by=command_line(), until=day, limit=MOST)
            if _fits(one, day or opened.now().date())
        ]
    for one in found:
        typer.echo(
            json.dumps(_document(one), ensure_ascii=False) if as_json else printable(_line(one))
        )
    say(f"Records: {len(found)}, of which {sum(one.is_free for one in found)} may be destroyed.")


@retention.command()
def hold(
    records: Annotated[list[str] | None, typer.Argument(metavar="RECORD", help="Records.")] = None,
    *,
    reason: Annotated[str, typer.Option(help="What the records are held for.")],
    user: UserOption,
    batch: Annotated[str, typer.Option(help="All records of this batch, later ones too.")] = "",
    form: Annotated[str, typer.Option(help="All records of this form, later ones too.")] = "",
    query: Annotated[str, typer.Option(help="All that a search finds, later ones too.")] = "",
    site: SiteOption = None,
) -> None:
    """Place a legal hold, signed with an account's password."""
    with open_site(Settings.of(site)) as opened:
        scope = Scope(tuple(records or ()), query, form, batch)
        placed = hold_records(opened, scope, reason, proof=_proof(opened, user))
    say(f"Legal hold {placed.number} is on {len(placed.records)} records.")


@retention.command()
def lift(
    number: Annotated[int, typer.Argument(help="The hold's number.")],
    *,
    reason: Annotated[str, typer.Option(help="Why the records are free again.")],
    user: UserOption,
    site: SiteOption = None,
) -> None:
    """Lift a legal hold, signed with an account's password."""
    with open_site(Settings.of(site)) as opened:
        lift_hold(opened, number, reason, proof=_proof(opened, user))
    say(f"Legal hold {number} is lifted.")


@retention.command()
def destroy(
    number: Annotated[int, typer.Argument(help="The number of a list that two people signed.")],
    *,
    site: SiteOption = None,
) -> None:
    """Carry out a destruction list, and whatever an earlier run left unfinished."""
    with open_site(Settings.of(site)) as opened:
        finished = {one.number: one for one in finish_destruction(opened)}
        done = finished.get(number) or carry_out(opened, number, by=command_line())
    for record, why in done.stay:
        typer.echo(printable(f"{record} stays: {why}"))
    say(f"Records destroyed: {len(done.records)}. Files removed: {done.files}.")


@retention.command()
def certificate(
    record: Annotated[str, typer.Argument(help="The id of a record that was destroyed.")],
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE.pdf", help="Write it as a PDF.")] = None,
    site: SiteOption = None,
) -> None:
    """Print the certificate of a destroyed record as JSON, or write it as a PDF."""
    by, kind = command_line(), CertificateKind.PDF if out else CertificateKind.JSON
    with open_site(Settings.of(site)) as opened:
        found = certificate_of(opened, record, by=by)
        content = certificates_file(opened, [found], kind, by=by)
    if out is None:
        typer.echo(content.decode(), nl=False)
        return
    with about(out):
        try:
            write_whole(out, content)
        except OSError as error:
            reason = f"the file can't be written ({error.strerror or error})"
            raise InputRefused(reason, "make space, or name another file with --out") from error


def _proof(site: Site, user: str) -> Proof:
    """Who signs: the account and its password, as at any signature."""
    password = typer.prompt(f"Password of {user}", hide_input=True, err=True)
    return Proof(sign_in(site, user, password, where=HERE).token, user, password)


def _fits(one: Kept, until: date) -> bool:
    return one.retention.until is None or one.retention.until <= until


def _document(one: Kept) -> dict[str, object]:
    kept = one.retention
    return {
        "record": one.record,
        "records": list(one.chain),
        "batch_number": one.batch_number,
        "form": one.form,
        "version": one.version,
        "certified": _day(kept.certified),
        "expiry": _day(kept.expiry.day),
        "keep_until": _day(kept.until),
        "rule": kept.rule.words,
        "why_kept": kept.why_kept,
        "holds": list(one.holds),
        "perhaps_on_hold": list(one.maybe_held),
        "may_be_destroyed": one.is_free,
    }


def _line(one: Kept) -> str:
    kept = one.retention
    until = _day(kept.until) or f"kept: {kept.why_kept}"
    held = f"  legal hold {', '.join(map(str, one.holds))}" if one.holds else ""
    if one.maybe_held:
        held += f"  perhaps on legal hold {', '.join(map(str, one.maybe_held))}"
    free = "  may be destroyed" if one.is_free else ""
    return f"{one.record}  {one.batch_number}  {one.form} {one.version}  {until}{held}{free}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
