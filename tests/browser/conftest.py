"""Chromium without a window, and a server of the page over a lake of a month."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import rich_lakes
from playwright.sync_api import sync_playwright
from served import serve
from web_lakes import site_of

from playlake_web.access.links import Links
from playlake_web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from playwright.sync_api import Browser, Page

    from playlake_lake.folder import Folder
    from playlake_web.site import Site

# The folder in which pages are kept as a failed test left them; without it they are not.
_SCREENSHOTS: Final = os.environ.get("SCREENSHOTS")
_HAS_FAILED: Final = pytest.StashKey[bool]()
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test has failed."""
    report = yield
    item.stash[_HAS_FAILED] = item.stash.get(_HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    return found


# Playwright keeps an event loop running while it lives, and other tests run loops of their own:
# so it lives for one file of tests.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium; Playwright downloads none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lake(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A lake of a month; without a browser nobody looks at it."""
    assert chromium
    return rich_lakes.month(tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="session")
def site(lake: Folder) -> Site:
    """The site over the lake, on its last day; it lets everybody in."""
    return replace(site_of(lake, None), clock=lambda: rich_lakes.NOW)


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the site is served."""
    with serve(create_app(site, Links())) as address:
        yield address


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What browsers complain of; a test that expects something takes it out."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    browser: Browser, address: str, problems: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Makes a page in a context of its own, whose options are the arguments."""
    opened = []

    def open_page(**options: Any) -> Page:  # noqa: ANN401
        window = {"width": 1280, "height": 900}
        # A colour on its way to another is none that anybody reads.
        wanted = {"base_url": address, "viewport": window, "reduced_motion": "reduce", **options}
        context = browser.new_context(**wanted)
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        return page

    yield open_page
    if _SCREENSHOTS and request.node.stash.get(_HAS_FAILED, False):
        _keep(Path(_SCREENSHOTS), request.node.name, [each for one in opened for each in one.pages])
    for context in opened:
        context.close()


def _keep(folder: Path, test: str, pages: list[Page]) -> None:
    """Keep pages as a test left them."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test)
    for number, page in enumerate(pages):
        page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page of 1280 px."""
    return open_page()
