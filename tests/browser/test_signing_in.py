"""Signing in with a browser: by a link that works once, and by a token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from served import serve
from watched_pages import grave_findings
from web_lakes import READER, site_of

from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from playlake_lake.folder import Folder

LINKS = Links()


@pytest.fixture(scope="module")
def guarded(lake: Folder) -> Iterator[str]:
    """Where a site is served that lets in whoever has a token."""
    with serve(create_app(site_of(lake, Tokens((READER,))), LINKS)) as address:
        yield address


@pytest.fixture
def page(open_page: Callable[..., Page], guarded: str) -> Page:
    """A page of nobody."""
    return open_page(base_url=guarded)


def test_a_link_signs_in_once(
    open_page: Callable[..., Page], guarded: str, problems: list[str]
) -> None:
    link = LINKS.make(READER)
    first, second = open_page(base_url=guarded), open_page(base_url=guarded)
    first.goto(link)
    expect(first.get_by_role("heading", level=1)).to_contain_text("accounted for")
    (cookie,) = first.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert first.evaluate("document.cookie") == ""
    second.goto(link)
    expect(second.get_by_role("alert")).to_contain_text("This link was used before")
    assert grave_findings(second) == []
    assert "401" in problems.pop()


def test_a_token_signs_in_to_the_page_that_was_asked_for(page: Page, problems: list[str]) -> None:
    page.goto("/runs")
    field = page.get_by_label("Token")
    expect(field).to_be_focused()
    field.fill("of nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This token is not valid")
    assert grave_findings(page) == []
    assert "401" in problems.pop()
    field.fill(READER.secret)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/runs$"))
    expect(page.get_by_role("heading", name="Newest first")).to_be_visible()
