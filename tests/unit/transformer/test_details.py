"""Details of artists and albums. All responses are synthetic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.transformer.curated import FETCHED_AT, RUN, curate, frame, values_of
from tests.unit.transformer.synthetic import entry, playlist, track

from playlake_contracts.raw import RawDetails, encode_details
from playlake_transformer.domain.batch import Batch
from playlake_transformer.domain.sources.spotify import SPOTIFY
from playlake_transformer.domain.sources.spotify.decode import read_album, read_artist
from playlake_transformer.domain.sources.spotify.piecewise import (
    read_album_piecewise,
    read_artist_piecewise,
)
from playlake_transformer.errors import UnknownSchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.frame_readers import FrameReader

ARTIST: Mapping[str, Any] = {
    "id": "artist0000000000000001",
    "name": "Synthetic Sisters",
    "followers": {"href": None, "total": 12_345},
    "genres": ["dream pop", "shoegaze"],
    "popularity": 61,
    "uri": "spotify:artist:artist0000000000000001",
}
ALBUM: Mapping[str, Any] = {
    "id": "album00000000000000001",
    "name": "Invented Evenings",
    "artists": [{"id": ARTIST["id"], "name": ARTIST["name"]}],
    "external_ids": {"upc": "00012345678905"},
    "genres": [],
    "label": "Nobody's Records",
    "popularity": 40,
    "release_date": "1999",
    "release_date_precision": "year",
    "tracks": {"items": [{"id": "track00000000000000001", "name": "First"}], "total": 1},
}


def details(
    kind: str, response: object, *, requested_id: str = "requested", run_id: str = str(RUN)
) -> bytes:
    sent = response if isinstance(response, bytes) else json.dumps(response, indent=2).encode()
    return encode_details(
        RawDetails(
            source="spotify",
            kind=kind,
            id=requested_id,
            run_id=run_id,
            fetched_at=FETCHED_AT,
            response=msgspec.Raw(sent),
        )
    )


def test_the_details_of_an_artist_are_a_row() -> None:
    row = curate(details("artist", ARTIST)).only("artists")

    assert row["artist_id"] == ARTIST["id"]
    assert (row["followers"], row["popularity"]) == (12_345, 61)
    assert row["genres"] == "dream pop,shoegaze"
    assert row["fetched_at"] == FETCHED_AT


def test_the_details_of_an_album_are_a_row_and_its_credits_but_no_tracks() -> None:
    curated = curate(details("album", ALBUM))

    row = curated.only("albums")
    assert (row["label"], row["popularity"], row["upc"]) == (
        "Nobody's Records",
        40,
        "00012345678905",
    )
    assert str(row["release_date"]) == "1999-01-01"
    assert curated.only("album_artists")["artist_id"] == ARTIST["id"]
    assert {file.table for file in curated.transformed.files} == {"albums", "album_artists"}


def test_values_that_newer_apps_do_not_get_are_null() -> None:
    bare = {"id": ARTIST["id"], "name": ARTIST["name"]}

    row = curate(details("artist", bare)).only("artists")

    assert (row["followers"], row["popularity"], row["genres"]) == (None, None, None)


def test_details_are_not_counted_as_snapshots() -> None:
    curated = curate(details("artist", ARTIST), details("album", ALBUM))

    assert curated.transformed.snapshots == 0
    assert curated.transformed.json_bytes > 0


def test_two_ids_of_one_artist_or_album_are_one_row() -> None:
    curated = curate(
        details("artist", ARTIST, requested_id="one"),
        details("artist", ARTIST, requested_id="other"),
        details("album", ALBUM, requested_id="one"),
        details("album", ALBUM, requested_id="other"),
    )

    assert curated.only("artists")["artist_id"] == ARTIST["id"]
    assert curated.only("albums")["album_id"] == ALBUM["id"]
    assert len(curated.rows("album_artists")) == 1


def test_an_album_from_details_and_from_a_playlist_is_one_row() -> None:
    snapshot = frame(playlist([entry(track(album=dict(ALBUM)))]))

    curated = curate(snapshot, details("album", ALBUM), details("artist", ARTIST))

    assert curated.only("albums")["album_id"] == ALBUM["id"]
    assert len({row["artist_id"] for row in curated.rows("artists")}) == len(
        curated.rows("artists")
    )


@pytest.mark.parametrize(
    ("kind", "response", "table", "code"),
    [
        ("artist", {**ARTIST, "id": None}, "artists", "wrong_type"),
        ("artist", {**ARTIST, "id": ""}, "artists", "wrong_type"),
        ("artist", {"name": "nobody"}, "artists", "wrong_type"),
        ("album", ["no album"], "albums", "wrong_type"),
        ("album", b"null", "albums", "wrong_type"),
    ],
)
def test_details_that_cannot_be_a_row_are_quarantined_with_the_reason(
    kind: str, response: object, table: str, code: str
) -> None:
    good = details("artist", {**ARTIST, "id": "good"})

    curated = curate(good, details(kind, response))

    [kept] = curated.quarantined(table)
    assert kept["code"] == code
    assert kept["reason"]
    assert json.loads(kept["raw"]) == (None if response == b"null" else response)
    assert curated.only("artists")["artist_id"] == "good"
    assert curated.transformed.snapshots == 0


@pytest.mark.parametrize(
    ("kind", "response", "table", "null"),
    [
        ("artist", {**ARTIST, "popularity": 2**31}, "artists", "popularity"),
        ("album", {**ALBUM, "label": 5}, "albums", "label"),
    ],
)
def test_a_bad_field_of_details_is_null_and_other_fields_stay(
    kind: str, response: Mapping[str, Any], table: str, null: str
) -> None:
    curated = curate(details(kind, response))
    row = curated.only(table)
    assert (row["name"], row[null]) == (response["name"], None)
    [kept] = curated.quarantined()
    assert (kept["table_name"], json.loads(kept["raw"])) == (table, response)


def test_details_of_another_run_are_quarantined_with_the_reason() -> None:
    curated = curate(details("artist", ARTIST, run_id="20261120T060000Z-k3x2ab"))

    [kept] = curated.quarantined("artists")
    assert kept["code"] == "envelope_mismatch"


def test_text_that_no_column_can_store_is_replaced() -> None:
    sent = json.dumps({**ARTIST, "name": "Sisters"}).replace("Sisters", r"\u0000\ud800").encode()

    row = curate(details("artist", sent)).only("artists")

    assert row["name"] == "��"


@pytest.mark.parametrize(("kind", "response"), [("artist", ARTIST), ("album", ALBUM)])
def test_reading_piece_by_piece_and_at_once_give_the_same_rows(
    kind: str, response: Mapping[str, Any]
) -> None:
    sent = details(kind, response)

    readers: dict[str, tuple[FrameReader, FrameReader]] = {
        "artist": (read_artist, read_artist_piecewise),
        "album": (read_album, read_album_piecewise),
    }
    at_once, piece_by_piece = Batch(SPOTIFY), Batch(SPOTIFY)
    for batch, read in zip((at_once, piece_by_piece), readers[kind], strict=True):
        batch.add(read(sent))
    assert values_of(at_once) == values_of(piece_by_piece)


def test_an_unknown_kind_of_frame_rejects_the_part() -> None:
    later = details("artist", ARTIST).replace(b'"artist"', b'"audiobook"', 1)

    with pytest.raises(UnknownSchemaError, match="audiobook"):
        curate(later)
