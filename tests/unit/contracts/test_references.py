"""What a text means is asked of every source."""

from __future__ import annotations

import pytest

from playlake_contracts.sources.references import (
    REFERENCES,
    identifier_of_playlist,
    identity_of_song,
    link_of_playlist,
    link_of_song,
    playlists_named,
)

ID = "0123456789abcdefABCDEF"


def test_a_link_names_the_playlist_of_its_source() -> None:
    assert ("spotify", ID) in playlists_named(f"https://open.spotify.com/playlist/{ID}")
    assert playlists_named("Starred") == set()


def test_a_playlist_has_the_link_of_its_source() -> None:
    assert link_of_playlist("spotify", ID) == f"https://open.spotify.com/playlist/{ID}"
    assert link_of_playlist("toy", ID) is None
    assert link_of_playlist("spotify", "file-0123") is None


def test_a_playlist_is_named_by_its_uri_or_its_address() -> None:
    mbid = "2e0af1ac-0f55-4dd3-8bd0-0bd8a3f25f6a"
    named = {("spotify", ID), ("listenbrainz", mbid), ("toy", "1"), ("listenbrainz", "file-1")}
    assert {identifier_of_playlist(*one) for one in named} == {
        f"spotify:playlist:{ID}",
        f"https://listenbrainz.org/playlist/{mbid}",
        "toy:playlist:1",
        "listenbrainz:playlist:file-1",
    }


def test_a_song_is_known_by_its_link_and_has_one() -> None:
    link = f"https://open.spotify.com/track/{ID}"
    assert identity_of_song(link) == f"spotify:track:{ID}"
    assert link_of_song(f"spotify:track:{ID}") == link


@pytest.mark.parametrize("identity", [None, "spotify:local:a:b:c:1", f"id:{ID}", f"toy:track:{ID}"])
def test_what_cannot_be_shared_has_no_link(identity: str | None) -> None:
    assert link_of_song(identity) is None


@pytest.mark.parametrize("source", REFERENCES)
def test_no_source_takes_a_sentence_for_a_reference(source: str) -> None:
    with pytest.raises(ValueError, match=r"^'Songs for the road'"):
        REFERENCES[source].parse_playlist("Songs for the road")
