"""Which records a figure is of: the options that `quality` and `turnaround` have in common."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

FormNumber = Annotated[str, typer.Option(help="The form's number; every form without it.")]
Since = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="Received on this day or later."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Received on this day or before."),
]
SiteFolder = Annotated[Path | None, typer.Option(help="The site's folder.")]
