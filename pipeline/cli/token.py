"""`recordroom token add|list|revoke`: API tokens of accounts, for programs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import printable, say
from pipeline.core.scopes import LONGEST_LIFE
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.tokens import Scope, Token, make_token, revoke_token, tokens_of

token = typer.Typer(no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]


@token.command()
def add(
    user: Annotated[str, typer.Argument(help="The account that the token speaks for.")],
    *,
    name: Annotated[str, typer.Option(help="What it is for, such as nightly report.")],
    scope: Annotated[list[Scope], typer.Option(help="What it opens; again for each.")],
    days: Annotated[int, typer.Option(min=1, max=LONGEST_LIFE.days, help="How long it counts.")],
    site: SiteOption = None,
) -> None:
    """Make a token; it is printed once, alone on a line, and kept nowhere."""
    with open_site(Settings.of(site)) as opened:
        new = make_token(opened, user, name=name, scopes=scope, days=days, by=command_line())
    typer.echo(new.secret)
    say(f"Token {new.token.id} of {user} counts until {new.token.expires_at:%Y-%m-%d %H:%M} UTC.")


@token.command("list")
def list_tokens(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    site: SiteOption = None,
) -> None:
    """Every token that was ever made, the newest first."""
    with open_site(Settings.of(site)) as opened:
        now = opened.now()
        for one in tokens_of(opened, by=command_line()):
            typer.echo(
                json.dumps(_document(one), ensure_ascii=False)
                if as_json
                else printable(_line(one, counts=one.counts_at(now)))
            )


@token.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number, as `list` shows it.")],
    *,
    site: SiteOption = None,
) -> None:
    """End a token at once."""
    with open_site(Settings.of(site)) as opened:
        ended = revoke_token(opened, number, by=command_line())
    say(f"Token {ended.id} of {ended.user} ({ended.name}) is revoked.")


def _line(one: Token, *, counts: bool) -> str:
    until = f"until {one.expires_at:%Y-%m-%d}"
    stands = (
        until if counts else "revoked" if one.revoked_at else f"expired {one.expires_at:%Y-%m-%d}"
    )
    used = f"used {one.used_at:%Y-%m-%d}" if one.used_at else "never used"
    return f"{one.id:>4} {one.user:<20} {stands:<18} {used:<16} {' '.join(one.scopes)}  {one.name}"


def _document(one: Token) -> dict[str, object]:
    moments = {
        name: None if (at := getattr(one, name)) is None else at.isoformat()
        for name in ("made_at", "expires_at", "used_at", "revoked_at")
    }
    return {
        "token": one.id,
        "user": one.user,
        "name": one.name,
        "scopes": [*one.scopes],
        "made_by": one.made_by,
        "revoked_by": one.revoked_by,
        **moments,
    }
