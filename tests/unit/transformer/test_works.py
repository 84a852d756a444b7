"""Tracks, albums, artists and credits: one row each; an absent value is null and never 0."""

from datetime import date

import pytest
from tests.unit.transformer.curated import curate, curate_entries, frame
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    album,
    artist,
    entry,
    playlist,
    spotify_id,
    track,
)

from playlake_contracts.sources.spotify import Api

each_generation = pytest.mark.parametrize("api", GENERATIONS)
HOW = ("source", "run_id", "part", "snapshot_date", "fetched_at")


def facts(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in HOW}


def test_a_classic_track_has_all_of_its_columns() -> None:
    assert facts(curate_entries(entry(track(7))).only("tracks")) == {
        "track_id": "track00000000000000007",
        "name": "Track 7",
        "album_id": "album00000000000000007",
        "duration_ms": 200_007,
        "is_explicit": False,
        "disc_number": 1,
        "track_number": 1,
        "popularity": 50,
        "isrc": "SYNTH0000007",
        "is_playable": None,
        "linked_from_id": None,
        "markets": 2,
    }


def test_values_that_newer_apps_do_not_get_are_null() -> None:
    curated = curate_entries(entry(track(7)), api="items")
    for column in ("popularity", "markets", "linked_from_id"):
        assert curated.only("tracks")[column] is None
    for column in ("popularity", "markets", "label", "genres"):
        assert curated.only("albums")[column] is None
    for column in ("popularity", "followers", "genres"):
        assert curated.only("artists")[column] is None


@pytest.mark.parametrize("popularity", [0, 100, None])
def test_a_popularity_of_0_is_0_and_of_null_is_null(popularity: int | None) -> None:
    values = {"popularity": popularity, "followers": {"total": popularity}}
    curated = curate_entries(
        entry(track(1, album=album(1, **values), artists=[artist(1, **values)], **values))
    )
    for table in ("tracks", "albums", "artists"):
        assert curated.only(table)["popularity"] == popularity
    assert curated.only("artists")["followers"] == popularity


@pytest.mark.parametrize(
    ("markets", "number"), [(["DE", "SE"], 2), (["DE"], 1), ([], 0), (None, None)]
)
def test_markets_are_counted_and_an_empty_list_is_zero(
    markets: list[str] | None, number: int | None
) -> None:
    sent = track(1, available_markets=markets, album=album(1, available_markets=markets))
    curated = curate_entries(entry(sent))
    assert curated.only("tracks")["markets"] == number
    assert curated.only("albums")["markets"] == number


def test_absent_markets_are_null() -> None:
    sent = track(1)
    del sent["available_markets"], sent["album"]["available_markets"]
    curated = curate_entries(entry(sent))
    assert curated.only("tracks")["markets"] is None
    assert curated.only("albums")["markets"] is None


def test_a_relinked_track_keeps_both_ids() -> None:
    asked_for = {"id": spotify_id("track", 99), "type": "track"}
    curated = curate_entries(entry(track(1, linked_from=asked_for, is_playable=True)))
    row = curated.only("tracks")
    assert (row["track_id"], row["linked_from_id"]) == (
        spotify_id("track", 1),
        spotify_id("track", 99),
    )
    assert row["is_playable"] is True
    assert curated.only("playlist_items")["track_id"] == spotify_id("track", 1)


def test_an_album_has_all_of_its_columns() -> None:
    full = album(
        7,
        label="Made Up Records",
        popularity=3,
        genres=["synth", "test"],
        external_ids={"upc": "0"},
    )
    assert facts(curate_entries(entry(track(7, album=full))).only("albums")) == {
        "album_id": "album00000000000000007",
        "name": "Album 7",
        "album_type": "album",
        "release_date": date(1985, 3, 4),
        "release_date_raw": "1985-03-04",
        "release_date_precision": "day",
        "total_tracks": 11,
        "label": "Made Up Records",
        "popularity": 3,
        "genres": "synth,test",
        "upc": "0",
        "image_url": "https://i.scdn.co/image/7-640",
        "markets": 2,
    }


