"""A field that Spotify is not known to send is noticed, wherever it is. All JSON is synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.transformer.curated import KEY, RUN, curate, frame, part
from tests.unit.transformer.synthetic import (
    GENERATIONS,
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
from tests.unit.transformer.test_details import ALBUM, ARTIST, details

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import end_of_snapshot
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.sources.spotify.known_fields import KNOWN_FIELDS
from playlake_transformer.domain.transform import transform
from playlake_transformer.domain.unknown_fields import MOST_OF_A_NAME, MOST_PATHS, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.unit.transformer.synthetic import Json

    from playlake_contracts.sources.spotify import Api

NEW: dict[str, Any] = {"lyrics": {"by": "nobody"}}


def found(*frames: bytes) -> Mapping[str, int]:
    return curate(*frames).transformed.unknown_fields


def long_playlist(**changes: object) -> bytes:
    """A frame of a mebibyte with forty pages."""
    pages = [page([entry(track(1), note="x" * 27_000)], offset=n) for n in range(1, 41)]
    return frame(playlist([entry(track(1, **changes))], **changes), *pages)


@pytest.mark.parametrize("api", GENERATIONS)
def test_known_fields_are_not_reported(api: Api) -> None:
    for item in (track(), episode(), local_track(), takedown(), None):
        sent = in_generation(playlist([entry(item)]), api)
        further = in_generation(page([entry(item)], offset=1), api)
        assert found(frame(sent, further, api=api)) == {}
    assert found(details("artist", ARTIST), details("album", ALBUM)) == {}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (playlist([entry(track())], **NEW), "playlist.lyrics"),
        (playlist(owner={"id": "alice", **NEW}), "playlist.owner.lyrics"),
        (playlist(images=[{"url": "x", **NEW}]), "playlist.images[].lyrics"),
        (playlist(tracks=page([], **NEW)), "playlist.tracks.lyrics"),
        (playlist([entry(track(), **NEW)]), "playlist.tracks.items[].lyrics"),
        (playlist([entry(track(**NEW))]), "playlist.tracks.items[].track.lyrics"),
        (playlist([entry(episode(**NEW))]), "playlist.tracks.items[].track.lyrics"),
        (
            playlist([entry(track(album=album(artists=[artist(**NEW)])))]),
            "playlist.tracks.items[].track.album.artists[].lyrics",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_new_field_is_reported_with_its_path(sent: Json, path: str) -> None:
    curated = curate(frame(sent))
    assert curated.transformed.unknown_fields == {path: 1}
    assert curated.quarantined() == []


def test_a_new_field_of_a_later_page_or_of_details_is_reported() -> None:
    assert found(frame(playlist(), page([entry(track(**NEW))]))) == {"page.items[].track.lyrics": 1}
    assert found(details("artist", {**ARTIST, **NEW})) == {"artist.lyrics": 1}
    nested = {**ALBUM, "tracks": {"items": [track(**NEW)]}}
    assert found(details("artist", ARTIST), details("album", nested)) == {
        "album.tracks.items[].lyrics": 1
    }


def test_fields_within_a_new_field_are_not_reported() -> None:
    assert found(frame(playlist(more={"a": 1, "b": {"c": 2}}))) == {"playlist.more": 1}


def test_the_end_of_a_long_frame_is_enough() -> None:
    long = long_playlist(**NEW)
    assert len(long) > 1024 * 1024
    end = end_of_snapshot(long, len(long))
    assert end is not None
    assert end.startswith(b'{"playlist":{')
    assert found(long) == {"playlist.lyrics": 1, "playlist.tracks.items[].track.lyrics": 1}


def test_a_frame_whose_end_cannot_be_told_reports_nothing() -> None:
    sent = long_playlist(more={"a": [1], "playlist": {}})
    misleading = sent.replace(b'],\n    "playlist": {}', b'],"playlist":{}')
    assert (len(misleading) < len(sent), found(sent), found(misleading)) == (
        True,
        {"playlist.more": 1, "playlist.tracks.items[].track.more": 1},
        {},
    )


def test_one_element_of_each_array_is_read_and_the_key_decides_which() -> None:
    mixed = frame(playlist([entry(track(), **{f"new{n}": n}) for n in range(30)]))
    raw = part(mixed, mixed)
    drawn = set[str]()
    for number in range(40):
        key = RawKey.of_part("spotify", RUN, number)
        unknown = transform(raw, key).unknown_fields
        assert unknown == transform(raw, key).unknown_fields
        assert len(unknown) == 1
        drawn.update(unknown)
    assert len(drawn) > 15


def test_every_frame_of_a_part_may_be_drawn() -> None:
    drawn = set[str]()
    for number in range(100):
        sample = Sample(RawKey.of_part("spotify", RUN, number))
        for n in range(5):
            sample.offer("playlist", frame(playlist() | {f"new{n}": n}))
        drawn.update(sample.unknown_fields(KNOWN_FIELDS))
    assert drawn == {f"playlist.new{n}" for n in range(5)}


def test_a_name_is_cut_and_what_cannot_be_printed_is_replaced() -> None:
    sent = playlist() | {"a\x1b[2J\n\x00.b": 1, "x" * 100_000: 2, "größe": 3}
    assert found(frame(sent)) == {
        "playlist.a\ufffd\ufffd2J\ufffd\ufffd\ufffdb": 1,
        f"playlist.{'x' * MOST_OF_A_NAME}…": 1,
        "playlist.größe": 1,
    }


def test_the_number_of_fields_is_bounded() -> None:
    assert len(found(frame(playlist() | {f"new{n}": n for n in range(5_000)}))) == MOST_PATHS


@pytest.mark.parametrize(
    "bad",
    [
        b'{"tracks": {"items": [{"track": ' + b"[" * 5_000 + b"]" * 5_000 + b"}]}}",
        b'{"\\ud800": 1, "name": "x"}',
        b'{"\xff": 1, "name": "x"}',
        b'{"tracks": {"items": 5}, "owner": [[{"lyrics": 1}]], "images": [null, 5]}',
        b"[]",
    ],
)
def test_json_that_is_not_as_documented_changes_nothing_else(bad: bytes) -> None:
    good = details("artist", ARTIST)
    curated = curate(good, frame(bad, entries=0 if b'"items": 5' in bad else None))
    assert curated.transformed.unknown_fields == {}
    assert curated.only("artists")["name"] == ARTIST["name"]


def test_a_source_that_declares_no_fields_is_not_looked_at() -> None:
    silent = Source("spotify", SOURCES["spotify"].readers, SOURCES["spotify"].pieces)
    raw = part(frame(playlist(**NEW)))
    assert transform(raw, KEY, {"spotify": silent}).unknown_fields == {}


@pytest.mark.parametrize(
    ("known", "missing"),
    [({"playlist": {"owner": "user"}, "page": {}}, "user"), ({"playlist": {}}, "page")],
)
def test_known_fields_describe_every_object_that_they_name(known: Any, missing: str) -> None:  # noqa: ANN401
    reader = SOURCES["spotify"].readers["playlist"]
    with pytest.raises(ValueError, match=f"does not say which fields it knows of .'{missing}'"):
        Source("toy", {"playlist": reader}, lambda _: [], known_fields=known)
