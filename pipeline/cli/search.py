"""`recordroom search`: hits from the archive, the most probable first."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.archive import Hit
from pipeline.archive import search as search_archive
from pipeline.cli.output import printable, say
from pipeline.settings import Settings
from pipeline.signed_export import in_words, signatures_of
from pipeline.site import open_site


def search(
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY", help="Words, parts of lots, and fields as lot:L08481V made:2013."
        ),
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many hits.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each hit.")] = False,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Search the archive, alternatives included."""
    with open_site(Settings.of(site)) as opened:
        hits = search_archive(opened, " ".join(query), limit=limit)
        signed = signatures_of(opened, (hit.record for hit in hits))
    for hit in hits:
        words = in_words(signed[hit.record])
        document = _document(hit) | {"signatures": words}
        typer.echo(json.dumps(document, ensure_ascii=False) if as_json else _line(hit, words))
    if not as_json:
        say(f"Hits: {len(hits)}." + (f" There may be more than {limit}." * (len(hits) == limit)))


def _document(hit: Hit) -> dict[str, object]:
    return {
        "record": hit.record,
        "batch_number": hit.batch_number,
        "form": hit.form,
        "version": hit.version,
        "page": hit.page,
        "field": hit.field,
        "label": hit.label,
        "value": hit.value,
        "probability": hit.probability,
        "matched": hit.matched.value,
        "record_state": hit.state.value,
    }


def _line(hit: Hit, signatures: str) -> str:
    where = hit.label if hit.page is None else f"{hit.label}, page {hit.page}"
    form = f"{hit.form} {hit.version}" if hit.form else "unknown form"
    batch = hit.batch_number or "no batch number"
    share = f"{100 * hit.probability:.1f} %"
    return printable(
        f"{hit.record}  {batch}  {form}  {where}: {hit.value}  ({hit.matched.value}, {share})  "
        f"{signatures}"
    )
