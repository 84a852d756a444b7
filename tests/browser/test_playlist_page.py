"""The page of a playlist in a browser: slider, charts, theme, copying, and without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from rich_lakes import LIVELY, LONG, LONG_ENTRIES
from served import serve
from watched_pages import draw_charts, wait_for
from web_lakes import site_of

from playlake_lake.errors import FolderFailedError
from playlake_web.access.links import Links
from playlake_web.adapters.folder import FolderReader
from playlake_web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from playlake_lake.folder import Folder
    from playlake_web.site import Site

PLAYLIST = f"/playlists/{LIVELY}"
MOST_BYTES = 1_200_000
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_BYTES = """performance.getEntries().filter((each) => "decodedBodySize" in each)
    .reduce((sum, each) => sum + each.decodedBodySize, 0)"""


def slider_of(page: Page) -> Locator:
    """The slider of a playlist's page."""
    return page.get_by_role("slider", name="Day")


def day_of(page: Page) -> Locator:
    """The day of the list under the slider."""
    return page.locator("#then time")


def test_four_charts_are_drawn(page: Page) -> None:
    page.goto(PLAYLIST)
    drawn = draw_charts(page)
    assert drawn.keys() == {"size", "calendar", "stays", "artists"}
    assert min(drawn.values()) > 500


def test_the_keyboard_winds_the_playlist_back(page: Page) -> None:
    page.goto(PLAYLIST)
    slider = slider_of(page)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(day_of(page)).to_have_text("17 November 2026")
    expect(slider).to_have_attribute("aria-valuetext", "17 November 2026")
    page.keyboard.press("Home")
    expect(day_of(page)).to_have_text("20 October 2026")
    # What is announced is a line, and not the list.
    said = page.get_by_role("status")
    expect(said).to_have_text("20 October 2026, 25 entries, 21 of them left later.")
    expect(page.locator("#then .has-left").first).to_contain_text("left by 22 Oct")
    expect(page.get_by_label("As it was on")).to_have_value("2026-10-20")


def test_a_pointer_winds_the_playlist_back(page: Page) -> None:
    page.goto(PLAYLIST)
    slider = slider_of(page)
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(day_of(page)).to_have_text(re.compile("^[34] November 2026$"))
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    expect(day_of(page)).to_have_text("20 October 2026")


