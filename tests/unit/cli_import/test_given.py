"""How a user names the playlist that files are of."""

from __future__ import annotations

import pytest

from playlake.errors import CommandError
from playlake.importing.given import given_playlist
from playlake_extractor.public import GivenPlaylist

ID = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.mark.parametrize(
    "text",
    [ID, f"spotify:playlist:{ID}", f"https://open.spotify.com/playlist/{ID}?si=x"],
)
def test_an_id_a_uri_and_a_link_name_the_same_playlist(text: str) -> None:
    assert given_playlist(text, None) == GivenPlaylist(ID)


def test_a_link_of_another_source_names_its_playlist_if_files_of_it_are_read() -> None:
    mbid = "5a0f6a5e-0000-4000-8000-000000000001"
    link = f"https://listenbrainz.org/playlist/{mbid.upper()}"
    assert given_playlist(link, None) == GivenPlaylist(mbid)
    with pytest.raises(CommandError, match=r"^--playlist '.*' is neither a playlist id"):
        given_playlist("https://www.youtube.com/playlist?list=PLsynthetic0000000000001", None)


@pytest.mark.parametrize("text", ["file-0123456789", "liked-songs", "name-abc", "mix_2024.1"])
def test_an_id_that_is_not_spotifys_is_taken_as_it_is(text: str) -> None:
    assert given_playlist(text, "n") == GivenPlaylist(text, "n")


@pytest.mark.parametrize("text", ["", "a b", "https://x.example/playlist/abc", "a" * 101, "ä"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match=r"^--playlist '.*' is neither a playlist id of 22"):
        given_playlist(text, None)


def test_a_short_link_is_refused_with_how_to_get_the_real_one() -> None:
    with pytest.raises(CommandError, match=r"is a short link, .*: open it in a browser, and copy"):
        given_playlist("https://spotify.link/AbCdEf", None)


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match=r"^--name is empty"):
        given_playlist(None, name)