@pytest.mark.parametrize(
    ("raw", "precision", "released"),
    [
        ("1985-03-04", "day", date(1985, 3, 4)),
        ("1978-05", "month", date(1978, 5, 1)),
        ("1985", "year", date(1985, 1, 1)),
        ("0001", "year", date(1, 1, 1)),
        ("9999-12-31", "day", date(9999, 12, 31)),
        ("2020-02-29", "day", date(2020, 2, 29)),
        ("0000", "year", None),
        ("0000-00-00", "day", None),
        ("0000-05", "month", None),
        (None, None, None),
        ("", "day", None),
        ("2020-13-01", "day", None),
        ("2020-13", "month", None),
        ("2021-02-29", "day", None),
        ("2020-1-1", "day", None),
        ("-001", "year", None),
        ("now", "day", None),
        ("today", "day", None),
        ("soon", "year", None),
        ("1985\n", "year", None),
        ("2020-01-01T00:00:00Z", "day", None),
        ("\uff12\uff10\uff12\uff10", "year", None),
    ],
)
def test_a_release_date_is_the_first_day_or_null(
    raw: str | None, precision: str | None, released: date | None
) -> None:
    sent = album(1, release_date=raw, release_date_precision=precision)
    curated = curate_entries(entry(track(1, album=sent)), entry(track(2)))
    first, second = curated.rows("albums")
    assert first["release_date"] == released
    assert (first["release_date_raw"], first["release_date_precision"]) == (raw, precision)
    assert second["release_date"] == date(1985, 3, 4)


def test_a_release_date_may_be_absent() -> None:
    sent = album(1)
    del sent["release_date"], sent["release_date_precision"]
    row = curate_entries(entry(track(1, album=sent))).only("albums")
    assert (row["release_date"], row["release_date_raw"]) == (None, None)


@pytest.mark.parametrize(
    ("images", "url"),
    [
        (None, None),
        ([], None),
        ([{"url": "https://i.scdn.co/1", "height": None, "width": None}], "https://i.scdn.co/1"),
        ([{"url": None}], None),
    ],
)
def test_an_album_may_lack_covers_or_their_sizes(images: list[Json] | None, url: str) -> None:
    curated = curate_entries(entry(track(1, album=album(1, images=images))))
    assert curated.only("albums")["image_url"] == url


@each_generation
def test_a_work_that_occurs_several_times_is_one_row(api: Api) -> None:
    shared = {"album": album(9), "artists": [artist(9)]}
    seen = [entry(track(number, **shared)) for number in (1, 2, 1)]
    curated = curate_entries(*seen, api=api)
    assert len(curated.rows("tracks")) == 2
    assert len(curated.rows("albums")) == 1
    assert len(curated.rows("artists")) == 1
    assert len(curated.rows("track_artists")) == 2
    assert len(curated.rows("album_artists")) == 1


def test_a_work_is_one_row_over_all_playlists_of_a_part_as_seen_last() -> None:
    frames = [
        frame(playlist([entry(track(1, popularity=number))]), playlist_id=f"playlist-{number}")
        for number in range(3)
    ]
    curated = curate(*frames)
    assert len(curated.items) == 3
    assert curated.only("tracks")["popularity"] == 2


@pytest.mark.parametrize("entries_a_chunk", [1, 2, 1000])
def test_a_work_that_differs_is_taken_from_the_last_entry_with_its_credits(
    monkeypatch: pytest.MonkeyPatch, entries_a_chunk: int
) -> None:
    monkeypatch.setattr("playlake_transformer.domain.batch._ENTRIES_A_CHUNK", entries_a_chunk)
    curated = curate_entries(
        entry(track(1, name="Old", artists=[artist(1, name="A")], album=album(1, name="First"))),
        entry(track(2, artists=[artist(2, name="B")], album=album(2))),
        entry(track(1, name="New", artists=[artist(2, name="B*")], album=album(1, name="Last"))),
    )
    names = {row["track_id"]: row["name"] for row in curated.rows("tracks")}
    assert names == {spotify_id("track", 1): "New", spotify_id("track", 2): "Track 2"}
    credited = {(row["track_id"], row["artist_name"]) for row in curated.rows("track_artists")}
    assert credited == {(spotify_id("track", 1), "B*"), (spotify_id("track", 2), "B")}
    albums = {row["album_id"]: row["name"] for row in curated.rows("albums")}
    assert albums[spotify_id("album", 1)] == "Last"
    artists = {row["artist_id"]: row["name"] for row in curated.rows("artists")}
    assert artists[spotify_id("artist", 2)] == "B*"
    assert len(artists) == len(curated.rows("artists"))


