"""Covers are drawn from their names, and their addresses expire."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from playlake_contracts.covers import media_type_of
from playlake_sandbox import Tier
from playlake_sandbox.covers import draw_cover

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
NAME = "ab67616d00001e02" + "0" * 24


async def cover_of(client: httpx.AsyncClient) -> str:
    listed = (await client.get("/v1/me/playlists?limit=50")).json()["items"]
    return str(next(one["images"][0]["url"] for one in listed if one["images"]))


@pytest.mark.parametrize("tier", list(Tier))
async def test_the_cover_of_a_playlist_is_at_its_address(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    address = await cover_of(client)
    del client.headers["authorization"]  # image hosts need no token
    first, second = [await client.get(address) for _ in range(2)]
    assert first.status_code == 200
    assert first.headers["content-type"] == "image/png"
    assert media_type_of(first.content) == "image/png"
    assert first.content == second.content


async def test_an_address_expires_after_a_day_and_its_image_gets_another(spotify: Spotify) -> None:
    client = await spotify()
    old = await cover_of(client)
    image = (await client.get(old)).content
    for now, status in (("2026-11-22T23:59:00Z", 200), ("2026-11-23T00:00:00Z", 404)):
        await client.put("/sandbox/clock", json={"now": now})
        assert (await client.get(old)).status_code == status
    new = await cover_of(client)
    assert new != old
    assert (await client.get(new)).content == image


@pytest.mark.parametrize(
    "path", [f"/image/{NAME}", "/image/x?day=2026-11-21", f"/image/{NAME}?day=x", "/image/"]
)
async def test_what_is_no_address_of_a_cover_is_not_found(spotify: Spotify, path: str) -> None:
    response = await (await spotify()).get(path)
    assert (response.status_code, response.content) == (404, b"")


def test_another_name_has_another_image() -> None:
    assert draw_cover("a") != draw_cover("b")


@pytest.mark.parametrize("size", [8, 3_000_000])
async def test_a_cover_can_be_of_any_size(spotify: Spotify, size: int) -> None:
    client = await spotify()
    rule = {"kind": "oversized", "path": "/image/*", "size_bytes": size}
    assert (await client.put("/sandbox/faults", json=[rule])).status_code == 200
    faulted, sound = [await client.get(f"/image/{NAME}?day=2026-11-21") for _ in range(2)]
    assert len(faulted.content) == size
    assert media_type_of(faulted.content) == "image/png"
    assert sound.content == draw_cover(NAME)
