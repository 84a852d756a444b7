"""What each dialect of Spotify's playlists becomes, from the file to the rows.

The files in tests/golden/saved-files are synthetic.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from landed_files import Landed, land_and_transform
from saved_snapshots import refusals_of, snapshots_in

from playlake_contracts.sources.spotify_dialects import READERS, kinds
from playlake_extractor.sources.dialects import GivenPlaylist

if TYPE_CHECKING:
    from tests.unit.saved_files.conftest import Saved

GOLDEN = Path(__file__).parents[2] / "golden" / "saved-files"
ID = "3cEYpjA9oz9GiPac4AsH4n"
COLUMNS = ("item_type", "identity", "name", "artist_names", "added_at_raw", "reason")


def landed(name: str, given: GivenPlaylist | None = None) -> Landed:
    file = (name, (GOLDEN / name).read_bytes())
    return land_and_transform(*snapshots_in(file, given=given or GivenPlaylist()))


def rows(landed_file: Landed, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in landed_file.items]


FILES = {
    "account-data.json": kinds.ACCOUNT_DATA,
    "archive-pretty.json": kinds.ARCHIVE_PRETTY,
    "archive-cumulative.json": kinds.ARCHIVE_CUMULATIVE,
    "exportify-new.csv": kinds.EXPORTIFY,
    "exportify-old.csv": kinds.EXPORTIFY,
    "exportify-semicolons.csv": kinds.EXPORTIFY,
    "for-players.jspf": kinds.JSPF,
    "for-players.xspf": kinds.XSPF,
    "for-players.m3u8": kinds.M3U,
    "entries.json": kinds.ENTRY_ARRAY,
    "entries.jsonl": kinds.ENTRY_ARRAY,
    "playlists-with-entries.json": kinds.PLAYLIST_WITH_ENTRIES,
}
MINE = GivenPlaylist("mine", "My name")


@pytest.mark.parametrize("name", FILES)
def test_what_is_landed_is_what_was_saved_byte_for_byte(name: str) -> None:
    contents = (GOLDEN / name).read_bytes()
    (frame,) = landed(name, MINE if name.startswith("entries") else None).frames
    assert frame.kind == FILES[name]
    if bytes(frame.playlist).startswith(b'"'):
        assert json.loads(bytes(frame.playlist)).encode() == contents
    else:
        bodies = [bytes(page) for page in frame.pages]
        bodies += [bytes(frame.playlist)] if frame.playlist != b"null" else []
        assert bodies
        assert all(body in contents for body in bodies)


@pytest.mark.parametrize("name", FILES)
def test_both_services_count_and_digest_the_same(name: str) -> None:
    given = MINE if name.startswith("entries") else GivenPlaylist()
    (snapshot,) = snapshots_in((name, (GOLDEN / name).read_bytes()), given=given)
    read = land_and_transform(snapshot)
    (playlist,) = read.playlists
    assert playlist["content_hash"] == snapshot.read.items_sha256
    assert playlist["entries"] == len(read.items) == snapshot.read.tail.entries
    assert playlist["name"] == snapshot.read.name
    assert playlist["total"] == snapshot.read.total
    assert read.unknown_fields == {}


def test_every_kind_has_a_file_here() -> None:
    assert set(FILES.values()) == set(READERS)


def test_account_data_has_tracks_episodes_and_local_files_with_days() -> None:
    read = landed("account-data.json")
    assert rows(read, *COLUMNS) == [
        ("track", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Song, one", "Ana", "2024-05-06", None),
        (
            "episode",
            "spotify:episode:512ojhOuo1ktJprKbVcKyQ",
            "Episode two",
            None,
            "2024-05-07",
            None,
        ),
        (
            "chapter",
            "spotify:chapter:0D5wENdkdwbqlrHoaJ9g29",
            "Chapter three",
            None,
            "2024-05-08",
            None,
        ),
        ("local", "spotify:local:Ben+%26+Co:Tape:Song+four:201", "Song four", "Ben & Co",
         "2024-05-09", None),
        ("unavailable", None, None, None, "2024-05-10", "null_item"),
    ]  # fmt: skip
    assert [row["added_at"].isoformat() for row in read.items][:1] == ["2024-05-06T00:00:00+00:00"]
    assert [row["show_name"] for row in read.items][1:3] == ["Show two", "Book three"]
    assert [row["duration_ms"] for row in read.items][3] == 201_000
    (playlist,) = read.playlists
    assert (playlist["name"], playlist["followers"]) == ("Größe", 3)
    assert playlist["playlist_id"].startswith("name-")


def test_playlists_of_one_name_are_told_apart_by_their_order() -> None:
    file = json.loads((GOLDEN / "account-data.json").read_bytes())
    file["playlists"] *= 2
    found = snapshots_in(("a.json", json.dumps(file).encode()))
    assert len({snapshot.playlist_id for snapshot in found}) == 2
    again = snapshots_in(("b.json", json.dumps(file, indent=1).encode()))
    assert [each.playlist_id for each in again] == [each.playlist_id for each in found]


def test_an_older_download_without_uris_is_refused_because_no_row_would_be_of_use() -> None:
    file = {"playlists": [{"name": "n", "tracks": [{"trackName": "t", "artistName": "a"}]}]}
    (refusal,) = refusals_of(("a.json", json.dumps(file).encode()))
    assert refusal.startswith("a.json[0]: none of the 1 entries has an id")


def test_the_archive_has_links_and_times_without_a_zone() -> None:
    read = landed("archive-pretty.json")
    assert rows(read, "identity", "artist_names", "album_name", "duration_ms", "added_at_raw") == [
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Ana, Ben", "Album", 180_001, None),
        ("spotify:track:7ouMYWpwJ422jRcDASZB7P", "Ben", "Album", 200_000,
         "1970-01-01T00:00:00Z"),
    ]  # fmt: skip
    assert read.items[0]["added_at"].isoformat() == "2024-05-06T10:00:00+00:00"
    assert read.items[1]["added_at"] is None  # the start of the epoch means unknown
    (playlist,) = read.playlists
    assert (playlist["playlist_id"], playlist["snapshot_id"]) == (ID, "AAAAAQ==")
    assert (playlist["owner_id"], playlist["owner_name"]) == ("anna", "Anna")
    assert {artist["artist_id"] for artist in read.artists} == {
        "0OdUWJ0sBjDrqHygGUXeCF", "1vCWHaC5f2uS3yhpwWbIA6",
    }  # fmt: skip


def test_what_was_removed_is_no_entry_of_the_cumulative_archive() -> None:
    read = landed("archive-cumulative.json")
    assert rows(read, "identity", "added_at_raw") == [
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", "2024-05-06"),
        ("spotify:track:7ouMYWpwJ422jRcDASZB7P", None),  # there on the first day
    ]


def test_exportify_with_uris_of_artists() -> None:
    read = landed("exportify-new.csv")
    columns = ("identity", "artist_names", "isrc", "is_explicit", "duration_ms", "added_by")
    assert rows(read, *columns) == [
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Tyler, one, Ben", "GBAYE0000001", False, 180001,
         "anna"),
        ("spotify:local:Ben:Tape:Song+four:201", "Ben", None, None, 201000, "anna"),
    ]  # fmt: skip
    assert [credit["artist_name"] for credit in read.credits] == ["Tyler, one", "Ben"]
    assert [credit["artist_id"] for credit in read.credits] == [
        "0OdUWJ0sBjDrqHygGUXeCF", "1vCWHaC5f2uS3yhpwWbIA6",
    ]  # fmt: skip
    (album,) = read.albums
    assert (album["album_id"], album["release_date_precision"]) == ("2up3OPMp9Tb4dAKM2erWXQ", "day")
    (playlist,) = read.playlists
    assert playlist["name"] == "exportify-new"


def test_exportify_of_the_first_generation() -> None:
    read = landed("exportify-old.csv")
    assert rows(read, "identity", "artist_names", "added_at_raw") == [
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Ana, Ben", None),
    ]
    assert [credit["artist_name"] for credit in read.credits] == ["Ana", "Ben"]


def test_semicolons_between_artists_leave_commas_in_their_names() -> None:
    read = landed("exportify-semicolons.csv")
    assert [credit["artist_name"] for credit in read.credits] == ["Tyler, one", "Ana", "Ben"]


@pytest.mark.parametrize("name", ["for-players.jspf", "for-players.xspf"])
def test_files_for_players_name_their_playlist(name: str) -> None:
    read = landed(name)
    assert rows(read, *COLUMNS) == [
        ("track", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Song & one", "Ana", None, None),
        ("unavailable", "name:Song two\tBen", "Song two", "Ben", None, "no_id"),
    ]
    assert read.items[0]["added_at"].isoformat() == "2024-05-06T10:00:00+00:00"
    assert read.items[0]["added_by"] == "anna"
    (playlist,) = read.playlists
    assert (playlist["playlist_id"], playlist["name"]) == (ID, "Größe")


def test_m3u_has_links_and_titles() -> None:
    read = landed("for-players.m3u8")
    assert rows(read, "identity", "name", "artist_names", "duration_ms") == [
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Song, one", "Ana", 180_000),
        ("spotify:episode:512ojhOuo1ktJprKbVcKyQ", "Episode two", None, None),
    ]


def test_links_one_a_line_are_a_playlist_as_well() -> None:
    links = b"https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC?si=x\nspotify:track:abc\n"
    (snapshot,) = snapshots_in(("mix.txt", links))
    assert (snapshot.kind, snapshot.read.name, snapshot.read.tail.entries) == ("m3u", "mix", 2)


@pytest.mark.parametrize("name", ["entries.json", "entries.jsonl"])
def test_entries_are_of_the_playlist_that_the_user_names(name: str) -> None:
    read = landed(name, MINE)
    (playlist,) = read.playlists
    assert (playlist["playlist_id"], playlist["name"], playlist["api"]) == (
        "mine", "My name", "classic",
    )  # fmt: skip
    assert rows(read, "position", "item_type") == [(0, "track"), (1, "unavailable"), (2, "track")]


@pytest.mark.parametrize("name", ["entries.json", "entries.jsonl"])
def test_entries_without_a_playlist_are_refused_with_what_is_expected(name: str) -> None:
    (refusal,) = refusals_of((name, (GOLDEN / name).read_bytes()))
    assert refusal == (
        f"{name} does not say of which playlist it is: name it with --playlist ID, or with "
        "--name NAME"
    )


def test_a_playlist_that_is_named_alone_has_the_same_id_every_time() -> None:
    files = [(name, (GOLDEN / name).read_bytes()) for name in ("entries.json", "entries.jsonl")]
    ids = [snapshots_in(file, given=GivenPlaylist(name="Mix"))[0].playlist_id for file in files]
    assert len(set(ids)) == 1
    assert ids[0].startswith("name-")


def test_a_backup_has_its_entries_in_the_place_of_a_page() -> None:
    read = landed("playlists-with-entries.json")
    (playlist,) = read.playlists
    assert (playlist["playlist_id"], playlist["total"], playlist["is_complete"]) == (ID, None, True)
    assert [row["item_type"] for row in read.items] == ["track", "local"]


def test_a_total_beside_the_entries_shows_that_some_are_missing(saved: Saved) -> None:
    backup = saved.playlist({"total": 9}, tracks=[saved.entry(1, "track")])
    (snapshot,) = snapshots_in(("a.json", saved.file([backup])))
    assert (snapshot.kind, snapshot.read.total) == ("playlist-with-entries", 9)
    assert not snapshot.read.tail.complete


def test_a_backup_of_an_empty_playlist_is_one(saved: Saved) -> None:
    (snapshot,) = snapshots_in(("a.json", saved.file([saved.playlist(items=None, tracks=[])])))
    assert snapshot.read.tail.entries == 0


def test_a_bad_value_is_null_and_what_was_saved_of_its_entry_is_in_quarantine() -> None:
    csv = (
        "Track URI,Track Name,Duration (ms),Explicit\n"
        "spotify:track:abc,One,long,perhaps\nspotify:track:def,Two,5,true\n"
    )
    read = land_and_transform(*snapshots_in(("a.csv", csv.encode())))
    assert rows(read, "name", "duration_ms", "is_explicit") == [
        ("One", None, None), ("Two", 5, True),
    ]  # fmt: skip
    (quarantined,) = read.quarantine
    assert quarantined["entry_position"] == 0
    assert json.loads(quarantined["raw"]) == {
        "Track URI": "spotify:track:abc", "Track Name": "One", "Duration (ms)": "long",
        "Explicit": "perhaps",
    }  # fmt: skip


def test_a_row_that_breaks_a_rule_finds_what_was_saved_of_it() -> None:
    csv = "Track URI,Track Name,Popularity\nspotify:track:abc,One,5\nspotify:track:def,Two,900\n"
    read = land_and_transform(*snapshots_in(("a.csv", csv.encode())))
    (quarantined,) = read.quarantine
    assert json.loads(quarantined["raw"])["Track Name"] == "Two"
    assert quarantined["entry_position"] == 1


def test_an_unknown_field_is_noticed_in_every_format_that_has_fields() -> None:
    file = json.loads((GOLDEN / "archive-pretty.json").read_bytes())
    file["tracks"][0]["mood"] = file["tracks"][1]["mood"] = "blue"
    read = land_and_transform(*snapshots_in(("a.json", json.dumps(file).encode())))
    assert read.unknown_fields == {"playlist.tracks[].mood": 1}