@pytest.mark.parametrize("entries_a_chunk", [1, 1000])
def test_a_name_is_not_lost_to_a_later_entry_without_one(
    monkeypatch: pytest.MonkeyPatch, entries_a_chunk: int
) -> None:
    monkeypatch.setattr("playlake_transformer.domain.batch._ENTRIES_A_CHUNK", entries_a_chunk)
    curated = curate_entries(
        entry(track(1, artists=[artist(5, name="Five")], album=album(1, name="First"))),
        entry(track(2, artists=[artist(5, name=None)], album=album(1, name=""))),
    )
    assert {row["name"] for row in curated.rows("artists")} >= {"Five"}
    assert len([row for row in curated.rows("artists") if row["name"] is None]) == 0
    assert curated.only("albums")["name"] == "First"


def test_an_artist_has_the_first_name_that_occurs() -> None:
    nameless, named = artist(5, name="", uri=None), artist(5, name="Five")
    curated = curate_entries(
        entry(track(1, artists=[nameless])), entry(track(2, artists=[named])), entry(track(3))
    )
    names = {row["artist_id"]: row["name"] for row in curated.rows("artists")}
    assert names[spotify_id("artist", 5)] == "Five"
    assert len(curated.rows("artists")) == 4


def test_credits_keep_their_order_and_the_names_as_credited() -> None:
    credited = [artist(3, name="Third"), artist(1), artist(3, name="Third again")]
    curated = curate_entries(entry(track(1, artists=credited)))
    assert [
        (row["position"], row["artist_id"], row["artist_name"])
        for row in curated.rows("track_artists")
    ] == [
        (0, spotify_id("artist", 3), "Third"),
        (1, spotify_id("artist", 1), "Artist 1"),
        (2, spotify_id("artist", 3), "Third again"),
    ]
    assert {row["artist_id"] for row in curated.rows("artists")} == {
        spotify_id("artist", 1),
        spotify_id("artist", 3),
    }


def test_an_artist_without_an_id_is_a_credit_but_not_a_row_of_artists() -> None:
    curated = curate_entries(
        entry(track(1, artists=[artist(1, id=None, name="Who")], album=album(1, artists=[])))
    )
    [credit] = curated.rows("track_artists")
    assert (credit["artist_id"], credit["artist_name"]) == (None, "Who")
    assert curated.rows("artists") == []


def test_an_album_credits_its_own_artists() -> None:
    compilation = album(1, artists=[artist(100, name="Various Artists")])
    curated = curate_entries(entry(track(1, album=compilation)))
    [credit] = curated.rows("album_artists")
    assert credit["album_id"] == spotify_id("album", 1)
    assert credit["artist_name"] == "Various Artists"
    assert {row["artist_id"] for row in curated.rows("artists")} == {
        spotify_id("artist", 1),
        spotify_id("artist", 100),
    }


def test_nulls_are_accepted_in_every_optional_field() -> None:
    kept = {"type", "id", "uri", "name", "album", "artists"}
    nulled = dict.fromkeys(track(1).keys() - kept) | {"linked_from": None, "restrictions": None}
    row = facts(curate_entries(entry(track(1, **nulled))).only("tracks"))
    assert {name: value for name, value in row.items() if value is not None} == {
        "track_id": spotify_id("track", 1),
        "name": "Track 1",
        "album_id": spotify_id("album", 1),
    }
