"""Takes the pictures of the real screens that the documents show, from a demonstration site.

    make pictures [ONLY="queue record"] [SITE=FOLDER]

Without names all of them are taken; `--list` prints the names. The site is made first where the
folder has none, which takes some minutes; without a folder it is made in a temporary one. A site
that was made for the pictures can be used again: taking them changes little.
"""

import argparse
import io
import tempfile
from pathlib import Path

import picture_tour
from app_driver import SCREEN, Somebody, open_browser, serving, signed_in
from picture_site import ROOT, make_plant
from picture_state import bring_about
from PIL import Image
from playwright.sync_api import Browser

from pipeline.critical_words import DEFAULT
from pipeline.settings import Settings
from pipeline.site import open_site

PICTURES = ROOT / "docs" / "pictures"
COLOURS, FEWER = 160, (96, 64, 40)
LARGEST = 150_000
"""Bytes that a picture may have; one of much paper has fewer colours."""


def main() -> None:
    """Makes the site where there is none, and takes what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--list", action="store_true", help="print the names of the pictures")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    names = given.names or list(picture_tour.PICTURES)
    unknown = set(names) - set(picture_tour.PICTURES)
    if unknown:
        parser.error(f"there is no picture {', '.join(sorted(unknown))}; --list names them")
    if given.list:
        print(*names, sep="\n")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        take_all(given.site or Path(folder) / "site", names)


def take_all(folder: Path, names: list[str]) -> None:
    """The named pictures, of the app as it serves that site."""
    if not (folder / "recordroom.db").exists():
        make_plant(folder)
        with open_site(Settings(site=folder)) as site:
            bring_about(site)
    PICTURES.mkdir(exist_ok=True)
    with serving(folder, workers=0, critical=DEFAULT) as address, open_browser() as browser:
        for name in names:
            picture = picture_tour.PICTURES[name]
            somebody = entered(browser, address, picture.user)
            shot = picture.draw(somebody) or shot_of(somebody)
            keep(shot, PICTURES / f"{name}.png")
            somebody.page.context.close()


def entered(browser: Browser, address: str, user: str) -> Somebody:
    """That account signed in, in a browser of its own; without one, at the door."""
    if user:
        return signed_in(browser, address, user)
    somebody = Somebody(browser.new_context(viewport=SCREEN).new_page(), address)
    somebody.page.goto(f"{address}/sign-in")
    return somebody


def shot_of(somebody: Somebody) -> bytes:
    """The screen as it stands, once all that it shows is there."""
    if somebody.page.locator('[data-testid="stApp"]').count():
        somebody.settle()
    somebody.page.wait_for_load_state("networkidle")
    somebody.page.wait_for_timeout(1500)
    return somebody.page.screenshot()


def keep(shot: bytes, path: Path) -> None:
    """Writes a picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (COLOURS, *FEWER):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{path}: the picture is too large for the documents; take another record")


if __name__ == "__main__":
    main()
