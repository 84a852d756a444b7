"""Every field that the sandbox sends is among those that the transformer knows of Spotify."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from playlake_sandbox import Tier
from playlake_transformer.domain.sources.spotify.known_fields import KNOWN_FIELDS

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]


def unknown(value: Any, kind: str, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The paths of the fields that are not known, and of objects that nobody looks into."""
    for element in value if isinstance(value, list) else [value]:
        for name, inner in element.items() if isinstance(element, dict) else ():
            within = KNOWN_FIELDS[kind].get(name)
            if name not in KNOWN_FIELDS[kind]:
                yield f"{path}.{name}"
            elif within is not None:
                yield from unknown(inner, within, f"{path}.{name}")
            elif any(isinstance(one, dict) for one in (inner, *_elements(inner))):
                yield f"{path}.{name} has fields of its own"


def _elements(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else []


@pytest.mark.parametrize("tier", Tier)
async def test_every_field_of_the_sandbox_is_known(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)

    async def read(url: str) -> dict[str, Any]:
        response = await client.get(url)
        assert response.is_success, response.text
        return dict(response.json())

    listed = (await read("/v1/me/playlists"))["items"]
    found = set(unknown(listed, "playlist", "playlist"))
    saved = await read("/v1/me/tracks")
    found.update(unknown(saved, "saved-tracks page", "page"))
    links = set[str]()
    for playlist in listed[:6]:
        sent = await read(f"{playlist['href']}?additional_types=episode")
        further = await read(f"{playlist['href']}/items?offset=20&additional_types=episode")
        found.update(unknown(sent, "playlist", "playlist"), unknown(further, "page", "page"))
        for entry in further["items"]:
            album = (entry.get("item") or entry.get("track") or {}).get("album") or {}
            works = (album, *album.get("artists", ())) if album.get("id") else ()
            links.update(work["href"] for work in works if work.get("href"))
    for link in (*sorted(links)[:10], *sorted(links)[-10:]):
        kind = link.split("/")[-2].removesuffix("s")
        found.update(unknown(await read(link), kind, kind))
    assert {link.split("/")[-2] for link in links} == {"albums", "artists"}
    assert found == set()
