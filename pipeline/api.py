"""The HTTP API: records, search, files and upload for programs, to be mounted at /api.

A personal API token or the screens' own session authorises a request; without one everything but
the health route and the description answers 401. The routes stand in `pipeline.http`.
"""

from importlib.metadata import version

from fastapi import FastAPI

from pipeline.http.archive_routes import archive_routes
from pipeline.http.description import describe, description_routes
from pipeline.http.export_routes import export_routes
from pipeline.http.frame import Bounds, Conditional
from pipeline.http.genealogy_routes import genealogy_routes
from pipeline.http.pace import Pace
from pipeline.http.picture_routes import picture_routes
from pipeline.http.problems import answer_problems
from pipeline.http.record_routes import part_routes, record_routes
from pipeline.http.scan_routes import scan_routes
from pipeline.http.site_routes import site_routes
from pipeline.http.trend_routes import trend_routes
from pipeline.http.who import SESSION_COOKIE
from pipeline.http.work_routes import work_routes
from pipeline.site import Site

__all__ = ["SESSION_COOKIE", "make_api"]

ROUTES = (
    site_routes,
    record_routes,
    part_routes,
    picture_routes,
    export_routes,
    archive_routes,
    genealogy_routes,
    trend_routes,
    work_routes,
    scan_routes,
)
"""Each makes the routes of one part; a new part is one more line here, and a tag in
`pipeline.http.description`."""


def make_api(site: Site) -> FastAPI:
    """The API of one site, to be mounted at /api."""
    api = FastAPI(title="Recordroom", version=version("recordroom"), docs_url=None, redoc_url=None)
    pace = Pace(site.settings.api_per_minute)
    for routes in ROUTES:
        api.include_router(routes(site, pace))
    api.include_router(description_routes(api))
    api.add_middleware(Conditional)
    api.add_middleware(Bounds)
    answer_problems(api)
    describe(api)
    return api
