"""Covers, from the stand-in for Spotify to the objects that a lake keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import structlog

from playlake_contracts.covers import KeptCovers, media_type_of
from playlake_contracts.keys import COVERS_PREFIX, cover_image_key
from playlake_contracts.outcomes import Outcome
from playlake_sandbox import Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.extractor.conftest import Extractor

IMAGES = "/image/*"


def readable(extractor: Extractor, count: int = 3) -> list[str]:
    """Some small playlists that have songs, and so a cover."""
    found = extractor.playlists().values()
    sizes = {one["id"]: one["size"] for one in found if "user" in one["readable_by"]}
    return sorted((one for one in sizes if sizes[one] > 5), key=lambda one: sizes[one])[:count]


def addresses(extractor: Extractor) -> dict[str, str]:
    """The address of each landed playlist's cover, as it is in the raw object."""
    found = {}
    for playlist_id, snapshot in extractor.snapshots().items():
        (image,) = msgspec.json.decode(snapshot.playlist)["images"]
        found[playlist_id] = image["url"]
    return found


def kept(extractor: Extractor) -> KeptCovers:
    return KeptCovers(extractor.raw.keys(COVERS_PREFIX))


def fetched(extractor: Extractor) -> int:
    """The number of requests for images so far."""
    counts: dict[str, int] = extractor.control.get("/sandbox/requests").json()
    return sum(count for route, count in counts.items() if "/image/" in route)


@pytest.mark.parametrize("tier", list(Tier))
def test_the_cover_of_every_landed_playlist_is_kept(
    extractor_of: Callable[..., Any], tier: Tier
) -> None:
    with extractor_of(tier=tier, largest=100) as extractor:
        extractor.keeps_covers = True
        wanted = readable(extractor)
        extractor.run(wanted)
        assert addresses(extractor).keys() == set(wanted)
        for address in addresses(extractor).values():
            image = kept(extractor).image_at("spotify", address)
            assert image is not None
            body = extractor.raw.objects[cover_image_key(image)]
            assert body == extractor.control.get(address).content
            assert media_type_of(body) == "image/png"


def test_a_later_run_keeps_what_is_new_and_fetches_nothing_again(extractor: Extractor) -> None:
    extractor.keeps_covers = True
    first, *others = readable(extractor)
    extractor.run([first])
    assert fetched(extractor) == 1
    before = addresses(extractor)[first]
    extractor.raw.objects = {
        key: body for key, body in extractor.raw.objects.items() if key.startswith(COVERS_PREFIX)
    }
    extractor.now += timedelta(days=3)
    extractor.control.put("/sandbox/clock", json={"now": extractor.now.isoformat()})
    extractor.run([first, *others])
    assert addresses(extractor)[first] != before  # it has expired
    assert fetched(extractor) == 1 + len(others)


def test_an_unchanged_playlist_is_not_read_and_neither_is_its_cover(extractor: Extractor) -> None:
    wanted = readable(extractor)
    extractor.refresh_after = timedelta(days=7)
    extractor.run(wanted)
    extractor.keeps_covers = True
    manifest = extractor.run(wanted, extractor.now + timedelta(hours=1))
    assert {one.outcome for one in manifest.playlists} == {Outcome.UNCHANGED}
    assert fetched(extractor) == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "status", "status": 404}, "answered 404"),
        ({"kind": "status", "status": 503, "times": None}, "answered 503"),
        ({"kind": "html"}, "something else than"),
        ({"kind": "empty"}, "something else than"),
        ({"kind": "oversized", "size_bytes": 3_000_000}, "more than 2,097,152 bytes"),
        ({"kind": "reset", "times": None}, "did not arrive"),
        ({"kind": "truncated", "times": None}, "IncompleteRead"),
    ],
)
def test_a_cover_that_fails_is_told_and_its_playlist_is_landed(
    extractor: Extractor, fault: dict[str, Any], reason: str
) -> None:
    extractor.keeps_covers = True
    (wanted,) = readable(extractor, 1)
    extractor.faults({"path": IMAGES, **fault})
    with structlog.testing.capture_logs() as lines:
        manifest = extractor.run([wanted])
    assert [one.outcome for one in manifest.playlists] == [Outcome.LANDED]
    (told,) = [line for line in lines if line["event"] == "cover_not_kept"]
    assert told["playlist_id"] == wanted
    assert reason in told["reason"]
    (finished,) = [line for line in lines if line["event"] == "run_finished"]
    assert finished["covers"] == {"kept": 0, "failed": 1}
    assert list(extractor.raw.keys(COVERS_PREFIX)) == []


def test_one_passing_failure_costs_nothing(extractor: Extractor) -> None:
    extractor.keeps_covers = True
    (wanted,) = readable(extractor, 1)
    extractor.faults({"kind": "status", "status": 503, "path": IMAGES})
    extractor.run([wanted])
    assert kept(extractor).image_at("spotify", addresses(extractor)[wanted])
    assert extractor.applied() == [1]
