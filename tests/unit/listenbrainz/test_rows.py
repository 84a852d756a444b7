"""A playlist of ListenBrainz becomes the rows that the data model promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.unit.listenbrainz.jspf import (
    MODIFIED_AT,
    OF_PLAYLIST,
    OF_TRACK,
    PLAYLIST,
    Json,
    artist,
    curate,
    frame,
    mbid,
    playlist,
    recording,
    rows,
    track,
)

from playlake_transformer.domain.sources.listenbrainz import LISTENBRAINZ


def of_one(entry: object) -> Json:
    """The row of the only entry of a playlist."""
    [row] = rows(curate(frame(playlist(entry))), "playlist_items")
    return row


def test_a_playlist_has_its_title_owner_and_version() -> None:
    [row] = rows(curate(frame(playlist(track(1), track(2)))), "playlists")
    assert (row["source"], row["playlist_id"]) == ("listenbrainz", PLAYLIST)
    assert (row["name"], row["snapshot_id"]) == ("Rainy days", MODIFIED_AT)
    assert (row["owner_id"], row["owner_name"]) == ("robin", "robin")
    assert (row["is_public"], row["is_collaborative"]) == (True, False)
    assert row["description_raw"] == "<p>for the tram</p>"
    assert (row["total"], row["entries"], row["is_complete"]) == (2, 2, True)


def test_collaborators_make_a_playlist_collaborative() -> None:
    about = {OF_PLAYLIST: {"public": False, "collaborators": ["vesna"]}}
    [row] = rows(curate(frame(playlist(extension=about))), "playlists")
    assert (row["is_public"], row["is_collaborative"], row["snapshot_id"]) == (False, True, None)


def test_what_a_playlist_does_not_say_is_null() -> None:
    [row] = rows(curate(frame(playlist(extension={}, annotation=None))), "playlists")
    for column in ("is_public", "is_collaborative", "description", "followers", "image_url"):
        assert row[column] is None


def test_an_entry_has_its_recording_credit_and_release() -> None:
    entry = track(3, artist(1, " feat. "), artist(2))
    row = of_one(entry)
    assert (row["position"], row["item_type"], row["reason"]) == (0, "track", None)
    assert row["identity"] == recording(3)
    assert row["track_id"] == mbid("song", 3)
    assert (row["name"], row["album_name"]) == ("Song 3", "Release 3")
    assert row["artist_names"] == "Artist 1 feat. Artist 2"
    assert row["duration_ms"] == 180_003
    assert row["added_by"] == "robin"
    assert row["added_at"] == datetime(2026, 11, 4, 7, 8, 9, 101112, tzinfo=UTC)


def test_tracks_albums_artists_and_credits_follow_from_the_entries() -> None:
    transformed = curate(frame(playlist(track(3, artist(1, " & "), artist(2)), track(3))))
    [song] = rows(transformed, "tracks")
    assert (song["track_id"], song["name"]) == (mbid("song", 3), "Song 3")
    assert song["album_id"] == mbid("rele", 3)
    [album] = rows(transformed, "albums")
    assert (album["album_id"], album["name"]) == (mbid("rele", 3), "Release 3")
    assert rows(transformed, "album_artists") == []
    # Of an entry that occurs twice the later one counts.
    [credit] = rows(transformed, "track_artists")
    assert (credit["artist_id"], credit["artist_name"]) == (mbid("arti", 3), "Artist 3")
    names = {row["artist_id"]: row["name"] for row in rows(transformed, "artists")}
    assert names == {mbid("arti", n): f"Artist {n}" for n in (1, 2, 3)}


def test_a_release_that_is_named_counts_before_that_of_the_cover() -> None:
    entry = track(1)
    entry["extension"][OF_TRACK]["release_identifier"] = (
        f"https://musicbrainz.org/release/{mbid('rele', 7)}"
    )
    [album] = rows(curate(frame(playlist(entry))), "albums")
    assert album["album_id"] == mbid("rele", 7)


@pytest.mark.parametrize(
    "identifier",
    [
        recording(1),
        [recording(1)],
        ["https://example.org/1", recording(1)],
        [None, recording(1)],
        recording(1)
        .upper()
        .replace("HTTPS://MUSICBRAINZ.ORG/RECORDING", "http://musicbrainz.org/recording"),
    ],
)
def test_an_identifier_is_a_list_or_as_once_a_text(identifier: object) -> None:
    row = of_one(track(1, identifier=identifier))
    assert (row["identity"], row["track_id"]) == (recording(1), mbid("song", 1))


@pytest.mark.parametrize(
    "identifier", [None, [], "", "spotify:track:1", recording(1).replace("recording", "work")]
)
def test_an_entry_without_a_recording_keeps_its_position_and_names(identifier: object) -> None:
    row = of_one(track(1, identifier=identifier))
    assert (row["item_type"], row["reason"]) == ("unavailable", "no_recording")
    assert row["identity"] == "name:Song 1\tArtist 1"
    assert (row["name"], row["track_id"]) == ("Song 1", None)


def test_a_recording_of_which_nothing_is_known_is_a_track_all_the_same() -> None:
    bare = {"identifier": [recording(1)], "extension": {OF_TRACK: {"added_by": "robin"}}}
    row = of_one(bare)
    assert (row["item_type"], row["track_id"]) == ("track", mbid("song", 1))
    for column in ("name", "artist_names", "album_name", "duration_ms", "added_at", "reason"):
        assert row[column] is None


def test_an_artist_without_a_credit_of_its_own_has_the_name_of_the_whole_credit() -> None:
    entry = track(1)
    del entry["extension"][OF_TRACK]["additional_metadata"]
    [credit] = rows(curate(frame(playlist(entry))), "track_artists")
    assert (credit["artist_id"], credit["artist_name"]) == (mbid("arti", 1), "Artist 1")


def test_a_credit_that_is_not_sent_in_one_text_is_joined_of_its_artists() -> None:
    row = of_one(track(1, artist(1, " & "), artist(2), creator=None))
    assert row["artist_names"] == "Artist 1 & Artist 2"


def test_of_several_artists_without_names_of_their_own_the_ids_are_known() -> None:
    entry = track(1, artist(1, " & "), artist(2))
    del entry["extension"][OF_TRACK]["additional_metadata"]
    transformed = curate(frame(playlist(entry)))
    credited = [
        (row["artist_id"], row["artist_name"]) for row in rows(transformed, "track_artists")
    ]
    assert credited == [(mbid("arti", 1), None), (mbid("arti", 2), None)]
    assert rows(transformed, "playlist_items")[0]["artist_names"] == "Artist 1 & Artist 2"


def test_a_null_entry_keeps_its_position() -> None:
    kinds = [
        (row["position"], row["item_type"], row["reason"])
        for row in rows(curate(frame(playlist(track(1), None, track(2)))), "playlist_items")
    ]
    assert kinds == [(0, "track", None), (1, "unavailable", "null_item"), (2, "track", None)]


def test_what_listenbrainz_never_sends_is_null() -> None:
    transformed = curate(frame(playlist(track(1))))
    for table, absent in LISTENBRAINZ.absent.items():
        for row in rows(transformed, table):
            assert {row[column] for column in absent} == {None}


def test_ids_of_another_form_are_noticed_and_kept() -> None:
    entry = track(1, artist(1) | {"artist_mbid": "robin"})
    transformed = curate(frame(playlist(entry)))
    [result] = rows(transformed, "quality_results")
    assert (result["rule"], result["rows_broken"]) == ("artist_mbid_form", 1)
    [row] = rows(transformed, "artists")
    assert row["artist_id"] == "robin"


def test_a_field_that_is_not_known_is_noticed() -> None:
    entry = track(1)
    entry["extension"][OF_TRACK]["mood"] = "blue"
    found = curate(frame(playlist(entry, colour="red"))).unknown_fields
    assert sorted(found) == [
        "playlist.playlist.colour",
        f"playlist.playlist.track[].extension.{OF_TRACK}.mood",
    ]


def test_every_field_that_is_sent_is_known() -> None:
    assert curate(frame(playlist(track(1)))).unknown_fields == {}
