"""Details of artists and albums, from the stand-in for Spotify to rows."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from msgspec import Raw

from playlake_contracts.keys import RawKey
from playlake_contracts.outcomes import Outcome
from playlake_extractor.sources.spotify.artists_and_albums import named_in
from playlake_extractor.sources.spotify.entries import read_item
from playlake_sandbox import Tier
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.extractor.conftest import Extractor

    from playlake_contracts.manifest import Manifest

EVERYTHING = 100_000
DAY = 86_400


def readable(extractor: Extractor) -> list[str]:
    """The two smallest playlists with songs."""
    found = extractor.playlists().values()
    sizes = {one["id"]: one["size"] for one in found if "user" in one["readable_by"]}
    return sorted((one for one in sizes if sizes[one] > 5), key=lambda one: sizes[one])[:2]


def rows(extractor: Extractor, manifest: Manifest, table: str) -> list[dict[str, Any]]:
    """The rows of a table that the run's parts of details become."""
    found: list[dict[str, Any]] = []
    for part in manifest.parts:
        if part.details:
            made = transform(extractor.raw.objects[part.key], RawKey.parse(part.key))
            assert not made.rows_quarantined
            for file in made.files:
                if file.table == table:
                    found.extend(pq.read_table(BytesIO(file.body)).to_pylist())
    return found


@pytest.mark.parametrize("tier", list(Tier))
def test_every_artist_and_album_of_a_playlist_gets_its_details(
    extractor_of: Callable[..., Any], tier: Tier
) -> None:
    with extractor_of(tier=tier, largest=100) as extractor:
        extractor.details_budget = EVERYTHING
        manifest = extractor.run(readable(extractor))
        details = extractor.details()

        artists = rows(extractor, manifest, "artists")
        albums = rows(extractor, manifest, "albums")

    assert manifest.details is not None
    assert (manifest.details.refused, manifest.details.left) == (0, 0)
    assert len(artists) == manifest.details.artists > 0
    assert len(albums) == manifest.details.albums > 0
    assert {f"spotify:artist:{one['artist_id']}" for one in artists} | {
        f"spotify:album:{one['album_id']}" for one in albums
    } == details.keys()
    has_all = tier is not Tier.NEWER_DEV
    assert all((one["followers"] is not None) is has_all for one in artists)
    assert all((one["genres"] is not None) is has_all for one in artists)
    assert all((one["label"] is not None) is has_all for one in albums)
    assert all(one["upc"] for one in albums)  # which no playlist tells


def test_every_byte_of_the_details_is_what_spotify_sent(extractor: Extractor) -> None:
    extractor.details_budget = EVERYTHING
    extractor.run(readable(extractor))

    client = extractor.spotify()
    landed = list(extractor.details().values())
    assert {details.kind for details in landed} == {"artist", "album"}
    for details in landed:
        assert bytes(details.response) == client.details(details.kind, details.id)


def test_a_spent_quota_of_details_is_honoured_and_no_playlist_suffers(extractor: Extractor) -> None:
    extractor.details_budget = EVERYTHING
    extractor.faults({"path": "/v1/artists/*", "kind": "status", "status": 429, "retry_after": DAY})
    wanted = readable(extractor)

    manifest = extractor.run(wanted)

    assert manifest.counts() == {Outcome.LANDED: 2}
    assert list(manifest.not_before) == ["details"]
    assert manifest.details is not None
    assert manifest.details.artists == 0
    assert manifest.details.left > 0

    extractor.faults()
    extractor.now += timedelta(hours=1)
    again = extractor.run(wanted)
    assert again.details is not None
    assert (again.details.artists, again.details.albums) == (0, 0)

    extractor.now += timedelta(days=1)
    finally_ = extractor.run(wanted)
    assert finally_.details is not None
    assert finally_.details.left == 0
    extractor.details()  # asserts that each was landed once


def test_a_budget_is_spent_run_after_run_until_all_have_their_details(
    extractor: Extractor,
) -> None:
    extractor.details_budget = 30
    extractor.refresh_after = timedelta(days=7)
    wanted = readable(extractor)
    runs = [extractor.run(wanted)]
    named = {
        name
        for snapshot in extractor.snapshots().values()
        for entry in json.loads(bytes(snapshot.playlist))["tracks"]["items"]
        for name in named_in(read_item(Raw(json.dumps(entry["track"]).encode())))
    }

    while runs[-1].details is not None and runs[-1].details.left:
        extractor.now += timedelta(hours=1)
        runs.append(extractor.run(wanted))

    assert len(runs) == -(-len(named) // 30) > 1
    assert extractor.details().keys() == named


def test_missing_details_are_counted_and_not_requested_again(
    extractor: Extractor,
) -> None:
    extractor.details_budget = EVERYTHING
    extractor.faults({"path": "/v1/albums/*", "kind": "status", "status": 404, "times": None})
    wanted = readable(extractor)

    first = extractor.run(wanted)
    extractor.now += timedelta(days=1)
    second = extractor.run(wanted)

    assert first.details is not None
    assert first.details.refused > 0
    assert second.details is not None
    assert second.details.refused == 0
