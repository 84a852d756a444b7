"""Properties of every playlist, checked with generated ones."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.transformer.curated import KEY, Curated, curate, frame, part, values_of
from tests.unit.transformer.synthetic import (
    GENERATIONS,
    Json,
    album,
    artist,
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
from playlake_contracts.tables import TABLES
from playlake_transformer.domain.batch import Batch
from playlake_transformer.domain.sources.spotify import SPOTIFY
from playlake_transformer.domain.sources.spotify.decode import read_playlist
from playlake_transformer.domain.sources.spotify.piecewise import read_playlist_piecewise
from playlake_transformer.domain.transform import transform

# Few numbers, so that tracks, albums and artists occur several times.
numbers = st.integers(1, 6)
# Without NUL, which is replaced before decoding and has its own tests.
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
artists = st.lists(st.builds(artist, numbers, name=st.sampled_from(["", "A", "B"])), max_size=3)
albums = st.none() | st.builds(
    album,
    numbers,
    artists=artists,
    release_date=st.sampled_from([None, "", "0000", "1985", "1978-05", "2020-13-01", "now"]),
)
tracks = st.builds(track, numbers, album=albums, artists=artists, name=names)
items = st.one_of(
    tracks,
    tracks,
    st.none(),
    st.builds(takedown, numbers),
    st.builds(local_track),
    st.builds(episode, numbers),
    st.builds(track, numbers, duration_ms=st.sampled_from([-1, 2**64, 1.5, "long", None])),
)
added_at = st.sampled_from([None, "", "1970-01-01T00:00:00Z", "2020-02-29T01:02:03Z", "garbage"])
entries: st.SearchStrategy[Json | None] = (
    st.none() | st.just({}) | st.builds(entry, items, added_at=added_at)
)
pages = st.builds(page, st.lists(entries, max_size=5), offset=st.none() | st.integers(0, 40))


@st.composite
def playlists(draw: st.DrawFn) -> tuple[list[Json], Api]:
    """The responses of a playlist: the playlist with its first page, then the further pages."""
    api = draw(st.sampled_from(GENERATIONS))
    first, *further = draw(st.lists(pages, min_size=1, max_size=3))
    responses = [playlist(name=draw(names)) | {"tracks": first}, *further]
    return [in_generation(response, api) for response in responses], api


def entries_in(responses: list[Json]) -> int:
    first: Json = responses[0].get("items") or responses[0]["tracks"]
    return sum(len(each["items"]) for each in (first, *responses[1:]))


def frames_of(generated: list[tuple[list[Json], Api]]) -> list[bytes]:
    return [
        frame(*responses, playlist_id=f"playlist-{number}", api=api)
        for number, (responses, api) in enumerate(generated)
    ]


parts = st.lists(playlists(), min_size=1, max_size=3)
modest = settings(max_examples=20)


@given(parts)
@modest
def test_every_entry_is_a_row(generated: list[tuple[list[Json], Api]]) -> None:
    curated = curate(*frames_of(generated))
    for number, (responses, _) in enumerate(generated):
        positions = [
            row["position"] for row in curated.items if row["playlist_id"] == f"playlist-{number}"
        ]
        assert len(positions) == entries_in(responses)
        assert len(set(positions)) == len(positions)
        entries = [row["entries"] for row in curated.rows("playlists")]
        assert entries[number] == len(positions)
    reasons = [row["reason"] for row in curated.quarantined("playlist_items")]
    explained = [row["reason"] for row in curated.items if ": Expected" in (row["reason"] or "")]
    assert len(explained) <= len(reasons)


@given(parts)
@modest
def test_no_row_refers_to_a_row_that_is_missing(
    generated: list[tuple[list[Json], Api]],
) -> None:
    curated = curate(*frames_of(generated))

    def values(table: str, column: str) -> set[str]:
        return {row[column] for row in curated.rows(table)}

    played = {row["track_id"] for row in curated.items if row["item_type"] == "track"}
    unresolved = {
        row["rows_broken"]
        for row in curated.rows("quality_results")
        if row["rule"] == "item_track_unresolved"
    }
    assert played >= values("tracks", "track_id")
    assert bool(unresolved) == (played != values("tracks", "track_id"))
    assert values("tracks", "album_id") - {None} <= values("albums", "album_id")
    assert values("track_artists", "track_id") <= values("tracks", "track_id")
    assert values("album_artists", "album_id") <= values("albums", "album_id")
    credited = values("track_artists", "artist_id") | values("album_artists", "artist_id")
    assert credited <= values("artists", "artist_id")


@given(parts)
@modest
def test_no_two_rows_share_a_key(generated: list[tuple[list[Json], Api]]) -> None:
    curated = curate(*frames_of(generated))
    assert curated.rows("playlists")
    for file in curated.transformed.files:
        rows = curated.rows(file.table)
        keys = {tuple(row[column] for column in TABLES[file.table].key) for row in rows}
        assert len(keys) == len(rows)


@given(parts)
@modest
def test_a_transformation_can_be_repeated(generated: list[tuple[list[Json], Api]]) -> None:
    raw = part(*frames_of(generated))
    assert transform(raw, KEY) == transform(raw, KEY)


@given(playlists())
@settings(max_examples=60)
def test_reading_piece_by_piece_and_at_once_give_the_same_rows(
    generated: tuple[list[Json], Api],
) -> None:
    [only] = frames_of([generated])
    at_once, piece_by_piece = Batch(SPOTIFY), Batch(SPOTIFY)
    at_once.add(read_playlist(only))
    piece_by_piece.add(read_playlist_piecewise(only))
    assert values_of(at_once) == values_of(piece_by_piece)


@given(parts)
@modest
def test_positions_ascend_in_every_playlist(generated: list[tuple[list[Json], Api]]) -> None:
    curated = curate(*frames_of(generated))
    for one, following in pairwise(curated.items):
        if one["playlist_id"] == following["playlist_id"]:
            assert one["position"] < following["position"]


def uncounted(sent: bytes) -> bytes:
    """A frame without a count of entries."""
    return re.sub(rb'"entries":\d+,', b"", sent)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "tracks", "item", "track", "id", "album", "offset", "total"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(json_values, st.lists(json_values, max_size=2))
@settings(max_examples=40)
def test_no_json_affects_another_playlist_of_the_part(response: Json, further: list[Json]) -> None:
    good = frame(playlist([entry(track(1))]), playlist_id="good")
    odd = uncounted(frame(response, *further, playlist_id="odd"))
    curated: Curated = curate(odd, good)
    assert [row["name"] for row in curated.items if row["playlist_id"] == "good"] == ["Track 1"]
    seen = curated.rows("playlists") + curated.quarantined("playlists")
    assert {row["playlist_id"] for row in seen} == {"odd", "good"}


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=3))
@settings(max_examples=30)
def test_no_bytes_affect_another_snapshot_of_the_part(junk: list[bytes]) -> None:
    good = frame(playlist([entry(track(1))]))
    curated = curate(*junk, good)
    assert len(curated.items) == 1
    assert len(curated.quarantined("playlists")) == len(junk)
