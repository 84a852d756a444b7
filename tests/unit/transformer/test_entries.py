"""What becomes of each kind of entry: every one is a row at its position."""

from datetime import UTC, datetime

import pytest
from tests.unit.transformer.curated import curate_entries
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    album,
    artist,
    entry,
    episode,
    local_track,
    spotify_id,
    takedown,
    track,
)

from playlake_contracts.sources.spotify import Api

each_generation = pytest.mark.parametrize("api", GENERATIONS)


@each_generation
def test_a_track_is_a_row_with_all_values_of_its_entry(api: Api) -> None:
    curated = curate_entries(entry(track(7)), api=api)
    [row] = curated.items
    assert row == {
        "source": "spotify",
        "run_id": "20261121T060000Z-k3x2ab",
        "part": "part-0000",
        "snapshot_date": "2026-11-21",
        "fetched_at": datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC),
        "playlist_id": "playlist00000000000001",
        "position": 0,
        "item_type": "track",
        "track_id": "track00000000000000007",
        "episode_id": None,
        "identity": "spotify:track:track00000000000000007",
        "isrc": "SYNTH0000007",
        "name": "Track 7",
        "artist_names": "Artist 7",
        "album_name": "Album 7",
        "show_id": None,
        "show_name": None,
        "duration_ms": 200_007,
        "is_explicit": False,
        "is_playable": None,
        "added_at": datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC),
        "added_at_raw": None,
        "added_by": "alice",
        "reason": None,
    }


@each_generation
def test_a_null_item_keeps_its_position(api: Api) -> None:
    rows = curate_entries(entry(track(1)), entry(None), entry(track(2)), api=api).items
    assert [row["position"] for row in rows] == [0, 1, 2]
    assert rows[1]["item_type"] == "unavailable"
    assert rows[1]["reason"] == "null_item"
    assert rows[1]["added_at"] == datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)
    for column in ("track_id", "episode_id", "identity", "name", "duration_ms"):
        assert rows[1][column] is None


def test_an_entry_without_an_item_keeps_its_position() -> None:
    """Spotify answers so when `fields` names only the other generation's keys."""
    rows = curate_entries({}, entry(track(1))).items
    assert [row["position"] for row in rows] == [0, 1]
    assert (rows[0]["item_type"], rows[0]["reason"]) == ("unavailable", "absent_item")
    assert rows[0]["added_at"] is None


@each_generation
def test_a_null_entry_keeps_its_position(api: Api) -> None:
    rows = curate_entries(entry(track(1)), None, entry(track(2)), api=api).items
    assert [row["position"] for row in rows] == [0, 1, 2]
    assert (rows[1]["item_type"], rows[1]["reason"]) == ("unavailable", "null_item")
    assert rows[1]["added_by"] is None


@each_generation
def test_a_takedown_keeps_its_track_id_and_is_unavailable(api: Api) -> None:
    curated = curate_entries(entry(takedown(3)), api=api)
    [row] = curated.items
    assert (row["item_type"], row["reason"]) == ("unavailable", "taken_down")
    assert row["track_id"] == spotify_id("track", 3)
    assert (row["name"], row["artist_names"], row["duration_ms"]) == (None, None, 0)
    for table in ("tracks", "albums", "artists", "track_artists", "album_artists"):
        assert curated.rows(table) == []


@each_generation
def test_a_local_file_is_identified_by_its_uri(api: Api) -> None:
    curated = curate_entries(entry(local_track()), api=api)
    [row] = curated.items
    assert row["item_type"] == "local"
    assert row["identity"] == "spotify:local:Garage+Band:Demo+Tape:First+Take:183"
    assert (row["name"], row["artist_names"]) == ("First Take", "Garage Band")
    assert (row["album_name"], row["duration_ms"]) == ("Demo Tape", 183_000)
    assert (row["track_id"], row["episode_id"], row["reason"]) == (None, None, None)
    assert curated.rows("tracks") == []
    assert curated.rows("albums") == []
    assert curated.rows("artists") == []


def test_a_file_is_local_if_the_entry_or_the_item_says_so() -> None:
    by_entry = local_track()
    del by_entry["is_local"]
    rows = curate_entries(
        entry(by_entry, is_local=True), entry(local_track(), is_local=False)
    ).items
    assert [row["item_type"] for row in rows] == ["local", "local"]


