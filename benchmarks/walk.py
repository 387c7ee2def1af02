"""What a step at the desk costs: a record of twelve full pages walked through from the keyboard.

    make walk                      (or: python -m benchmarks.walk --others 100000)

A demonstration site is made with one record of twelve pages, 300 boxes on each and forty flags,
in a queue of 100,000 others. A real Chromium answers all forty flags with the fewest keys. A step
lasts from the key until the next flag is on the screen and its crop decoded; beside it stands how
long it took until the answer was written and what it changed was drawn. In the same run a fragment
with nothing in it is run again by the same browser, as a measure of the machine.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.walk_site import FLAGS, make_walk_site

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "acceptance"))

from app_driver import Somebody, open_browser, serving, signed_in  # type: ignore[import-not-found]  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

OTHERS = 100_000
EMPTY_TURNS = 60
PAUSE_MS = 250
"""Between two steps, of both: nobody looks at a flag for less."""
MOST_MS, MOST_TIMES = 300.0, 1.5
MISREAD_EVERY = 5
"""Every fifth reading that is not sure is another one of its alternatives."""

WATCH = """() => {
  const hosts = [...document.querySelectorAll('*')].filter((one) => one.shadowRoot);
  const root = hosts.map((one) => one.shadowRoot.querySelector('.desk')).find(Boolean);
  const walk = window.walk = { root, pressed: 0, steps: [], written: [] };
  window.addEventListener('keydown', (event) => { walk.pressed = event.timeStamp; }, true);
  const drawn = async (changes) => {
    const { pressed } = walk, isEarly = changes.every((one) => one.attributeName === 'data-shown');
    const crop = root.querySelector('.crop img');
    if (crop) await crop.decode().catch(() => {});
    requestAnimationFrame(() => {
      const took = performance.now() - pressed;
      if (isEarly || walk.steps.length === walk.written.length) walk.steps.push(took);
      if (!isEarly) walk.written.push(took);
    });
  };
  const attributeFilter = ['data-shown', 'data-steps'];
  new MutationObserver(drawn).observe(root, { attributes: true, attributeFilter });
}"""
STOP = """() => {
  const { root, written } = window.walk;
  return {
    written: written.length,
    flag: root.querySelector('.flag:not(.closed) b')?.textContent ?? '',
    left: root.querySelector('.progress').textContent,
    boxes: root.querySelectorAll('.view .box').length,
  };
}"""
AGAIN = """() => new Promise((done) => {
  const count = document.querySelector('#count').textContent, start = performance.now();
  const seen = new MutationObserver(() => {
    if (document.querySelector('#count')?.textContent === count) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - start));
  });
  seen.observe(document.body, { subtree: true, childList: true, characterData: true });
  document.querySelector('.st-key-again button').click();
})"""


@dataclass(frozen=True)
class Walk:
    """What a walk gave: keys pressed, milliseconds of each step, and of an empty fragment.

    `steps` until the next flag was shown, `written` until the answer was.
    """

    keys: int
    steps: tuple[float, ...]
    written: tuple[float, ...]
    empty: tuple[float, ...]
    boxes: int
    others: int

    def figures(self) -> dict[str, float]:
        """The figures that are printed and kept."""
        return {
            "flags": FLAGS,
            "keys": self.keys,
            "steps": len(self.steps),
            "boxes_on_a_page": self.boxes,
            "records_in_the_queue": self.others + 1,
            "step_p50_ms": round(at(self.steps, 0.5), 1),
            "step_p95_ms": round(at(self.steps, 0.95), 1),
            "written_p50_ms": round(at(self.written, 0.5), 1),
            "written_p95_ms": round(at(self.written, 0.95), 1),
            "empty_fragment_p50_ms": round(at(self.empty, 0.5), 1),
            "empty_fragment_p95_ms": round(at(self.empty, 0.95), 1),
            "times_an_empty_fragment_p50": round(at(self.steps, 0.5) / at(self.empty, 0.5), 2),
            "times_an_empty_fragment_p95": round(at(self.steps, 0.95) / at(self.empty, 0.95), 2),
            "written_times_an_empty_fragment_p95": round(
                at(self.written, 0.95) / at(self.empty, 0.95), 2
            ),
        }


def main() -> None:
    """Walks, prints the figures, and ends with 1 where a step is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=OTHERS, help="records beside the walked one")
    parser.add_argument("--json", type=Path, help="where the figures are written as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record = make_walk_site(Path(folder), asked.others)
        walk = measure(Path(folder) / "site", record, asked.others)
    figures = walk.figures()
    for name, figure in figures.items():
        sys.stdout.write(f"{name:36} {figure:g}\n")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")
    is_slow = figures["step_p95_ms"] > MOST_MS
    sys.exit(is_slow or figures["times_an_empty_fragment_p95"] > MOST_TIMES)


def measure(site: Path, record: str, others: int) -> Walk:
    """Half of the empty fragment's turns before the walk, half after it."""
    with serving(site, workers=0) as address, empty_app() as empty, open_browser() as browser:
        before = empty_turns(browser, empty)
        reviewer = signed_in(browser, address, "reviewer")
        keys, boxes = walk_through(reviewer, record)
        steps = tuple(reviewer.page.evaluate("window.walk.steps"))
        written = tuple(reviewer.page.evaluate("window.walk.written"))
        after = empty_turns(browser, empty)
    return Walk(keys, steps, written, (*before, *after), boxes, others)


def walk_through(reviewer: Somebody, record: str) -> tuple[int, int]:
    """Answers every flag; gives the keys pressed, and the boxes of a page."""
    page = reviewer.page
    reviewer.go(f"/record?record={record}")
    page.get_by_role("img", name="The field as written").wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    keys, unsure = 0, 0
    stop = page.evaluate(STOP)
    while "left" in stop["left"]:
        unsure += stop["flag"] == "Not read with certainty"
        pressed = keys_for(stop["flag"], is_misread=unsure % MISREAD_EVERY == 0)
        page.wait_for_timeout(PAUSE_MS)
        for key in pressed:
            page.keyboard.press(key)
        keys += len(pressed)
        page.wait_for_function("(n) => window.walk.written.length > n", arg=stop["written"])
        stop = page.evaluate(STOP)
    return keys, int(stop["boxes"])


def keys_for(flag: str, *, is_misread: bool) -> Sequence[str]:
    """The fewest keys that answer a flag; a critical one takes a reason out of the list."""
    match flag:
        case "Signature missing":
            return ("m", "2")
        case "Outside its limits":
            return ("Enter", "2")
        case "Not read with certainty" if is_misread:
            return ("1",)
        case _:
            return ("Enter",)


def empty_turns(browser: Browser, address: str) -> list[float]:
    """Milliseconds of running the empty fragment again."""
    page: Page = browser.new_page()
    page.goto(address)
    page.get_by_role("button", name="Again").wait_for()
    page.wait_for_load_state("networkidle")
    turns = []
    for _ in range(EMPTY_TURNS // 2):
        turns.append(float(page.evaluate(AGAIN)))
        page.wait_for_timeout(PAUSE_MS)
    page.close()
    return turns


@contextmanager
def empty_app() -> Iterator[str]:
    """An app with one empty fragment, on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = Path(__file__).with_name("empty_fragment.py")
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            wait_for_port(port)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def wait_for_port(port: int) -> None:
    """Waits until somebody answers there."""
    for _ in range(120):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.25)
    raise SystemExit("the empty app does not start")


def at(times: Sequence[float], share: float) -> float:
    """The time that this share of all stay under."""
    in_order = sorted(times)
    return in_order[min(len(in_order) - 1, int(share * len(in_order)))]


if __name__ == "__main__":
    main()
