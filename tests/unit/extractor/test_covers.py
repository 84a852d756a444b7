"""Covers are kept by their bytes, once for an address, and one that fails fails nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from twins.extractor import MemoryRawStore

from playlake_contracts.keys import CoverLink, address_digest, cover_image_key
from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import LandingFailedError
from playlake_extractor.ports import NoCover
from playlake_extractor.run.covers import CoverKeeper
from playlake_extractor.run.extract import extract

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from tests.unit.extractor.conftest import Clock, ScriptedSpotify, Synthetic

    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.extract import Stores

    Land = Callable[[object, CoverKeeper | None], MutableMapping[str, Any]]

PNG, JPEG = b"\x89PNG\r\n\x1a\nsynthetic", b"\xff\xd8\xffsynthetic"
HERE, THERE = "https://i.scdn.co/image/here?day=1", "https://i.scdn.co/image/there"


@dataclass(slots=True)
class ScriptedHost:
    """Gives what a test says; other addresses have nothing."""

    images: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str) -> bytes | NoCover:
        self.asked.append(address)
        return self.images.get(address, NoCover("The host of its cover answered 404"))


class Refusing(MemoryRawStore):
    """Takes no cover."""

    def land(self, key: str, body: bytes, content_type: str) -> None:
        if key.startswith("covers/"):
            raise LandingFailedError("S3 did not take it")
        super().land(key, body, content_type)


@pytest.fixture
def host() -> ScriptedHost:
    return ScriptedHost({HERE: PNG, THERE: JPEG})


def keeper_of(store: MemoryRawStore, host: ScriptedHost) -> CoverKeeper:
    return CoverKeeper("spotify", store, host)


def link_of(address: str, image: bytes) -> CoverLink:
    return CoverLink("spotify", address_digest(address), sha256(image).hexdigest())


def test_a_cover_is_kept_under_the_digest_of_its_bytes(
    store: MemoryRawStore, host: ScriptedHost
) -> None:
    keeper = keeper_of(store, host)
    keeper.keep("a", HERE)
    assert store.objects == {
        cover_image_key(sha256(PNG).hexdigest()): PNG,
        str(link_of(HERE, PNG)): b"",
    }
    assert (keeper.counts.kept, keeper.counts.failed) == (1, 0)


def test_an_address_that_was_kept_is_not_fetched_again(
    store: MemoryRawStore, host: ScriptedHost
) -> None:
    keeper_of(store, host).keep("a", HERE)
    later = keeper_of(store, host)
    for address in (HERE, "https://image-cdn-fa.spotifycdn.com/image/here?day=2", THERE, THERE):
        later.keep("a", address)
    assert host.asked == [HERE, THERE]
    assert later.counts.kept == 1


def test_two_addresses_of_one_image_share_it(store: MemoryRawStore) -> None:
    keeper = keeper_of(store, ScriptedHost({HERE: PNG, THERE: PNG}))
    keeper.keep("a", HERE)
    keeper.keep("b", THERE)
    assert sorted(store.objects) == sorted(
        [
            cover_image_key(sha256(PNG).hexdigest()),
            str(link_of(HERE, PNG)),
            str(link_of(THERE, PNG)),
        ]
    )


def test_a_playlist_without_a_cover_costs_nothing(
    store: MemoryRawStore, host: ScriptedHost
) -> None:
    keeper = keeper_of(store, host)
    keeper.keep("a", None)
    assert (store.objects, host.asked) == ({}, [])
    assert (keeper.counts.kept, keeper.counts.failed) == (0, 0)


@pytest.mark.parametrize(
    ("address", "images", "reason"),
    [
        (HERE, {}, "answered 404"),
        (HERE, {HERE: b"<svg/>"}, "something else than a JPEG, PNG or WebP"),
        ("https://[", {}, "is not one"),
    ],
)
def test_a_cover_that_fails_is_a_warning_and_a_count(
    store: MemoryRawStore, address: str, images: dict[str, bytes], reason: str
) -> None:
    keeper = keeper_of(store, ScriptedHost(images))
    with structlog.testing.capture_logs() as lines:
        keeper.keep("a", address)
    (line,) = lines
    assert (line["event"], line["log_level"], line["playlist_id"]) == (
        "cover_not_kept",
        "warning",
        "a",
    )
    assert reason in line["reason"]
    assert (keeper.counts.kept, keeper.counts.failed) == (0, 1)
    assert store.objects == {}


def test_after_five_failures_in_a_row_the_host_is_left_alone(store: MemoryRawStore) -> None:
    host = ScriptedHost({THERE: PNG})
    keeper = keeper_of(store, host)
    for number in range(4):
        keeper.keep("a", f"https://i.scdn.co/{number}")
    keeper.keep("a", THERE)  # the row begins again
    for number in range(10, 20):
        keeper.keep("a", f"https://i.scdn.co/{number}")
    assert len(host.asked) == 4 + 1 + 5
    assert (keeper.counts.kept, keeper.counts.failed) == (1, 14)


def test_a_store_that_takes_no_cover_fails_no_run(host: ScriptedHost) -> None:
    keeper = keeper_of(Refusing(), host)
    keeper.keep("a", HERE)
    assert (keeper.counts.kept, keeper.counts.failed) == (0, 1)


@pytest.fixture
def land(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> Land:
    """Carries out a run of one playlist that has these images; gives the end of its log."""

    def land(images: object, covers: CoverKeeper | None) -> MutableMapping[str, Any]:
        page = {"items": [{"item": {"uri": "t"}}], "next": None, "total": 1}
        playlist = {"name": "Mornings", "snapshot_id": "A", "images": images, "items": page}
        scripted.script["a"] = [synthetic.body(playlist)]
        with structlog.testing.capture_logs() as lines:
            manifest = extract(run, ["a"], scripted.source, stores, clock, covers=covers)
        assert [one.outcome for one in manifest.playlists] == [Outcome.LANDED]
        (finished,) = [line for line in lines if line["event"] == "run_finished"]
        return finished

    return land


@pytest.mark.parametrize(
    ("images", "counts"),
    [
        ([{"url": HERE, "height": 640}, {"url": THERE}], {"kept": 1, "failed": 0}),
        ([{"url": "https://i.scdn.co/gone"}], {"kept": 0, "failed": 1}),
        (None, {"kept": 0, "failed": 0}),
        ([], {"kept": 0, "failed": 0}),
        ([None], {"kept": 0, "failed": 0}),
        ([{"url": 5}], {"kept": 0, "failed": 0}),
        ("none", {"kept": 0, "failed": 0}),
    ],
)
def test_a_run_keeps_the_largest_cover_and_lands_the_playlist_in_any_case(
    land: Land,
    store: MemoryRawStore,
    host: ScriptedHost,
    images: object,
    counts: dict[str, int],
) -> None:
    assert land(images, keeper_of(store, host))["covers"] == counts
    kept = list(store.keys("covers/source=spotify/"))
    assert kept == ([str(link_of(HERE, PNG))] if counts["kept"] else [])


def test_without_the_setting_nothing_is_kept(land: Land, store: MemoryRawStore) -> None:
    assert land([{"url": HERE}], None)["covers"] is None
    assert list(store.keys("covers/")) == []
