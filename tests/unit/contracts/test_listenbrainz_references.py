"""MBIDs and links of ListenBrainz's playlists and MusicBrainz's recordings lead to one another."""

from __future__ import annotations

import pytest

from playlake_contracts.sources.listenbrainz_references import (
    address_of_recording,
    link_of_playlist,
    link_of_recording,
    parse_reference,
)

MBID = "2e0af1ac-0f55-4dd3-8bd0-0bd8a3f25f6a"
LINK = f"https://listenbrainz.org/playlist/{MBID}"
RECORDING = f"https://musicbrainz.org/recording/{MBID}"


@pytest.mark.parametrize(
    "text",
    [MBID, MBID.upper(), LINK, f" {LINK}/ ", f"{LINK}?sort=asc#top", LINK.removeprefix("https://")],
)
def test_a_playlist_is_named_by_its_mbid_and_its_links(text: str) -> None:
    assert parse_reference(text) == MBID


@pytest.mark.parametrize(
    "text", ["", "Rainy days", MBID[:-1], f"{MBID}x", RECORDING, f"https://example.org/{MBID}"]
)
def test_what_names_no_playlist_is_refused_with_what_would(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text[:80]!r} is neither the MBID of a playlist"):
        parse_reference(text)


def test_a_playlist_has_a_link() -> None:
    assert link_of_playlist(MBID) == LINK
    assert link_of_playlist("file-0123") is None


@pytest.mark.parametrize(
    "text",
    [RECORDING, f"{RECORDING}/", f"{RECORDING}?tport=1#x", RECORDING.removeprefix("https://"),
     RECORDING.replace("https://", "http://beta."), f" {RECORDING.upper()} "],
)  # fmt: skip
def test_a_recording_is_named_by_its_links(text: str) -> None:
    assert address_of_recording(text) == RECORDING


@pytest.mark.parametrize("text", ["", MBID, LINK, RECORDING.replace("recording", "work")])
def test_what_names_no_recording_is_none(text: str) -> None:
    assert address_of_recording(text) is None


def test_the_identity_of_a_recording_is_its_link() -> None:
    assert link_of_recording(RECORDING) == RECORDING
    assert link_of_recording("name:Song\tArtist") is None