def test_the_thumb_stands_under_the_bar_of_its_day(page: Page) -> None:
    for size in ({"width": 360, "height": 740}, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # it is one
        page.goto(PLAYLIST)
        slider, thumb = slider_of(page).bounding_box(), 18
        assert slider is not None
        for value, picked in ((0, "2026-10-20"), (12, "2026-11-01"), (29, "2026-11-18")):
            page.goto(f"{PLAYLIST}?at={picked}")
            bar = page.locator(".scrubber .pick").bounding_box()
            assert bar is not None
            middle = slider["x"] + thumb / 2 + value / 29 * (slider["width"] - thumb)
            assert abs(middle - (bar["x"] + bar["width"] / 2)) < 1.5


def test_an_artist_of_the_chart_is_a_link(page: Page) -> None:
    page.goto(PLAYLIST)
    draw_charts(page)
    box = page.locator(".chart.is-artists canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + 40)
    expect(page).to_have_url(re.compile("/artists/artist.*source=spotify"))
    expect(page.get_by_role("heading", name="Where and when")).to_be_visible()


def test_buttons_go_a_day_back_and_forth(page: Page) -> None:
    page.goto(f"{PLAYLIST}?at=2026-10-21")
    before, after = (page.get_by_role("button", name=f"Day {name}") for name in ("before", "after"))
    before.click()
    expect(day_of(page)).to_have_text("20 October 2026")
    expect(before).to_have_attribute("aria-disabled", "true")
    before.click(force=True)
    expect(slider_of(page)).to_have_value("0")
    after.click()
    expect(day_of(page)).to_have_text("21 October 2026")


@dataclass
class FailingReader:
    """A lake that can fail to answer, and how much later than on the others it is there."""

    reader: FolderReader
    fails: bool = False
    later: timedelta = timedelta()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if self.fails:
            raise FolderFailedError("the disk is gone")
        return getattr(self.reader, name)


def test_a_list_that_cannot_be_read_leaves_the_old_one(
    open_page: Callable[..., Page], lake: Folder, site: Site, problems: list[str]
) -> None:
    reader = FailingReader(FolderReader(lake))
    failing = replace(site_of(lake, None), reader=reader, clock=lambda: site.clock() + reader.later)
    with serve(create_app(failing, Links())) as address:
        page = open_page(base_url=address)
        page.goto(PLAYLIST)
        slider = slider_of(page)
        slider.focus()
        reader.fails, reader.later = True, timedelta(seconds=3)  # then the lake is looked at again
        page.keyboard.press("ArrowLeft")
        alert = page.get_by_role("alert")
        expect(alert).to_have_text(
            "17 November 2026 could not be read: the lake did not answer. Try again."
        )
        expect(day_of(page)).to_have_text("18 November 2026")
        assert "503" in problems.pop()
        reader.fails = False
        page.keyboard.press("ArrowLeft")
        expect(day_of(page)).to_have_text("16 November 2026")
        expect(alert).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(alert).to_have_text(
        "15 November 2026 could not be read: Playlake did not answer. Try again."
    )
    expect(day_of(page)).to_have_text("16 November 2026")
    assert problems
    assert all("ERR_CONNECTION_REFUSED" in each or "fetch" in each for each in problems)
    problems.clear()


def test_the_theme_cycles_is_kept_and_colours_the_charts(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(PLAYLIST)
    draw_charts(page)
    canvas = page.locator(".chart.is-size canvas")
    as_light = canvas.evaluate("(canvas) => canvas.toDataURL()")
    button = page.get_by_role("button", name="Theme")
    expect(button).to_have_text("Theme: system")
    button.click()
    expect(button).to_have_text("Theme: light")
    button.click()
    expect(button).to_have_text("Theme: dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    wait_for(
        page,
        "(before) => document.querySelector('.is-size canvas')?.toDataURL() !== before",
        as_light,
    )
    page.reload()
    expect(button).to_have_text("Theme: dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 21, 22)"
    button.click()
    expect(button).to_have_text("Theme: system")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(241, 244, 243)"


def test_links_are_copied(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(PLAYLIST)
    page.get_by_role("button", name="Copy 29 links").click()
    expect(page.get_by_role("button", name="29 links copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(copied) == 29
    assert all(link.startswith("https://open.spotify.com/track/track0") for link in copied)


def test_links_that_cannot_be_copied_are_selected(page: Page) -> None:
    # As on an address that is not secure.
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(PLAYLIST)
    page.get_by_role("button", name="Copy 29 links").click()
    expect(page.get_by_role("button", name="Press Ctrl C")).to_be_visible()
    assert len(page.evaluate("getSelection().toString()").split("\n")) == 29


def test_a_long_list_is_read_page_by_page(page: Page) -> None:
    page.goto(f"/playlists/{LONG}")
    rows = page.locator("#then .positions li")
    expect(rows).to_have_count(200)
    page.get_by_role("link", name="Next 200").click()
    page.get_by_role("link", name="Next 200").click()
    expect(rows).to_have_count(LONG_ENTRIES - 400)
    expect(rows.last.locator(".position")).to_have_text("450")
    assert page.get_by_role("link", name="Next 200").count() == 0
    page.get_by_role("link", name="Previous 200").click()
    expect(page.locator("#then .turn")).to_contain_text("201 to 400 of 450")


def test_everything_but_the_charts_is_there_without_javascript(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(PLAYLIST)
    assert slider_of(page).count() == 0
    expect(page.locator(".chart").first).to_be_hidden()
    page.get_by_label("As it was on").fill("2026-11-05")
    page.get_by_role("button", name="Show this day").click()
    expect(day_of(page)).to_have_text("5 November 2026")
    expect(page.locator("#then li.song")).to_have_count(27)
    page.get_by_text("The numbers").click()
    assert page.get_by_role("row").count() > 20
    page.get_by_text("All artists as a table").click()
    expect(page.get_by_role("link", name="Guest 0", exact=True).last).to_be_visible()
    page.get_by_role("link", name="Compare two days").click()
    page.get_by_label("From").fill("2026-11-02")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="2 November 2026")).to_be_visible()
    page.goto("/artists")
    page.get_by_label("Find an artist").fill("winters")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="The Borrowed Winters").click()
    expect(page.get_by_role("heading", name="The Borrowed Winters")).to_be_visible()
    page.goto("/playlists")
    page.get_by_label("Find a playlist").fill("später")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".shelf li")).to_have_count(1)


def test_the_page_is_light(page: Page, record_property: Callable[[str, str], None]) -> None:
    page.goto(PLAYLIST)
    draw_charts(page)
    painted = wait_for(page, _FIRST_PAINT)
    size = page.evaluate(_BYTES)
    record_property(
        "page", f"a playlist has {size / 1_000:,.0f} kB, and is painted after {painted:.0f} ms"
    )
    assert 600_000 < size < MOST_BYTES
