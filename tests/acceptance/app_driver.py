"""The app as people meet it: served by the command in a process of its own, seen in a browser."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

RECORDROOM = Path(sys.executable).with_name("recordroom")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREEN = {"width": 1366, "height": 768}
SOON = 30_000
"""Milliseconds that a busy machine may take for a step."""
LOOK = 300
"""Milliseconds for which a flag is looked at: sooner no key is an answer to it."""


def browser_program() -> str | None:
    """The browser of this machine; Ubuntu's chromium, which is a snap, does not run in a test."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((path for path in found if path and not _is_snap(Path(path))), None)


def _is_snap(program: Path) -> bool:
    """Whether the program is a snap, or the script by which Ubuntu starts one."""
    if "/snap/" in str(program) or program.resolve().name == "snap":
        return True
    start = program.read_bytes()[:4096]
    return start.startswith(b"#!") and b"/snap/" in start


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A real browser without a screen; the tests are skipped where there is none."""
    program = browser_program()
    if program is None:
        pytest.skip("NO BROWSER: apt-get install chromium, or install google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serving(
    site: Path,
    *,
    workers: int,
    critical: str = "none",
    settings: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """`recordroom serve` on a free port; gives its address, and ends it as Ctrl+C would.

    `critical` are the fields whose corrections a second person keys; `settings` are further
    variables of the environment, with {address} for where it answers.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [RECORDROOM, "serve", "--site", site, "--port", str(port), "--workers", str(workers)]
    log = site.with_name(f"{site.name}-serve.log")
    address = f"http://localhost:{port}"
    more = {name: value.format(address=address) for name, value in (settings or {}).items()}
    environment = os.environ | {"RECORDROOM_CRITICAL_FIELDS": critical} | more
    with (
        log.open("w") as lines,
        subprocess.Popen(command, stderr=lines, stdout=lines, env=environment) as process,
    ):
        try:
            wait_for(address, process, log)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Waits until the app answers; fails with its log where it does not."""
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"the app does not answer:\n{log.read_text()}")


@dataclass(frozen=True)
class Somebody:
    """A person in front of a browser of their own, signed in."""

    page: Page
    address: str

    def go(self, path: str) -> None:
        """Opens an address of the app and waits until it is drawn."""
        self.page.goto(self.address + path)
        self.settle()

    def step(self, *keys: str) -> None:
        """Presses keys at the desk, each once the one before was answered."""
        for key in keys:
            self.page.wait_for_timeout(LOOK)
            self.page.keyboard.press(key)
            expect(self.page.locator(".desk.busy")).to_have_count(0, timeout=SOON)

    def settle(self) -> None:
        """Waits until nothing is being drawn."""
        self.page.wait_for_timeout(250)
        drawn = self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
        expect(drawn).to_be_attached(timeout=SOON)

    def press(self, name: str) -> None:
        """Presses a button and waits for what comes of it."""
        self.page.get_by_role("button", name=name).click()
        self.settle()

    def tab(self, name: str) -> None:
        """Turns to a tab of the record."""
        self.page.get_by_role("tab", name=name).click()
        self.settle()

    def sees(self, text: str) -> None:
        """Waits until the text stands on the screen."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=SOON)

    def get(self, path: str) -> Any:
        """The HTTP API's answer to this person."""
        return json.loads(self.page.request.get(self.address + path, max_retries=2).text())


def signed_in(
    browser: Browser, address: str, user: str, password: str = "", *, at: str = "/"
) -> Somebody:
    """That account in a browser of its own, gone through the sign-in page on to that screen.

    A demonstration account's password is known.
    """
    context: BrowserContext = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    page.set_default_timeout(SOON)
    expect.set_options(timeout=SOON)
    page.goto(f"{address}/sign-in?next={quote(at)}")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password or f"demo-{user}-1")
    page.get_by_role("button", name="Sign in").click()
    somebody = Somebody(page, address)
    somebody.settle()
    return somebody
