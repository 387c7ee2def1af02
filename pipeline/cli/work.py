"""`recordroom work`: worker processes alone, until stopped."""

import time
from pathlib import Path
from typing import Annotated

import typer

from extractors.errors import ReaderUnavailable
from pipeline.cli.output import say
from pipeline.cli.stop import until_stopped
from pipeline.jobs import start_workers
from pipeline.settings import Settings
from pipeline.site import open_site


def work(
    *,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many processes; else one a core.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Run worker processes alone."""
    settings = Settings.of(site)
    open_site(settings).close()
    with until_stopped():
        crew = start_workers(settings, workers or settings.workers, is_tended=False)
        say(f"Workers: {len(crew.processes)} (Ctrl+C stops them).")
        try:
            while not crew.is_failing:
                crew.tend()
                time.sleep(1)
        finally:
            crew.stop()
        raise ReaderUnavailable(
            "the worker processes end as soon as they start", "see their own lines above"
        )
