"""Both generations of Spotify's keys, and mixtures of them, give the same rows."""

from typing import Any

import pytest
from tests.unit.transformer.curated import Curated, curate, curate_entries, frame
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    entry,
    episode,
    in_generation,
    local_track,
    page,
    playlist,
    takedown,
    track,
)

from playlake_contracts.sources.spotify import Api

EVERY_KIND = [
    entry(track(1)),
    entry(None),
    entry(local_track()),
    entry(episode(1)),
    entry(takedown(2)),
    None,
    entry(track(1)),
]

# Columns that only the classic API fills.
CLASSIC_ONLY = {"popularity", "markets", "followers", "genres", "label"}


def common(curated: Curated, table: str) -> list[dict[str, Any]]:
    """The rows of a table without the columns that depend on the generation."""
    own = CLASSIC_ONLY | {"api"}
    return [{k: v for k, v in row.items() if k not in own} for row in curated.rows(table)]


@pytest.mark.parametrize("api", GENERATIONS)
@pytest.mark.parametrize(
    "table", ["playlists", "playlist_items", "tracks", "albums", "artists", "track_artists"]
)
def test_every_generation_makes_the_same_rows(api: Api, table: str) -> None:
    rows = common(curate_entries(*EVERY_KIND, api=api), table)
    assert rows
    assert rows == common(curate_entries(*EVERY_KIND), table)


def test_the_shapes_of_the_generations_differ() -> None:
    """Otherwise the tests above could compare a shape with itself."""
    classic, items, both = (in_generation(playlist([entry(track(1))]), api) for api in GENERATIONS)
    assert ("tracks" in classic, "items" in classic) == (True, False)
    assert ("tracks" in items, "items" in items) == (False, True)
    assert both["tracks"] == both["items"]
    [old], [new], [twice] = (
        shape.get("items", shape.get("tracks"))["items"] for shape in (classic, items, both)
    )
    assert ("track" in old, "item" in old) == (True, False)
    assert ("track" in new, "item" in new) == (False, True)
    assert twice["track"] == twice["item"]
    assert "popularity" in old["track"]
    assert "popularity" not in new["item"]
    assert new["item"]["track"] is True


def test_generations_may_be_mixed_in_a_part() -> None:
    frames = [
        frame(
            in_generation(playlist([entry(track(number))]), api),
            playlist_id=f"playlist-{api}",
            api=api,
        )
        for number, api in enumerate(GENERATIONS)
    ]
    curated = curate(*frames)
    assert [row["name"] for row in curated.items] == ["Track 0", "Track 1", "Track 2"]
    assert [row["api"] for row in curated.rows("playlists")] == ["classic", "items", "both"]


def test_generations_may_be_mixed_in_a_playlist() -> None:
    old, new, both = (
        in_generation(entry(track(number)), api) for number, api in enumerate(GENERATIONS)
    )
    curated = curate(frame(playlist([old, new, both])))
    assert [row["name"] for row in curated.items] == ["Track 0", "Track 1", "Track 2"]


@pytest.mark.parametrize(("kind", "item_type"), [(track, "track"), (episode, "episode")])
def test_booleans_named_track_inside_an_item_are_not_items(
    kind: Any,  # noqa: ANN401 - a builder
    item_type: str,
) -> None:
    sent: Json = in_generation(entry(kind(4)), "items")
    assert isinstance(sent["item"]["track"], bool)
    [row] = curate(frame(playlist([sent]))).items
    assert row["item_type"] == item_type


def test_a_null_under_the_new_key_does_not_hide_the_old_key() -> None:
    half_migrated = entry(track(1)) | {"item": None}
    curated = curate(frame(playlist([half_migrated]) | {"items": None}))
    assert [row["name"] for row in curated.items] == ["Track 1"]


def test_a_null_page_does_not_hide_the_other_if_an_entry_is_bad() -> None:
    """Reading piece by piece must find the same entries as reading at once."""
    bad = entry(track(1, duration_ms="long"))
    curated = curate(frame(playlist([bad, entry(track(2))]) | {"items": None}))
    assert [row["name"] for row in curated.items] == ["Track 1", "Track 2"]
    assert len(curated.quarantined("playlist_items")) == 1


STUB = {"href": "https://api.spotify.example/v1/playlists/x/items", "total": 2}
BAD = entry(track(9, duration_ms="long"))


@pytest.mark.parametrize("bad", [[], [BAD]], ids=["at once", "piece by piece"])
@pytest.mark.parametrize(
    "items", [STUB, page([], total=2), {**STUB, "items": None}], ids=["a stub", "empty", "null"]
)
def test_the_key_with_entries_is_read_and_not_the_empty_one(items: Json, bad: list[Json]) -> None:
    sent = playlist([entry(track(1)), entry(track(2)), *bad]) | {"items": items}
    curated = curate(frame(sent, api="both"))
    assert [row["name"] for row in curated.items][:2] == ["Track 1", "Track 2"]
    assert curated.only("playlists")["entries"] == 2 + len(bad)


@pytest.mark.parametrize("bad", [[], [BAD]], ids=["at once", "piece by piece"])
def test_the_newer_key_is_read_if_both_have_entries(bad: list[Json]) -> None:
    newer = in_generation(playlist([entry(track(1)), *bad]), "items")["items"]
    sent = playlist([entry(track(2)), entry(track(3))]) | {"items": newer}
    curated = curate(frame(sent, api="both", entries=1 + len(bad)))
    assert curated.items[0]["name"] == "Track 1"
    assert len(curated.items) == 1 + len(bad)


@pytest.mark.parametrize("bad", [[], [BAD]], ids=["at once", "piece by piece"])
@pytest.mark.parametrize("item", [{}, {"id": ""}, {"type": "track"}], ids=str)
def test_an_empty_item_does_not_hide_the_old_key(item: Json, bad: list[Json]) -> None:
    curated = curate(frame(playlist([entry(track(1)) | {"item": item}, *bad])))
    assert curated.items[0]["name"] == "Track 1"
    assert curated.items[0]["item_type"] == "track"


def test_an_empty_playlist_of_the_user_is_complete() -> None:
    sent = playlist() | {"items": {"href": "", "items": None, "total": 0}}
    del sent["tracks"]
    row = curate(frame(sent, api="items")).only("playlists")
    assert (row["entries"], row["total"], row["is_complete"]) == (0, 0, True)


def test_a_playlist_without_its_items_is_a_row_with_no_entries() -> None:
    """Newer apps get only the metadata of playlists of other users."""
    metadata = playlist()
    del metadata["tracks"]
    curated = curate(frame(metadata, api=None, complete=False))
    row = curated.only("playlists")
    assert (row["entries"], row["total"], row["is_complete"]) == (0, None, False)
    assert curated.items == []


def test_a_playlist_with_withheld_entries_has_no_rows() -> None:
    curated = curate(frame(playlist() | {"tracks": {"href": "https://x", "total": 321}}))
    row = curated.only("playlists")
    assert (row["entries"], row["total"]) == (0, None)


def test_a_saved_page_makes_a_playlist_with_only_an_id() -> None:
    curated = curate(frame(None, page([entry(track(1))])))
    row = curated.only("playlists")
    assert row["playlist_id"] == "playlist00000000000001"
    assert (row["name"], row["owner_id"], row["entries"]) == (None, None, 1)
    assert [row["name"] for row in curated.items] == ["Track 1"]
