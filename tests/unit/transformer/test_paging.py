"""Positions come from the offsets of pages, and each entry has its own."""

from itertools import pairwise

import pytest
from tests.unit.transformer.curated import Curated, curate, frame
from tests.unit.transformer.synthetic import Json, entry, page, playlist, track


def entries(start: int, stop: int) -> list[Json]:
    return [entry(track(number)) for number in range(start, stop)]


def positions_and_names(curated: Curated) -> list[tuple[int, str]]:
    return [(row["position"], row["name"]) for row in curated.items]


def test_an_empty_playlist_is_a_playlist() -> None:
    curated = curate(frame(playlist([])))
    assert curated.items == []
    row = curated.only("playlists")
    assert (row["entries"], row["total"], row["is_complete"]) == (0, 0, True)
    assert curated.quarantined("playlist_items") == []


def test_a_playlist_of_two_thousand_items_is_read_over_all_of_its_pages() -> None:
    first = playlist(name="Long") | {"tracks": page(entries(0, 50), total=2000, next="more")}
    further = [page(entries(n, n + 50), offset=n, total=2000) for n in range(50, 2000, 50)]
    curated = curate(frame(first, *further))
    assert positions_and_names(curated) == [(n, f"Track {n}") for n in range(2000)]
    assert curated.only("playlists")["entries"] == 2000
    assert curated.only("playlists")["total"] == 2000
    assert len(curated.rows("tracks")) == 2000


def test_a_page_shorter_than_its_limit_is_not_the_last() -> None:
    first = page(entries(0, 2), limit=50, next="https://api.spotify.com/v1/next", total=5)
    second = page(entries(2, 5), offset=2, total=5)
    curated = curate(frame(playlist() | {"tracks": first}, second))
    assert [position for position, _ in positions_and_names(curated)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("total", [0, 2, 4, 2**31 - 1])
def test_a_wrong_total_is_stored_beside_the_true_count(total: int) -> None:
    lying = playlist() | {"tracks": page(entries(0, 3), total=total)}
    curated = curate(frame(lying, complete=False))
    row = curated.only("playlists")
    assert (row["entries"], row["total"], row["is_complete"]) == (3, total, False)
    assert len(curated.items) == 3


def test_the_total_is_that_of_the_first_page() -> None:
    first = playlist() | {"tracks": page(entries(0, 1), total=2)}
    curated = curate(frame(first, page(entries(1, 2), offset=1, total=3)))
    assert curated.only("playlists")["total"] == 2


def test_a_page_that_overlaps_the_previous_one_loses_no_entry() -> None:
    first = playlist() | {"tracks": page(entries(0, 3), total=5)}
    curated = curate(frame(first, page(entries(2, 5), offset=2, total=5)))
    assert positions_and_names(curated) == [
        (0, "Track 0"),
        (1, "Track 1"),
        (2, "Track 2"),
        (3, "Track 2"),
        (4, "Track 3"),
        (5, "Track 4"),
    ]


def test_a_missing_page_leaves_a_gap() -> None:
    first = playlist() | {"tracks": page(entries(0, 2), total=6)}
    curated = curate(frame(first, page(entries(4, 6), offset=4, total=6), complete=False))
    assert positions_and_names(curated) == [
        (0, "Track 0"),
        (1, "Track 1"),
        (4, "Track 4"),
        (5, "Track 5"),
    ]
    assert curated.only("playlists")["entries"] == 4


def test_a_saved_page_starts_at_its_offset() -> None:
    curated = curate(frame(None, page(entries(100, 103), offset=100, total=250)))
    assert [position for position, _ in positions_and_names(curated)] == [100, 101, 102]


@pytest.mark.parametrize("offset", [None, 0, -5])
def test_a_page_without_a_valid_offset_follows_the_previous_one(offset: int | None) -> None:
    first = playlist() | {"tracks": page(entries(0, 2), offset=offset)}
    curated = curate(frame(first, page(entries(2, 4), offset=offset)))
    assert [position for position, _ in positions_and_names(curated)] == [0, 1, 2, 3]


@pytest.mark.parametrize("offset", [2**31 - 1, 2**31, 2**64])
def test_a_huge_offset_is_ignored_and_loses_no_entry(offset: int) -> None:
    first = playlist() | {"tracks": page(entries(0, 2))}
    curated = curate(frame(first, page(entries(2, 4), offset=offset), page(entries(4, 6), 4)))
    assert positions_and_names(curated) == [(number, f"Track {number}") for number in range(6)]
    [kept] = curated.quarantined("playlist_items")
    assert (kept["code"], kept["entry_position"]) == ("out_of_range", None)
    assert kept["reason"].endswith("at `$.offset`")
    assert '"Track 3"' in kept["raw"]
    assert curated.only("playlists")["is_complete"] is True


@pytest.mark.parametrize("items", [None, []])
def test_a_page_may_have_no_entries(items: list[Json] | None) -> None:
    first = playlist() | {"tracks": page([]) | {"items": items}}
    assert positions_and_names(curate(frame(first, page(entries(0, 1))))) == [(0, "Track 0")]


def test_each_playlist_of_a_part_has_its_own_positions() -> None:
    frames = [
        frame(playlist(entries(0, 3)), playlist_id=f"playlist-{number}") for number in range(3)
    ]
    rows = curate(*frames).items
    assert [(row["playlist_id"], row["position"]) for row in rows] == [
        (f"playlist-{number}", position) for number in range(3) for position in range(3)
    ]


def test_positions_ascend_whatever_offsets_the_pages_claim() -> None:
    pages = [page(entries(0, 3), offset=offset) for offset in (7, 0, 5, None, 300, 2)]
    positions = [position for position, _ in positions_and_names(curate(frame(None, *pages)))]
    assert len(positions) == 18
    assert all(one < following for one, following in pairwise(positions))
