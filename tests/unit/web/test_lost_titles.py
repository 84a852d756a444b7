"""A song that its source took away is shown under the title that it had. All synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read
from landed import entry
from web_lakes import served, site_of

from playlake_lake.identity import make_lake
from playlake_web.access.links import Links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
BROWSER = {"accept": "text/html"}
LOST = entry(1, name="", artists=[])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the page over a lake in which song 1 is taken away on the second day."""
    root: Path = tmp_path_factory.mktemp("lost")
    lake, _ = make_lake(root / "lake")
    commit_run(lake, FIRST, [read("crate", [entry(1), entry(2)])])
    commit_run(lake, FIRST + timedelta(days=1), [read("crate", [LOST, entry(2)])])
    with served(site_of(lake, None), Links()) as opened:
        yield opened


def test_the_api_has_the_title_and_says_that_the_song_is_unavailable(client: httpx.Client) -> None:
    entries = client.get("/playlists/crate/at/2026-11-02").json()["entries"]
    assert [(one["item_type"], one["name"], one["artists"]) for one in entries] == [
        ("unavailable", "Track 1", "Artist 0"),
        ("track", "Track 2", "Artist 0"),
    ]
    before = client.get("/playlists/crate/at/2026-11-01").json()["entries"]
    assert before[0]["item_type"] == "track"


@pytest.mark.parametrize(
    "address", ["/playlists/crate", "/playlists/crate/then?at=2026-11-02", "/songs?q=Track 1"]
)
def test_the_pages_show_it_and_mark_it(client: httpx.Client, address: str) -> None:
    text = client.get(address, headers=BROWSER).text
    assert "<bdi>Track 1</bdi> (no longer available)" in text
    assert "<bdi>Track 2</bdi> (no longer" not in text


def test_the_change_is_told_with_the_title(client: httpx.Client) -> None:
    found = client.get("/playlists/crate/changes").json()["changes"]
    assert [(one["change"], one["name"]) for one in found] == [("unavailable", "Track 1")]
