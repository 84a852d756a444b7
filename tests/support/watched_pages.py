"""What a browser says of a page: its charts, its width, and what keeps people from using it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE: Final = Path(__file__).parents[1] / "browser" / "axe" / "axe.min.js"
_GRAVE: Final = {"serious", "critical"}
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
    page.wait_for_function("document.querySelectorAll('.chart:not(.is-drawn)').length === 0")
    return drawn


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


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
