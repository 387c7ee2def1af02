"""The one site that this process shows, opened once and shared by routes and screens."""

from functools import cache

from pipeline.settings import Settings
from pipeline.site import Site, open_site


@cache
def the_site() -> Site:
    """The site that the settings name; SiteUnavailable where there is none."""
    return open_site(Settings.of())