def test_local_files_do_not_collapse_into_one() -> None:
    rows = curate_entries(*[entry(local_track(uri=f"spotify:local:{n}")) for n in range(3)]).items
    assert [row["identity"] for row in rows] == [f"spotify:local:{n}" for n in range(3)]


@each_generation
def test_an_episode_is_a_row_with_its_show(api: Api) -> None:
    curated = curate_entries(entry(episode(5)), api=api)
    [row] = curated.items
    assert row["item_type"] == "episode"
    assert (row["episode_id"], row["track_id"]) == ("episode000000000000005", None)
    assert (row["show_id"], row["show_name"]) == ("show000000000000000005", "Show 5")
    assert (row["album_name"], row["artist_names"]) == (None, None)
    assert (row["duration_ms"], row["is_explicit"]) == (1_800_000, True)
    assert curated.rows("tracks") == []


@pytest.mark.parametrize("empty", [None, ""])
def test_an_item_without_an_id_is_unavailable(empty: str | None) -> None:
    curated = curate_entries(entry(track(1, id=empty)))
    [row] = curated.items
    assert row["track_id"] is None
    assert curated.rows("tracks") == []
    assert (row["item_type"], row["reason"]) == ("unavailable", "no_id")
    assert row["name"] == "Track 1"


@each_generation
def test_a_track_twice_in_a_playlist_keeps_both_positions(api: Api) -> None:
    curated = curate_entries(
        entry(track(1)), entry(track(2)), entry(track(1), added_by=None), api=api
    )
    assert [(row["position"], row["name"]) for row in curated.items] == [
        (0, "Track 1"),
        (1, "Track 2"),
        (2, "Track 1"),
    ]
    assert sorted(row["name"] for row in curated.rows("tracks")) == ["Track 1", "Track 2"]


