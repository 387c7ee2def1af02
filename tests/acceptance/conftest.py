"""The browser of the tests of the app; what a test opened in it is closed after the test."""

from collections.abc import Iterator

import pytest
from app_driver import open_browser
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def started_browser() -> Iterator[Browser]:
    """The browser; it ends before tests that want a loop of their own."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def browser(started_browser: Browser) -> Iterator[Browser]:
    """The browser with nobody in it: windows that stay open would go on asking the app."""
    yield started_browser
    for context in started_browser.contexts:
        context.close()
