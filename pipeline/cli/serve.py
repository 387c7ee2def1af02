"""`recordroom serve`: the app, the HTTP API and local workers in one process and its children."""

import os
import socket
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from pipeline.cli.output import say
from pipeline.cli.stop import until_stopped
from pipeline.errors import InputRefused
from pipeline.jobs import start_workers
from pipeline.openid import check_settings
from pipeline.settings import Settings
from pipeline.site import open_site

APP = "review_ui.server:create_app"
LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to answer on.")] = 8501,
    host: Annotated[
        str, typer.Option(help="The address to answer on; 0.0.0.0 for the whole network.")
    ] = "127.0.0.1",
    workers: Annotated[
        int | None, typer.Option(min=0, help="How many processes read scans; 0: none here.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Serve the app and the HTTP API, with local workers."""
    settings = Settings.of(site)
    check_settings(settings)
    open_site(settings).close()
    listening = listen(host, port)
    os.environ.update(settings.environment())
    with until_stopped(), closing(listening):
        crew = start_workers(settings, settings.workers if workers is None else workers)
        say(f"Recordroom answers at {address(host, port)} (Ctrl+C stops it).")
        try:
            uvicorn.Server(configuration()).run(sockets=[listening])
        finally:
            crew.stop()


def configuration() -> uvicorn.Config:
    """How uvicorn serves: quietly, and without telling the world what it is."""
    return uvicorn.Config(
        APP, factory=True, log_level="warning", access_log=False, server_header=False
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket on that address, or a refusal in one line where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wanted = socket.socket(family, socket.SOCK_STREAM)
    wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        wanted.bind((host, port))
        wanted.listen()
    except OSError as error:
        with closing(wanted):
            raise InputRefused(
                f"{host}:{port} can't be used ({error.strerror or error})",
                "stop what answers there, or choose another with --port or --host",
            ) from error
    return wanted


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    name = "localhost" if host in (*LOCAL, "0.0.0.0", "::") else host
    return f"http://{name}:{port}"
