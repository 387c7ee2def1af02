"""The whole app as one ASGI application: the screens, the HTTP API, sign-in and pictures.

`recordroom serve` starts it under uvicorn by its name, `review_ui.server:create_app`.
"""

from pathlib import Path

import structlog
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from streamlit.web.server.starlette.starlette_app import App

from pipeline.api import make_api
from pipeline.destroying import finish_destruction
from pipeline.openid import has_provider
from pipeline.site import Site
from review_ui.gate import Gate
from review_ui.opened import the_site
from review_ui.parts.edge import show_unexpected
from review_ui.picture_routes import picture_routes
from review_ui.provider_routes import provider_routes
from review_ui.sign_in import sign_in_routes
from review_ui.still import keep_still

HERE = Path(__file__).parent
log = structlog.get_logger()


def create_app() -> App:
    """The app of the site that the settings name."""
    site = the_site()
    finish_destruction(site)
    keep_still("the app")
    return App(
        HERE / "app.py",
        routes=routes(site),
        middleware=[Middleware(Gate, site=site)],
        on_script_error=on_script_error,
    )


def routes(site: Site) -> list[BaseRoute]:
    """What stands beside the screens."""
    return [
        Mount("/api", app=make_api(site)),
        Mount("/look", app=StaticFiles(directory=HERE / "static")),
        *sign_in_routes(site),
        *(provider_routes(site) if has_provider(site.settings) else ()),
        *picture_routes(site),
    ]


def on_script_error(error: Exception) -> bool:
    """Shows one clear sentence instead of a traceback, and keeps the traceback in the log."""
    log.error("a screen failed", exc_info=error)
    show_unexpected()
    return True
