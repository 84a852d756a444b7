"""Every page in a browser: it complains of nothing, nothing overflows, and everybody can use it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from rich_lakes import LAST, LIVELY, LONG, LOST, ONCE
from served import serve
from watched_pages import draw_charts, fits, grave_findings
from web_lakes import NOW, WELL, StubPipeline, letter, site_of

from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.access.links import Links
from playlake_web.app import create_app
from playlake_web.facts.pipeline import Crawler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from playwright.sync_api import Page, ViewportSize

    from playlake_lake.folder import Folder

PAGES = [
    "/",
    "/playlists",
    "/playlists?q=nothing+has+this+name",
    f"/playlists/{LIVELY}?at=2026-11-09",
    f"/playlists/{LIVELY}/compare",
    f"/playlists/{LONG}?from=400",
    f"/playlists/{LOST}",
    f"/playlists/{ONCE}",
    "/playlists/secret",
    "/songs",
    "/songs?show=vanished",
    "/songs?show=longest",
    "/songs?q=guest",
    "/songs/spotify:track:track00000000000000014",
    "/artists",
    "/artists?show=new",
    "/artists?show=gone",
    "/artists?q=nobody+has+this+name",
    "/artists/artistSøren Almeida",
    "/artists/artistGuest 0?source=spotify",
    "/runs",
    f"/runs/{RunId.derive('spotify', LAST)}",
    "/quality",
    "/status",
    "/dlq",
    "/login",
]
LOOKS: tuple[tuple[Literal["light", "dark"], ViewportSize], ...] = (
    ("light", {"width": 1280, "height": 900}),
    ("dark", {"width": 360, "height": 740}),
)
ILL = WELL.model_copy(
    update={
        "waiting": 4021,
        "waiting_since": NOW - timedelta(hours=6),
        "crawler": Crawler(state="ready", last="failed", crawled_at=None),
        "login_days_left": 3,
    }
)


def assert_usable(page: Page) -> None:
    """Check a page that is open: light and wide, then dark and narrow."""
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        draw_charts(page)
        fits(page)
        assert grave_findings(page) == [], (scheme, size)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_shown_without_a_complaint(page: Page, path: str) -> None:
    page.goto(path)
    assert_usable(page)


def test_a_page_that_is_not_there_says_so(page: Page, problems: list[str]) -> None:
    page.goto("/playlists/of-nobody")
    assert page.get_by_role("heading", level=1).inner_text().endswith(".")
    assert_usable(page)
    assert "404" in problems.pop()


def test_an_empty_lake_is_shown(open_page: Callable[..., Page], tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    with serve(create_app(site_of(folder, None), Links())) as address:
        page = open_page(base_url=address)
        for path in ("/", "/playlists", "/quality"):
            page.goto(path)
            assert_usable(page)


def test_a_lake_that_is_not_well_is_shown(open_page: Callable[..., Page], lake: Folder) -> None:
    pipeline = StubPipeline(ILL, letters=[letter(number) for number in range(3)])
    with serve(create_app(site_of(lake, None, pipeline), Links())) as address:
        page = open_page(base_url=address)
        for path, said in (
            ("/", "4,021 raw objects are waiting, and nothing moves."),
            ("/status", "4,021 raw objects are waiting, and nothing moves."),
            ("/dlq", "3 dead letters."),
        ):
            page.goto(path)
            assert page.get_by_role("heading", level=1).inner_text() == said
            assert_usable(page)


def test_a_button_mends_what_it_says(open_page: Callable[..., Page], lake: Folder) -> None:
    pipeline = StubPipeline(letters=[letter(1), letter(2)])
    with serve(create_app(site_of(lake, None, pipeline), Links())) as address:
        page = open_page(base_url=address)
        page.goto("/dlq")
        page.get_by_role("button", name="Send back").first.click()
        expect(page.get_by_text("Letters sent back: 1.")).to_be_visible()
        assert_usable(page)
    assert pipeline.done == [f"redrive {letter(1).id}"]


def test_what_is_chosen_is_dismissed_with_a_reason(
    open_page: Callable[..., Page], lake: Folder
) -> None:
    pipeline = StubPipeline(letters=[letter(number) for number in range(3)])
    with serve(create_app(site_of(lake, None, pipeline), Links())) as address:
        page = open_page(base_url=address)
        page.goto("/dlq")
        page.get_by_role("checkbox").nth(0).check()
        page.get_by_role("checkbox", name="Choose part-0002").check()
        page.get_by_label("Reason").fill("landed by hand")
        page.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_text("Letters dismissed: 2.")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("1 dead letter.")
        expect(page.get_by_role("cell", name="landed by hand")).to_have_count(2)
        assert_usable(page)
    assert pipeline.done == [f"dismiss {letter(0).id},{letter(2).id}: landed by hand (the page)"]


def test_what_keeps_people_from_using_a_page_would_be_found(page: Page) -> None:
    page.goto("/songs")
    page.evaluate("document.querySelector('label').replaceWith(document.querySelector('input'))")
    assert grave_findings(page)[0].startswith("label: ")


def test_what_overflows_would_be_found(page: Page) -> None:
    page.goto("/songs")
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    with pytest.raises(AssertionError, match="scrollWidth"):
        fits(page, tries=2)


def test_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/runs")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    assert link.evaluate("(link) => link === document.activeElement")
    box = link.bounding_box()
    assert box is not None
    assert box["y"] >= 0
