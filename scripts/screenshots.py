"""Make the pictures of docs/images from the demonstration's lake: `make screenshots`.

`playlake up` serves the lake, and the system's Chromium shows its pages.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT: Final = Path(__file__).resolve().parents[1]
IMAGES: Final = ROOT / "docs" / "images"
MOST_BYTES: Final = 150_000
_QUALITY: Final = 82
# The first page of a lake waits until its history is folded.
_TIMEOUT_MS: Final = 120_000
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_SHARED: Final = "Road trip"
_LINK: Final = re.compile(r"This link signs in once: (\S+)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes:
        name: the name of its file, without its ending.
        path: the path of the page; `{shared}` is the playlist of several people.
        scheme: light or dark.
        width: the width of the window, in CSS pixels.
        height: its height.
        top: what is shown at the top; None is the top of the page.
        day: to which day of the slider it is wound back, counted from the last.
    """

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    width: int = 1200
    height: int = 820
    top: str | None = None
    day: int = 0


PICTURES: Final = (
    Picture("overview", "/", height=620),
    Picture("playlist", "{shared}", height=960, day=14),
    Picture("stays", "{shared}", "dark", top="section:has(> .chart.is-stays)"),
    Picture("compare", "{shared}/compare"),
    Picture("run", "/runs/{last}", "dark", height=760),
    Picture("narrow", "/playlists", width=390, height=844),
)


@contextmanager
def served(lake: str) -> Iterator[str]:
    """Serve a lake by `playlake up` while a block lasts: a link that signs in once."""
    command = [sys.executable, "-m", "playlake", "up", "--no-open", "--lake", lake]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - the command of this repository
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield _link(process)
        finally:
            process.terminate()


def _link(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if found := _LINK.search(line):
            return found[1]
    sys.exit("playlake up printed no link: what it says is above")


def take(browser: Browser, link: str) -> None:
    """Take all pictures.

    Args:
        browser: the browser.
        link: signs in once.
    """
    signed_in = browser.new_context()
    signed_in.set_default_timeout(_TIMEOUT_MS)
    page = signed_in.new_page()
    page.goto(link)
    address = page.url.rstrip("/")
    named = {
        "shared": _first(page, f"{address}/playlists?q={_SHARED}", ".shelf .name a"),
        "last": _first(page, f"{address}/runs", ".strip a:last-child").removeprefix("/runs/"),
    }
    for picture in PICTURES:
        context = browser.new_context(
            viewport={"width": picture.width, "height": picture.height},
            locale="en-GB",
            color_scheme=picture.scheme,
            device_scale_factor=1.5,
            reduced_motion="reduce",
            storage_state=signed_in.storage_state(),
        )
        context.set_default_timeout(_TIMEOUT_MS)
        page = context.new_page()
        page.goto(address + picture.path.format_map(named))
        _arrange(page, picture)
        _keep(picture.name, page.screenshot())
        context.close()


def _first(page: Page, address: str, selector: str) -> str:
    """The address of the first link of a page that a selector finds."""
    page.goto(address)
    return page.locator(selector).first.get_attribute("href") or ""


def _arrange(page: Page, picture: Picture) -> None:
    if picture.day:
        page.get_by_role("slider").evaluate("(slider) => slider.focus()")
        for _ in range(picture.day):
            page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(1_500)
        page.evaluate("document.activeElement.blur()")
    if picture.top:
        place = page.locator(picture.top)
        place.evaluate("(place) => scrollTo(0, place.getBoundingClientRect().top + scrollY - 40)")
        place.locator("canvas").wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


def _keep(name: str, png: bytes) -> None:
    """Write a picture as WebP.

    Raises:
        SystemExit: it is larger than a picture of the documentation may be.
    """
    path = IMAGES / f"{name}.webp"
    Image.open(BytesIO(png)).save(path, "WEBP", quality=_QUALITY, method=6)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size / 1_000:.0f} kB")
    if size > MOST_BYTES:
        sys.exit(f"{path.name} has over {MOST_BYTES:,} bytes: show less")


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", default="demo", help="the lake, by its name or folder")
    chosen = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if chromium is None:
        sys.exit("there is no Chromium here: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with served(chosen.lake) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        take(browser, link)
        browser.close()


if __name__ == "__main__":
    main()
