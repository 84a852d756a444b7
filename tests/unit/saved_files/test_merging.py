"""How responses of one moment become snapshots."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved_snapshots import refusals_of, snapshots_in

from playlake_extractor.sources.spotify.dialects import merging

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.unit.saved_files.conftest import Saved

    from playlake_extractor.run.saved_snapshots import SavedSnapshot


def merge_files(said: list[str], *responses: dict[str, Any]) -> list[SavedSnapshot]:
    """Merge responses that were saved in files called 0, 1, 2 and so on."""
    return snapshots_in(*files_of(responses), said=said)


def files_of(responses: Iterable[dict[str, Any]]) -> list[tuple[str, bytes]]:
    return [(str(number), json.dumps(body).encode()) for number, body in enumerate(responses)]


def counts(snapshot: SavedSnapshot) -> tuple[int, int | None, bool]:
    """The entries, the total, and whether all pages are there."""
    tail = snapshot.read.tail
    return tail.entries, snapshot.read.total, tail.complete


def test_a_playlist_that_holds_all_its_entries_is_complete(saved: Saved, said: list[str]) -> None:
    (snapshot,) = merge_files(said, saved.playlist())
    assert counts(snapshot) == (
        2,
        2,
        True,
    )
    assert snapshot.read.name == "Größe"
    assert said == []


@pytest.mark.parametrize("key", ["item", "track"])
def test_the_generation_of_keys_is_recorded(saved: Saved, said: list[str], key: str) -> None:
    (snapshot,) = merge_files(said, saved.page(key=key))
    assert snapshot.read.tail.api == {"item": "items", "track": "classic"}[key]


def test_both_generations_at_once_are_recorded(saved: Saved, said: list[str]) -> None:
    (snapshot,) = merge_files(said, saved.playlist() | {"tracks": saved.page(key="track")})
    assert snapshot.read.tail.api == "both"


def test_pages_are_put_in_order_behind_their_playlist(saved: Saved, said: list[str]) -> None:
    (snapshot,) = merge_files(
        said,
        saved.page(4, 1, total=5),
        saved.playlist(saved.page(total=5)),
        saved.page(2, total=5),
    )
    assert snapshot.origins == ("1", "2", "0")
    assert counts(snapshot) == (
        5,
        5,
        True,
    )


def test_pages_complete_a_playlist_whose_own_entries_were_withheld(
    saved: Saved, said: list[str]
) -> None:
    (snapshot,) = merge_files(said, saved.playlist(items=None), saved.page())
    assert snapshot.read.tail.complete
    assert snapshot.read.name == "Größe"


@pytest.mark.parametrize(
    "pages",
    [
        [(0, 2, 5)],  # the end is missing
        [(2, 3, 5)],  # the beginning is missing
        [(0, 2, 5), (4, 1, 5)],  # something in between is missing
        [(1, 2, 2)],  # as many entries as the total, but not from the first
    ],
)
def test_a_playlist_with_entries_missing_is_not_complete(
    saved: Saved, said: list[str], pages: list[tuple[int, int, int]]
) -> None:
    responses = [saved.page(first, count, total=total) for first, count, total in pages]
    (snapshot,) = merge_files(said, *responses)
    assert not snapshot.read.tail.complete
    assert snapshot.read.tail.entries == sum(count for _, count, _ in pages)


def test_playlists_keep_apart(saved: Saved, said: list[str]) -> None:
    snapshots = merge_files(
        said, saved.playlist(), saved.page(playlist_id="other"), saved.playlist(id="third")
    )
    assert [snapshot.playlist_id for snapshot in snapshots] == [
        saved.playlist()["id"],
        "other",
        "third",
    ]


def test_the_same_bytes_count_once_and_that_is_said(saved: Saved, said: list[str]) -> None:
    (snapshot,) = merge_files(said, saved.playlist(), saved.playlist())
    assert snapshot.origins == ("0",)
    assert said == ["1 is left out: it holds the same bytes as 0"]


def test_the_first_page_saved_by_itself_as_well_counts_once(saved: Saved, said: list[str]) -> None:
    page = saved.page(total=2, limit=50)
    (snapshot,) = merge_files(said, page, saved.playlist())
    assert snapshot.origins == ("1",)
    assert snapshot.read.tail.entries == 2
    assert said == ["0 is left out: 1 holds the same entries"]


def test_smaller_pages_of_what_the_playlist_holds_count_once(saved: Saved, said: list[str]) -> None:
    playlist = saved.playlist(saved.page(0, 4, total=6))
    pages = [saved.page(first, 2, total=6) for first in (0, 2, 4)]
    (snapshot,) = merge_files(said, playlist, *pages)
    assert snapshot.origins == ("0", "3")
    assert snapshot.read.tail.complete


def test_entries_without_an_item_are_compared_too(saved: Saved, said: list[str]) -> None:
    entries = [None, {}, {"item": None}, {"item": True}, saved.entry(1)]
    page = saved.page(0, 5) | {"items": entries}
    (snapshot,) = merge_files(said, saved.playlist(page), page | {"limit": 50})
    assert snapshot.origins == ("0",)


CONTRADICTIONS = [
    pytest.param(lambda s: [s.playlist(), s.playlist(name="later")], id="two playlists"),
    pytest.param(lambda s: [s.page(0, 2), s.page(0, 3)], id="two pages at one offset"),
    pytest.param(lambda s: [s.page(), s.page(limit=50)], id="equal entries in other bytes"),
    pytest.param(lambda s: [s.page(0, 0, total=2), s.page(0, 2)], id="an empty page and a full"),
    pytest.param(lambda s: [s.page(0, 3), s.page(2, 3)], id="pages that overlap"),
    pytest.param(lambda s: [s.playlist(), s.page(1, 2)], id="a page half in the playlist"),
    pytest.param(lambda s: [s.playlist(), s.page(0, 3)], id="a longer first page"),
    pytest.param(
        lambda s: [s.playlist(), s.page() | {"items": [s.entry(8), s.entry(9)]}],
        id="other entries in the first page",
    ),
]


@pytest.mark.parametrize("make", CONTRADICTIONS)
def test_a_contradiction_names_both_files(saved: Saved, make: Any) -> None:  # noqa: ANN401
    (refusal,) = refusals_of(*files_of(make(saved)))
    assert "so import them separately, each with its --at" in refusal
    assert "0 and 1 show the same entries of playlist 'synthetic" in refusal


def test_a_playlist_without_any_entries_saved_is_refused(saved: Saved) -> None:
    listed = saved.playlist(items={"href": None, "total": 3})
    (refusal,) = refusals_of(*files_of([listed]))
    assert refusal.startswith("0 is a playlist without its entries,")


def test_pages_that_lead_in_a_circle_are_refused(saved: Saved) -> None:
    pages = [saved.page(0, 2, next="n"), saved.page(2, 2, next="n")]
    (refusal,) = refusals_of(*files_of(pages))
    assert re.match(r"0 and the other pages of its playlist: .* circle", refusal)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), sizes=st.lists(st.integers(1, 3), min_size=1, max_size=5))
def test_however_a_playlist_was_cut_into_pages_it_is_complete(
    saved: Saved, data: st.DataObject, sizes: list[int]
) -> None:
    total, said = sum(sizes), list[str]()
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    pages = [saved.page(s, n, total=total) for s, n in zip(starts, sizes, strict=True)]
    (snapshot,) = merge_files(said, *data.draw(st.permutations(pages)))
    assert [json.loads(page)["offset"] for page in snapshot.pages] == starts
    assert (snapshot.read.tail.entries, snapshot.read.tail.complete, said) == (total, True, [])


@pytest.mark.parametrize("stub", [{"href": "x", "total": 2}, {"items": [], "total": 2}])
def test_the_key_that_holds_the_entries_is_read(
    saved: Saved, said: list[str], stub: dict[str, Any]
) -> None:
    (snapshot,) = merge_files(said, saved.playlist(stub, tracks=saved.page(key="track")))
    assert counts(snapshot) == (2, 2, True)


def test_a_playlist_that_is_empty_by_its_total_is_read(saved: Saved, said: list[str]) -> None:
    (snapshot,) = merge_files(said, saved.playlist({"items": None, "total": 0}))
    assert counts(snapshot) == (0, 0, True)


def test_half_a_surrogate_pair_is_read_and_its_bytes_are_kept(saved: Saved) -> None:
    bodies = [
        saved.file(saved.playlist(name="@", id=playlist_id)).strip().replace(b"@", rb"half \ud83d")
        for playlist_id in ("one", "two")
    ]
    snapshots = snapshots_in(("a", b"[ " + b" , ".join(bodies) + b"]"))
    assert [snapshot.read.name for snapshot in snapshots] == ["half \ufffd"] * 2
    assert [snapshot.playlist for snapshot in snapshots] == bodies


def test_integers_that_a_dataframe_wrote_as_floats_are_read(saved: Saved, said: list[str]) -> None:
    page = saved.page() | {"total": 2.0, "offset": 0.0}
    (snapshot,) = merge_files(said, saved.playlist(page))
    assert counts(snapshot) == (2, 2, True)


def test_what_a_fetched_and_a_saved_playlist_hold_has_one_digest(
    saved: Saved, said: list[str]
) -> None:
    whole = saved.playlist(saved.page(0, 4))
    cut = [saved.page(0, 3, total=4), saved.page(3, 1, total=4)]
    (one,) = merge_files(said, whole)
    (other,) = merge_files(said, *cut)
    assert one.read.items_sha256 == other.read.items_sha256 is not None


def test_a_playlist_over_the_limit_is_refused_before_anything_is_landed(
    saved: Saved, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "MAX_SNAPSHOT_ENTRIES", 2)
    assert merge_files(said, saved.playlist(saved.page(0, 2)))
    (refusal,) = refusals_of(*files_of([saved.playlist(saved.page(0, 3))]))
    assert re.match(r"0 and the other pages .* too large: 3 entries", refusal)
