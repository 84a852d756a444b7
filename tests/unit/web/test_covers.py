"""Kept covers are shown as they were on a day, and what is not kept is drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read, unchanged
from kept_covers import (
    FIRST_ADDRESS,
    FIRST_IMAGE,
    SECOND_ADDRESS,
    SECOND_IMAGE,
    digest_of,
    keep_cover,
    with_cover,
)
from web_lakes import FIRST, READER, served, site_of, song

from playlake_contracts.keys import cover_image_key
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.addresses import cover_of_playlist, kept_cover
from playlake_web.facts.playlists import PlaylistKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from playlake_lake.folder import Folder

BROWSER = {"accept": "text/html"}
SHOWN, BARE, LOST = "shown", "bare", "lost"
FIRST_COVER, SECOND_COVER = kept_cover(digest_of(FIRST_IMAGE)), kept_cover(digest_of(SECOND_IMAGE))
DRAWN = {id_: cover_of_playlist(PlaylistKey("spotify", id_)) for id_ in (SHOWN, BARE, LOST)}


def covered(root: Folder) -> None:
    """Four days: a cover, the same, another, none. Of two more playlists no cover is kept."""
    others = [with_cover(read(LOST, [song(2)]), "https://i.scdn.co/image/lost"), read(BARE, [])]
    addresses = [FIRST_ADDRESS, None, SECOND_ADDRESS, None]
    since = ""
    for day, address in enumerate(addresses):
        at = FIRST + timedelta(days=day)
        if day == 1:
            commit_run(root, at, [], [unchanged(SHOWN, since)])
            continue
        snapshot = with_cover(read(SHOWN, [song(1)]), address)
        since = commit_run(root, at, [snapshot, *(others if day == 0 else [])])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A lake of four days that keeps two covers."""
    folder, _ = make_lake(tmp_path_factory.mktemp("covered") / "lake")
    covered(folder)
    keep_cover(folder, FIRST_ADDRESS, FIRST_IMAGE)
    keep_cover(folder, SECOND_ADDRESS, SECOND_IMAGE)
    return folder


@pytest.fixture(scope="module")
def client(folder: Folder) -> Iterator[httpx.Client]:
    """A client that everybody could be."""
    with served(site_of(folder, None), Links()) as client:
        yield client


@pytest.mark.parametrize(
    ("day", "cover"),
    [("2026-11-01", FIRST_COVER), ("2026-11-02", FIRST_COVER), ("2026-11-03", SECOND_COVER)],
)
def test_a_day_has_the_cover_of_the_last_snapshot_until_then(
    client: httpx.Client, day: str, cover: str
) -> None:
    assert client.get(f"/playlists/{SHOWN}/at/{day}").json()["cover"] == cover
    for address in (f"/playlists/{SHOWN}?at={day}", f"/playlists/{SHOWN}/then?at={day}"):
        assert f'"{cover}"' in client.get(address, headers=BROWSER).text


def test_a_cover_that_was_taken_away_is_no_longer_shown(client: httpx.Client) -> None:
    assert client.get(f"/playlists/{SHOWN}/at/2026-11-04").json()["cover"] is None
    assert client.get(f"/playlists/{SHOWN}").json()["cover"] is None
    page = client.get(f"/playlists/{SHOWN}", headers=BROWSER).text
    assert DRAWN[SHOWN] in page
    assert SECOND_COVER not in page


@pytest.mark.parametrize("playlist_id", [BARE, LOST])
def test_what_is_not_kept_is_drawn(client: httpx.Client, playlist_id: str) -> None:
    assert client.get(f"/playlists/{playlist_id}").json()["cover"] is None
    page = client.get(f"/playlists/{playlist_id}?at=2026-11-02", headers=BROWSER).text
    assert DRAWN[playlist_id] in page


def test_every_page_with_a_playlist_shows_its_kept_cover(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    for day in range(2):
        entries = [song(1 + each) for each in range(day, 2 + day)]
        snapshot = with_cover(read(SHOWN, entries), FIRST_ADDRESS)
        commit_run(folder, FIRST + timedelta(days=day), [snapshot])
    run_id = RunId.derive("spotify", FIRST)
    keep_cover(folder, FIRST_ADDRESS, FIRST_IMAGE)
    song_page = "/songs/spotify:track:track00000000000000002"
    with served(site_of(folder, None), Links()) as client:
        for address in ("/", "/playlists", f"/playlists/{SHOWN}", song_page, f"/runs/{run_id}"):
            page = client.get(address, headers=BROWSER).text
            assert FIRST_COVER in page, address
            assert DRAWN[SHOWN] not in page, address
        (listed,) = client.get("/playlists").json()["playlists"]
        assert listed["cover"] == FIRST_COVER


def test_a_kept_cover_is_served_as_it_is_and_may_be_kept_for_ever(client: httpx.Client) -> None:
    found = client.get(FIRST_COVER)
    assert found.content == FIRST_IMAGE
    assert found.headers["content-type"] == "image/png"
    assert found.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "img-src 'self'" in found.headers["content-security-policy"]
    assert client.head(FIRST_COVER).status_code == 200


def test_only_what_is_an_image_with_this_digest_is_served(
    client: httpx.Client, folder: Folder
) -> None:
    script, other = b"<script>alert(1)</script>", "b" * 64
    folder.put_new(cover_image_key(digest_of(script)), script)
    folder.put_new(cover_image_key(other), FIRST_IMAGE)
    for digest in (digest_of(script), other, "c" * 64):
        found = client.get(kept_cover(digest))
        assert (found.status_code, found.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["x", "A" * 64, "c" * 63, "..%2Flake.json", "images"])
def test_another_name_is_a_bad_request(client: httpx.Client, name: str) -> None:
    assert client.get(f"/covers/{name}").status_code in {400, 404}


def test_a_cover_needs_the_scope_read(folder: Folder) -> None:
    with served(site_of(folder, Tokens((READER,))), Links()) as client:
        assert client.get(FIRST_COVER).status_code == 401
        shown = {"authorization": f"Bearer {READER.secret}"}
        assert client.get(FIRST_COVER, headers=shown).content == FIRST_IMAGE
