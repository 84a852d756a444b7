"""What a browser says of a page: its charts, its width, and what keeps people from using it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE: Final = Path(__file__).parents[1] / "browser" / "axe" / "axe.min.js"
_GRAVE: Final = {"serious", "critical"}
_TRIES: Final = 200
_COLOURED: Final = """(canvas) => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""


def draw_charts(page: Page) -> dict[str, int]:
    """Scroll to each chart, and wait until it is drawn.

    Returns:
        the number of coloured pixels of each, by its name.
    """
    drawn = {}
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        canvas = chart.locator("canvas")
        canvas.wait_for()
        drawn[chart.get_attribute("data-rows") or ""] = canvas.evaluate(_COLOURED)
    expect(page.locator(".chart:not(.is-drawn)")).to_have_count(0)
    return drawn


def wait_for(page: Page, script: str, argument: object = None, tries: int = _TRIES) -> Any:  # noqa: ANN401
    """What a script gives as soon as it gives something true, tried each 50 ms.

    Playwright's own way of waiting for a function evaluates a string in the page, which the page's
    policy forbids unless the first answer is true already.
    """
    for _ in range(tries):
        if found := page.evaluate(script, argument):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"still false after {tries} tries: {script}")


def fits(page: Page, tries: int = _TRIES) -> None:
    """Check that a page is not wider than its window, once its charts have taken its new width."""
    wait_for(page, "document.documentElement.scrollWidth <= innerWidth", tries=tries)


def grave_findings(page: Page) -> list[str]:
    """What axe finds serious or critical, each by its rule and an element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in _GRAVE
    ]
