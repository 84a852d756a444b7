"""What YouTube sends becomes rows, whatever became of the videos and of the JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.transformer.curated import FETCHED_AT, RUN, Curated, part
from youtube_responses import (
    CHANNEL_ID,
    OWNER_ID,
    PLAYLIST_ID,
    entry,
    listed,
    lost,
    page,
    playlists,
    video_id,
)

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import Head, Tail, encode_snapshot
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.transform import Transformed, transform
from playlake_transformer.errors import CountMismatchError

KEY = RawKey.of_part("youtube", RUN, 0)


def raw_part(playlist: object, *pages: object, entries: int) -> bytes:
    head = Head(
        source="youtube",
        playlist_id=PLAYLIST_ID,
        run_id=str(RUN),
        fetched_at=FETCHED_AT,
        snapshot_id=None,
    )
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in pages]
    tail = Tail(api=None, entries=entries, complete=True)
    response = json.dumps(playlist).encode()
    return part(b"".join(encode_snapshot(head, lambda: response, bodies, lambda: tail)))


def transformed(*entries: object, playlist: object = None, **fields: Any) -> Transformed:  # noqa: ANN401 - JSON
    response = playlists(listed(count=len(entries))) if playlist is None else playlist
    return transform(raw_part(response, page(*entries, **fields), entries=len(entries)), KEY)


def curated(*entries: object, **fields: Any) -> Curated:  # noqa: ANN401 - JSON
    return Curated(transformed(*entries, **fields))


def test_a_video_is_a_track_and_its_owner_an_artist() -> None:
    found = curated(entry(1))
    [row] = found.items
    assert (row["item_type"], row["track_id"], row["identity"]) == (
        "track",
        video_id(1),
        f"https://www.youtube.com/watch?v={video_id(1)}",
    )
    assert (row["name"], row["artist_names"]) == ("Synthetic video 1", "Synthetic band - Topic")
    assert row["added_at"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert row["added_by"] == CHANNEL_ID
    assert found.only("tracks")["track_id"] == video_id(1)
    assert found.only("artists")["artist_id"] == OWNER_ID
    assert found.only("track_artists")["artist_name"] == "Synthetic band - Topic"


def test_a_playlist_keeps_what_youtube_tells() -> None:
    row = curated(entry(1), lost(2)).only("playlists")
    assert (row["source"], row["name"], row["owner_id"], row["owner_name"]) == (
        "youtube",
        "Synthetic playlist",
        CHANNEL_ID,
        "Synthetic listener",
    )
    assert (row["description"], row["image_url"], row["is_public"]) == (
        "synthetic & small",
        "https://i.example/large.jpg",
        True,
    )
    assert (row["total"], row["entries"], row["is_complete"]) == (2, 2, True)


@pytest.mark.parametrize(("privacy", "is_public"), [("unlisted", False), ("private", False)])
def test_only_a_public_playlist_is_public(privacy: str, is_public: bool) -> None:
    one = {**listed(), "status": {"privacyStatus": privacy}}
    assert curated(entry(1), playlist=playlists(one)).only("playlists")["is_public"] is is_public


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (lost(1), "deleted"),
        (lost(1, "Private video", "private"), "private"),
        (lost(1, "Vidéo privée", "private"), "private"),
        (lost(1, "Vidéo supprimée"), "deleted"),
    ],
)
def test_a_lost_video_keeps_its_position_and_its_identity(sent: object, reason: str) -> None:
    found = curated(entry(0), sent)
    row = found.items[1]
    assert (row["item_type"], row["reason"], row["position"]) == ("unavailable", reason, 1)
    assert (row["identity"], row["track_id"]) == (
        f"https://www.youtube.com/watch?v={video_id(1)}",
        video_id(1),
    )
    assert row["name"] is None
    assert row["artist_names"] is None
    assert [track["track_id"] for track in found.rows("tracks")] == [video_id(0)]


@pytest.mark.parametrize("title", ["Deleted video", "Private video"])
def test_a_video_of_that_title_with_an_owner_is_a_video(title: str) -> None:
    [row] = curated(entry(1, title=title)).items
    assert (row["item_type"], row["name"], row["reason"]) == ("track", title, None)


def test_a_video_without_an_owner_is_not_lost_for_that_alone() -> None:
    sent = lost(1, "Synthetic video", "public")
    assert curated(sent).items[0]["item_type"] == "track"


def test_entries_are_numbered_over_all_pages() -> None:
    pages = [page(entry(0), entry(1), total=3, next_page="more"), page(entry(0), total=3)]
    raw = raw_part(playlists(listed()), *pages, entries=3)
    rows = Curated(transform(raw, KEY)).items
    assert [(row["position"], row["track_id"]) for row in rows] == [
        (0, video_id(0)),
        (1, video_id(1)),
        (2, video_id(0)),
    ]


def test_a_bad_value_is_null_and_its_entry_lies_in_quarantine() -> None:
    bad = entry(1, title=7)
    found = curated(entry(0), bad, entry(2))
    assert [row["track_id"] for row in found.items] == [video_id(number) for number in range(3)]
    assert found.items[1]["name"] is None
    assert found.items[1]["reason"].startswith("wrong_type: ")
    [quarantined] = found.quarantined("playlist_items")
    assert (quarantined["entry_position"], json.loads(quarantined["raw"])) == (1, bad)


@pytest.mark.parametrize(
    ("sent", "item_type", "reason"),
    [
        (None, "unavailable", "no_id"),
        ({}, "unavailable", "no_id"),
        ({"snippet": None, "contentDetails": None, "status": None}, "unavailable", "no_id"),
        (5, "unreadable", "wrong_type"),
        ({"snippet": "text"}, "unreadable", "wrong_type"),
        ({"snippet": {"title": "only a title"}}, "unavailable", "no_id"),
    ],
)
def test_an_entry_without_a_video_keeps_its_position(
    sent: object, item_type: str, reason: str
) -> None:
    found = curated(entry(0), sent, entry(2))
    row = found.items[1]
    assert (row["item_type"], row["identity"], row["track_id"]) == (item_type, None, None)
    assert row["reason"].startswith(reason)


def test_the_id_of_a_video_is_read_from_either_place() -> None:
    no_details = {**entry(1), "contentDetails": {}}
    no_resource = entry(2, resourceId=None)
    assert [row["track_id"] for row in curated(no_details, no_resource).items] == [
        video_id(1),
        video_id(2),
    ]


@pytest.mark.parametrize(
    "playlist", [playlists(), playlists(None), {"items": None}, {"items": 5}, 5, None, []]
)
def test_a_playlist_that_cannot_be_read_costs_no_entry(playlist: object) -> None:
    raw = raw_part(playlist, page(entry(1)), entries=1)
    found = Curated(transform(raw, KEY))
    assert [row["track_id"] for row in found.items] == [video_id(1)]
    assert found.only("playlists")["name"] is None


def test_a_page_that_cannot_be_read_makes_the_snapshot_incomplete() -> None:
    raw = raw_part(playlists(listed()), page(entry(1)), b'{"items": 5}', entries=1)
    found = Curated(transform(raw, KEY))
    assert found.only("playlists")["is_complete"] is False
    assert [row["raw"] for row in found.quarantined("playlist_items")] == ['{"items": 5}']


def test_a_total_that_is_no_number_is_null() -> None:
    found = curated(entry(1), total="many")
    assert found.only("playlists")["total"] is None
    assert len(found.items) == 1


@pytest.mark.parametrize("escape", ["\0", "\ud83d"], ids=["NUL", "half a surrogate pair"])
def test_escapes_that_no_text_can_hold_are_replaced(escape: str) -> None:
    found = curated(entry(1, title=f"a{escape}b"))
    assert [row["name"] for row in found.items] == ["a\ufffdb"]
    assert found.quarantined() == []


def test_the_entries_are_checked_against_the_count_of_the_extractor() -> None:
    raw = raw_part(playlists(listed()), page(entry(1)), entries=2)
    with pytest.raises(CountMismatchError):
        transform(raw, KEY)


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (
            {
                **entry(1, resourceId={"videoId": "short"}),
                "contentDetails": {"videoId": "short"},
            },
            "video_id_form",
        ),
        (entry(1, videoOwnerChannelId="synthetic"), "channel_id_form"),
    ],
)
def test_ids_of_another_form_are_noticed(sent: object, rule: str) -> None:
    assert [row["rule"] for row in curated(sent).rows("quality_results")] == [rule]
    assert curated(entry(1)).rows("quality_results") == []


def test_a_row_that_breaks_a_rule_lies_in_quarantine_as_sent() -> None:
    late = entry(1, publishedAt="2030-01-01T00:00:00Z")
    found = curated(entry(0), late)
    [quarantined] = found.quarantined()
    assert (quarantined["entry_position"], json.loads(quarantined["raw"])) == (1, late)


def test_columns_that_youtube_has_not_are_null() -> None:
    found = curated(entry(1))
    for table, columns in SOURCES["youtube"].absent.items():
        for row in found.rows(table):
            assert {row[column] for column in columns} == {None}


def test_documented_fields_are_known_and_others_noticed() -> None:
    assert transformed(entry(1)).unknown_fields == {}
    new = transformed({**entry(1), "invented": 1}, playlist=playlists({**listed(), "made_up": 1}))
    assert set(new.unknown_fields) == {
        "page.items[].invented",
        "playlist.items[].made_up",
    }
