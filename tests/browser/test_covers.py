"""Kept covers in a browser: each day has its own, and the policy of the page allows them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read
from kept_covers import (
    FIRST_ADDRESS,
    FIRST_IMAGE,
    SECOND_ADDRESS,
    SECOND_IMAGE,
    digest_of,
    keep_cover,
    with_cover,
)
from playwright.sync_api import expect
from served import serve
from watched_pages import grave_findings, wait_for
from web_lakes import FIRST, site_of, song

from playlake_lake.identity import make_lake
from playlake_web.access.links import Links
from playlake_web.addresses import kept_cover
from playlake_web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from playlake_lake.folder import Folder

FIRST_COVER, SECOND_COVER = kept_cover(digest_of(FIRST_IMAGE)), kept_cover(digest_of(SECOND_IMAGE))
IS_DRAWN = """(selector) => {
    const image = document.querySelector(selector);
    return image.complete && image.naturalWidth > 0;
}"""


@pytest.fixture
def covered(chromium: str, tmp_path: Path) -> Folder:
    """A lake of two days with a cover each; without a browser nobody looks at it."""
    assert chromium
    folder, _ = make_lake(tmp_path / "lake")
    for day, address in enumerate((FIRST_ADDRESS, SECOND_ADDRESS)):
        snapshot = with_cover(read("covered", [song(day), song(day + 1)]), address)
        commit_run(folder, FIRST + timedelta(days=day), [snapshot])
    keep_cover(folder, FIRST_ADDRESS, FIRST_IMAGE)
    keep_cover(folder, SECOND_ADDRESS, SECOND_IMAGE)
    return folder


def test_the_slider_winds_the_cover_back(
    open_page: Callable[..., Page], covered: Folder, problems: list[str]
) -> None:
    site = site_of(covered, None)
    with serve(create_app(site, Links())) as address:
        page = open_page(base_url=address)
        page.goto("/playlists/covered?at=2026-11-02")
        cover = page.locator(".titled .cover")
        expect(cover).to_have_attribute("src", SECOND_COVER)
        wait_for(page, IS_DRAWN, ".titled .cover")
        page.get_by_role("slider").focus()
        page.keyboard.press("ArrowLeft")
        expect(cover).to_have_attribute("src", FIRST_COVER)
        wait_for(page, IS_DRAWN, ".titled .cover")
        assert grave_findings(page) == []
        page.goto("/playlists")
        wait_for(page, IS_DRAWN, ".cover")
    assert problems == []
