"""Bad input affects only itself: bad values are null, and their raw JSON is quarantined."""

from __future__ import annotations

import json

import pytest
from tests.unit.listenbrainz.jspf import (
    OF_TRACK,
    PLAYLIST,
    Json,
    curate,
    frame,
    mbid,
    playlist,
    recording,
    rows,
    track,
)

from playlake_transformer.domain.sources.listenbrainz import LISTENBRAINZ
from playlake_transformer.errors import CountMismatchError, UnknownSchemaError


def extended(number: int, **fields: object) -> Json:
    entry = track(number)
    entry["extension"][OF_TRACK].update(fields)
    return entry


# An entry with a value of a wrong type: the path of the value, and the columns that become null.
WRONG: list[tuple[Json, str, tuple[str, ...]]] = [
    (track(2, title=5), "$.title", ("name",)),
    (track(2, album={}), "$.album", ("album_name",)),
    (track(2, duration="long"), "$.duration", ("duration_ms",)),
    (track(2, duration=1.5), "$.duration", ("duration_ms",)),
    (extended(2, added_at=5), f"$.extension.{OF_TRACK}.added_at", ("added_at",)),
    (extended(2, added_by=["robin"]), f"$.extension.{OF_TRACK}.added_by", ("added_by",)),
    (extended(2, artist_identifiers="x"), f"$.extension.{OF_TRACK}.artist_identifiers", ()),
    (track(2, extension=[]), "$.extension", ("added_at", "added_by")),
]


@pytest.mark.parametrize(("bad", "path", "nulls"), WRONG, ids=[one[1] for one in WRONG])
def test_a_wrong_type_nulls_its_field_and_nothing_else(
    bad: Json, path: str, nulls: tuple[str, ...]
) -> None:
    transformed = curate(frame(playlist(track(1), bad, track(3))))
    first, middle, last = rows(transformed, "playlist_items")
    [kept] = rows(transformed, "quarantine")
    assert (kept["table_name"], kept["playlist_id"]) == ("playlist_items", PLAYLIST)
    assert (kept["code"], kept["entry_position"]) == ("wrong_type", 1)
    assert json.loads(kept["raw"]) == bad
    assert kept["reason"].endswith(f" - at `{path}`")
    assert middle["reason"] == f"wrong_type: {kept['reason']}"
    assert (first["reason"], last["reason"]) == (None, None)
    good = rows(curate(frame(playlist(track(1), track(2), track(3)))), "playlist_items")[1]
    expected = {name: None if name in nulls else value for name, value in good.items()}
    assert {**middle, "reason": None} == expected


@pytest.mark.parametrize("identifier", [5, [5], {}, [recording(2), 5]])
def test_an_unreadable_identifier_leaves_the_names(identifier: object) -> None:
    transformed = curate(frame(playlist(track(2, identifier=identifier))))
    [row] = rows(transformed, "playlist_items")
    assert (row["item_type"], row["identity"]) == ("unavailable", "name:Song 2\tArtist 2")
    assert row["reason"].startswith("wrong_type: ")
    assert len(rows(transformed, "quarantine")) == 1


@pytest.mark.parametrize("bad", [5, "entry", [], True])
def test_an_entry_that_is_no_object_keeps_its_position(bad: object) -> None:
    transformed = curate(frame(playlist(track(1), bad, track(3))))
    read = rows(transformed, "playlist_items")
    assert [row["item_type"] for row in read] == ["track", "unreadable", "track"]
    assert read[1]["identity"] is None
    assert [row["entry_position"] for row in rows(transformed, "quarantine")] == [1]


def test_an_old_identifier_is_read_beside_a_bad_field() -> None:
    bad = track(1, identifier=recording(1), title=5)
    [row] = rows(curate(frame(playlist(bad))), "playlist_items")
    assert (row["track_id"], row["name"]) == (mbid("song", 1), None)


def test_bad_metadata_leave_the_entries() -> None:
    transformed = curate(frame(playlist(track(1), title=5)))
    [row] = rows(transformed, "playlists")
    assert (row["name"], row["owner_id"], row["entries"]) == (None, "robin", 1)
    [kept] = rows(transformed, "quarantine")
    assert (kept["table_name"], kept["entry_position"]) == ("playlists", None)


@pytest.mark.parametrize("tracks", [{}, "none", 5])
def test_entries_that_are_no_list_make_the_snapshot_incomplete(tracks: object) -> None:
    transformed = curate(frame(playlist(track=tracks), entries=0))
    [row] = rows(transformed, "playlists")
    assert (row["name"], row["entries"], row["is_complete"]) == ("Rainy days", 0, False)
    assert "playlist_items" in {row["table_name"] for row in rows(transformed, "quarantine")}


@pytest.mark.parametrize("response", [b"[]", b'"text"', b"5", b'{"playlist":5}'])
def test_a_response_that_is_no_playlist_is_quarantined(response: bytes) -> None:
    transformed = curate(frame(response))
    [row] = rows(transformed, "playlists")
    assert (row["name"], row["entries"], row["is_complete"]) == (None, 0, False)
    assert rows(transformed, "quarantine")


def test_invalid_utf_8_is_replaced_and_kept_aside() -> None:
    body = json.dumps(playlist(track(1))).encode().replace(b"Song 1", b"Song \xff")
    transformed = curate(frame(body, entries=1))
    [row] = rows(transformed, "playlist_items")
    assert row["name"] == "Song \ufffd"
    assert row["reason"].startswith("invalid_unicode")


def test_entries_are_checked_against_the_extractors_count() -> None:
    with pytest.raises(CountMismatchError, match="has 1 entries, but the extractor counted 2"):
        curate(frame(playlist(track(1)), entries=2))


def test_the_raw_json_of_each_entry_is_found_at_its_position() -> None:
    sent = [track(1), None, track(2)]
    pieces = LISTENBRAINZ.pieces(frame(playlist(*sent)))
    assert [position for position, _ in pieces] == [0, 1, 2]
    assert [json.loads(raw) for _, raw in pieces] == sent


def test_a_rejected_value_leaves_its_raw_json_in_quarantine() -> None:
    transformed = curate(frame(playlist(track(1, duration=-1))))
    [row] = rows(transformed, "playlist_items")
    assert (row["duration_ms"], row["item_type"]) == (None, "track")
    assert {kept["table_name"] for kept in rows(transformed, "quarantine")} >= {"playlist_items"}


def test_a_frame_of_another_kind_is_rejected() -> None:
    raw = frame(playlist(track(1))).replace(b'"kind":"playlist"', b'"kind":"album"')
    with pytest.raises(UnknownSchemaError, match="kind 'album'"):
        curate(raw)
