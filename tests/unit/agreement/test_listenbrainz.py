"""The extractor and the transformer agree on a playlist, whatever ListenBrainz sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.listenbrainz.jspf import OF_TRACK, curate, frame, playlist, recording, rows, track

from playlake_extractor.sources.listenbrainz.reading import WholePlaylist

CASES: dict[str, list[Any]] = {
    "nothing": [],
    "recordings": [track(1), track(2), track(1)],
    "a text as identifier": [track(1, identifier=recording(1))],
    "several identifiers": [track(1, identifier=["x", None, recording(1).upper(), recording(2)])],
    "capitals": [track(1, identifier=recording(1).replace("musicbrainz", "MusicBrainz"))],
    "no identifiers": [track(1, identifier=[]), track(2, identifier=None)],
    "neither identifiers nor titles": [track(1, identifier=None, title=None)],
    "titles alone": [{"title": "Song"}, {"title": ""}, {"creator": "Artist"}],
    "wrong identifiers": [track(n, identifier=wrong) for n, wrong in enumerate([5, [5], {}, True])],
    "wrong names": [track(1, identifier=None, title=5), track(2, identifier=None, creator=[])],
    "wrong lengths": [track(1, duration="long"), track(2, duration=2.0)],
    "nulls": [None, track(1), {}],
    "entries that are no objects": [5, "text", [], track(1)],
    "no extensions": [track(1, extension=None), track(2, extension={}), track(3, extension=[])],
    "wrong times": [track(1, extension={OF_TRACK: {"added_at": 5, "added_by": "robin"}})],
    "wrong neighbours of a time": [
        track(1, extension={OF_TRACK: {"added_at": "2026-01-01T00:00:00Z", "added_by": 5}})
    ],
    "NUL": [track(1, identifier=None, title="a\u0000b")],
    "half a surrogate pair": [track(1, identifier=None, title="half \ud83d")],
}


@pytest.mark.parametrize("tracks", CASES.values(), ids=CASES.keys())
def test_both_services_count_and_digest_the_same(tracks: list[Any]) -> None:
    response = playlist(*tracks)
    read = WholePlaylist(json.dumps(response).encode()).result()
    transformed = curate(frame(response, entries=read.tail.entries))
    [row] = rows(transformed, "playlists")
    assert row["content_hash"] == read.items_sha256
    assert row["entries"] == read.tail.entries == len(rows(transformed, "playlist_items"))
    assert (row["total"], row["is_complete"]) == (read.total, read.tail.complete)
    assert row["snapshot_id"] == read.snapshot_id
