"""Addresses that responses give for themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_extractor.sources.spotify.dialects.addresses import names_other_endpoint, playlist_in


@pytest.mark.parametrize(
    "href",
    [
        "https://api.spotify.com/v1/playlists/abc/items?offset=0&limit=48",
        "https://api.spotify.com/v1/playlists/abc/tracks?locale=en-US,en;q%3D0.5&next=/v1/me/tracks",
        "https://api.spotify.com/v1/users/somebody/playlists/abc/tracks",
        "http://127.0.0.1:8888/v1/playlists/abc?additional_types=track",
        "https://proxy.example/spotify/v1/playlists/abc/items/",
    ],
)
def test_the_address_of_a_playlist_names_it(href: str) -> None:
    assert playlist_in(href) == "abc"
    assert not names_other_endpoint(href)


@pytest.mark.parametrize(
    "href",
    [
        "https://api.spotify.com/v1/me/playlists?offset=0",
        "https://api.spotify.com/v1/me/tracks?x=/playlists/abc/tracks",
        "https://api.spotify.com/v1/albums/abc/tracks",
        "https://api.spotify.com/v1/playlists/abc/images",
    ],
)
def test_the_address_of_anything_else_names_no_playlist(href: str) -> None:
    assert playlist_in(href) is None
    assert names_other_endpoint(href)


@pytest.mark.parametrize("href", [None, "", "redacted", "https://[not-an-address/v1/me"])
def test_no_address_says_nothing(href: str | None) -> None:
    assert playlist_in(href) is None
    assert not names_other_endpoint(href)


@given(st.text())
def test_any_text_is_an_address_or_says_nothing(href: str) -> None:
    playlist_id = playlist_in(href)
    assert playlist_id is None or playlist_id in href