@pytest.mark.parametrize(
    ("raw", "added_at"),
    [
        ("2013-01-19T21:31:09Z", datetime(2013, 1, 19, 21, 31, 9, tzinfo=UTC)),
        ("2013-01-19T21:31:09.5Z", datetime(2013, 1, 19, 21, 31, 9, 500_000, tzinfo=UTC)),
        ("2013-01-19T21:31:09+02:00", datetime(2013, 1, 19, 19, 31, 9, tzinfo=UTC)),
        ("2013-01-19T21:31:09-11:30", datetime(2013, 1, 20, 9, 1, 9, tzinfo=UTC)),
        ("2013-01-19T21:31:09+99:99", None),
        ("9999-12-31T23:59:59Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        (None, None),
        ("", None),
        ("garbage", None),
        ("now", None),
        ("today", None),
        ("NaT", None),
        ("2013-13-19T21:31:09Z", None),
        ("2013-01-19T25:31:09Z", None),
        ("0000-00-00T00:00:00Z", None),
        ("2013-01-19", datetime(2013, 1, 19, tzinfo=UTC)),
        ("2013-02-29", None),
        ("0001-01-01", None),
        ("2013-01-19T21:31:09Z\n", None),
        ("2013-01-19T21:31:09.123456789Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("10000-01-01T00:00:00Z", None),
    ],
)
def test_the_text_of_added_at_is_kept_as_sent_unless_it_is_a_time(
    raw: str | None, added_at: datetime | None
) -> None:
    first, second = curate_entries(entry(track(1), added_at=raw), entry(track(2))).items
    assert first["added_at"] == added_at
    is_time = first["added_at"] is not None and "T" in (raw or "")
    assert first["added_at_raw"] == (None if is_time else raw)
    assert second["added_at"] == datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "added_by"),
    [
        ({"id": "alice"}, "alice"),
        ({"id": ""}, None),
        ({"id": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_added_by_is_an_id_or_null(sent: Json | None, added_by: str | None) -> None:
    [row] = curate_entries(entry(track(1), added_by=sent)).items
    assert row["added_by"] == added_by


@each_generation
def test_an_item_that_cannot_be_played_has_a_reason(api: Api) -> None:
    market = track(1, is_playable=False, restrictions={"reason": "market"})
    podcast = episode(1, is_playable=False, restrictions={"reason": "explicit"})
    silent = track(2, is_playable=False, restrictions={})
    rows = curate_entries(entry(market), entry(podcast), entry(silent), api=api).items
    assert [(row["is_playable"], row["reason"]) for row in rows] == [
        (False, "restricted: market"),
        (False, "restricted: explicit"),
        (False, None),
    ]


@pytest.mark.parametrize("changes", [{"album": None}, {"album": {}}])
def test_a_track_may_lack_its_album(changes: Json) -> None:
    curated = curate_entries(entry(track(1, **changes)))
    assert curated.only("playlist_items")["item_type"] == "track"
    assert curated.only("playlist_items")["album_name"] is None
    assert curated.only("tracks")["album_id"] is None
    assert curated.rows("albums") == []


def test_a_track_may_lack_the_key_of_its_album() -> None:
    bare = track(1)
    del bare["album"], bare["artists"]
    curated = curate_entries(entry(bare))
    assert curated.only("tracks")["album_id"] is None
    assert curated.rows("track_artists") == []


@pytest.mark.parametrize("artists", [[], None])
def test_a_track_may_have_no_artists(artists: list[Json] | None) -> None:
    curated = curate_entries(entry(track(1, artists=artists, album=album(1, artists=artists))))
    assert curated.only("playlist_items")["artist_names"] is None
    assert curated.only("tracks")["name"] == "Track 1"
    assert curated.rows("track_artists") == []
    assert curated.rows("artists") == []


def test_artist_names_are_in_the_order_of_the_credits() -> None:
    credited = [artist(2, name="Zoë"), artist(1, name=""), artist(3, name="Abba")]
    [row] = curate_entries(entry(track(1, artists=credited))).items
    assert row["artist_names"] == "Zoë, Abba"


@pytest.mark.parametrize("kind", ["chapter", "audiobook"])
@each_generation
def test_chapters_and_audiobooks_have_their_own_item_types(kind: str, api: Api) -> None:
    book = {"id": spotify_id("book", 1), "name": "A Synthetic Book", "type": "audiobook"}
    sent = track(1, type=kind, uri=f"spotify:{kind}:1", audiobook=book)
    curated = curate_entries(entry(sent), api=api)
    [row] = curated.items
    assert (row["item_type"], row["identity"]) == (kind, f"spotify:{kind}:1")
    assert (row["show_id"], row["show_name"]) == (spotify_id("book", 1), "A Synthetic Book")
    assert (row["track_id"], row["episode_id"]) == (None, None)
    for table in ("tracks", "albums", "artists", "track_artists"):
        assert curated.rows(table) == []


def test_an_item_of_an_unknown_type_is_other() -> None:
    curated = curate_entries(entry(track(1, type="video")))
    [row] = curated.items
    assert (row["item_type"], row["reason"]) == ("other", "unknown type: video")
    assert row["name"] == "Track 1"
    assert curated.rows("tracks") == []


@pytest.mark.parametrize("kind", ["track", "episode", "chapter"])
def test_an_item_without_a_type_has_the_type_in_its_uri(kind: str) -> None:
    """`fields=` may have left the type out of what somebody saved."""
    [row] = curate_entries(entry(track(1, type=None, uri=f"spotify:{kind}:1"))).items
    assert row["item_type"] == kind


@pytest.mark.parametrize("uri", ["synthetic", ":", "", "spotify:", "spotify:video", None])
def test_an_item_without_a_type_and_without_a_spotify_uri_is_a_track(uri: str | None) -> None:
    [row] = curate_entries(entry(track(1, type=None, uri=uri))).items
    assert (row["item_type"], row["reason"]) == ("track", None)


def test_the_reason_names_an_unknown_type_that_only_the_uri_has() -> None:
    [row] = curate_entries(entry(track(1, type=None, uri="spotify:video:1"))).items
    assert (row["item_type"], row["reason"]) == ("other", "unknown type: video")


def test_a_track_without_the_key_name_is_not_a_takedown() -> None:
    bare = {"id": spotify_id("track", 1), "uri": "spotify:track:1"}
    [row] = curate_entries(entry(bare)).items
    assert (row["item_type"], row["reason"]) == ("track", None)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_id_counts_as_absent(empty: str | None) -> None:
    sent = track(1, album=album(1, id=empty), artists=[artist(1, id=empty)])
    curated = curate_entries(entry(sent))
    assert curated.only("tracks")["album_id"] is None
    assert curated.rows("albums") == []
    assert curated.rows("artists") == []
    assert curated.only("track_artists")["artist_id"] is None
