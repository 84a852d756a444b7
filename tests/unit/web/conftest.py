"""A small lake of two weeks, and a site over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from web_lakes import OPERATOR, READER, served, site_of, two_weeks

from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from playlake_lake.folder import Folder
    from playlake_web.site import Site


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake."""
    return two_weeks(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def site(lake: Folder) -> Site:
    """A site that lets everybody in."""
    return site_of(lake, None)


@pytest.fixture(scope="session")
def client(site: Site) -> Iterator[httpx.Client]:
    """A client that everybody could be."""
    with served(site, Links()) as client:
        yield client


@pytest.fixture
def links() -> Links:
    """The links that sign in once."""
    return Links()


@pytest.fixture
def guarded(lake: Folder, links: Links) -> Iterator[httpx.Client]:
    """A client of a site that lets in whoever has a token."""
    with served(site_of(lake, Tokens((READER, OPERATOR))), links) as client:
        yield client
