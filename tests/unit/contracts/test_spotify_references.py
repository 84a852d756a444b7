"""URIs and links of songs lead to one another; test_references has those of playlists."""

from __future__ import annotations

import pytest

from playlake_contracts.sources.spotify_references import (
    link_of_item,
    link_of_playlist,
    parse_reference,
    uri_of_item,
)

ID = "0123456789abcdefABCDEF"


@pytest.mark.parametrize("kind", ["track", "episode"])
def test_a_song_is_named_by_its_uri_and_its_links(kind: str) -> None:
    uri, link = f"spotify:{kind}:{ID}", f"https://open.spotify.com/{kind}/{ID}"
    assert link_of_item(uri) == link
    for text in (
        uri,
        link,
        f" {link}?si=1 ",
        f"open.spotify.com/intl-de/{kind}/{ID}/",
        f"{link}#a",
    ):
        assert uri_of_item(text) == uri


@pytest.mark.parametrize("text", ["", ID, "Starred", f"spotify:album:{ID}", f"spotify:track:{ID}x"])
def test_what_is_no_song_is_none(text: str) -> None:
    assert uri_of_item(text) is None


@pytest.mark.parametrize("uri", ["spotify:local:a:b:c:1", f"id:{ID}", f"toy:track:{ID}"])
def test_what_cannot_be_shared_has_no_link(uri: str) -> None:
    assert link_of_item(uri) is None


def test_a_playlist_has_a_link() -> None:
    assert link_of_playlist(ID) == f"https://open.spotify.com/playlist/{ID}"


@pytest.mark.parametrize(
    "text", ["https://spotify.link/AbCdEf", "spotify.link/x", "https://SPOTIFY.app.link/x?a=b"]
)
def test_a_short_link_is_refused_with_how_to_get_the_real_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"is a short link, .*: open it in a browser, and copy"):
        parse_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "liked-songs",
        " liked-songs ",
        "spotify:user:somebody:collection",
        "https://open.spotify.com/collection/tracks",
        "open.spotify.com/intl-de/collection/tracks?si=1",
    ],
)
def test_liked_songs_are_a_playlist(text: str) -> None:
    assert parse_reference(text) == "liked-songs"


def test_liked_songs_have_a_link_that_names_them() -> None:
    link = link_of_playlist("liked-songs")
    assert link is not None
    assert parse_reference(link) == "liked-songs"


@pytest.mark.parametrize(
    "text", ["Liked Songs", "liked-songs2", "spotify:collection", "open.spotify.com/collection"]
)
def test_what_is_like_liked_songs_is_not(text: str) -> None:
    with pytest.raises(ValueError, match=r"nor liked-songs$"):
        parse_reference(text)
