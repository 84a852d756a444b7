"""Responses as others might have saved them. All playlists here are synthetic."""

from __future__ import annotations

import json
from typing import Any

import pytest

PLAYLIST = "synthetic0000000000001"
API = "https://api.spotify.example/v1"


class Saved:
    """Makes responses, indented oddly so that a rewritten byte would show."""

    def entry(self, number: int, key: str = "item") -> dict[str, Any]:
        track = {"id": f"track{number}", "uri": f"spotify:track:{number}", "track": True}
        return {"added_at": "2026-01-01T00:00:00Z", key: track}

    def page(
        self,
        first: int = 0,
        count: int = 2,
        *,
        total: int | None = None,
        playlist_id: str = PLAYLIST,
        key: str = "item",
        **changed: object,
    ) -> dict[str, Any]:
        """A page of entries numbered from `first`; without `total` it is the last."""
        end = first + count
        last = total is None or total == end
        endpoint = f"{API}/playlists/{playlist_id}/{key}s"
        return {
            "href": f"{endpoint}?offset={first}&limit={count}&locale=en-US,en;q%3D0.5",
            "items": [self.entry(number, key) for number in range(first, end)],
            "next": None if last else f"{endpoint}?offset={end}&limit={count}",
            "offset": first,
            "total": end if total is None else total,
        } | changed

    def playlist(self, page: dict[str, Any] | None = None, **changed: object) -> dict[str, Any]:
        """A playlist with its first page, of two entries unless another is given."""
        return {
            "href": f"{API}/playlists/{PLAYLIST}",
            "id": PLAYLIST,
            "name": "Größe",
            "snapshot_id": "AAAAaqU/Uy6+synthetic",
            "items": self.page() if page is None else page,
            "type": "playlist",
        } | changed

    def file(self, response: object) -> bytes:
        """A file that holds a response, or an array of responses, and ends as editors end it."""
        return json.dumps(response, indent=3, ensure_ascii=False).encode() + b"\n"


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def said() -> list[str]:
    """The notices for a person; its `append` serves as `say`."""
    return []
