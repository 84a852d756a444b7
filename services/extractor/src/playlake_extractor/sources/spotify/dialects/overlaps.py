"""Finds entries that are in two saved responses of a playlist, and whether they are equal."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from playlake_extractor.run.saved_snapshots import SavedFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_extractor.sources.spotify.dialects.api_responses import SavedResponse


def repeats(page: SavedResponse, playlist: SavedResponse) -> bool:
    """Whether a page is part of the playlist's embedded page, which is often saved as well."""
    held = _identities(playlist)[page.start - playlist.start :][: page.end - page.start]
    return _collide(playlist, page) and held == _identities(page)


def check_disjoint(responses: Iterable[SavedResponse]) -> None:
    """Check that no entry of a playlist is in two responses, given in order.

    Raises:
        SavedFileError: an entry is in two; the message names both responses.
    """
    for one, other in pairwise(responses):
        if _collide(one, other):
            raise contradiction(one, other)


def is_contiguous(responses: Sequence[SavedResponse]) -> bool:
    """Whether responses, given in order, have every entry from the first to the last."""
    starts = [response.start for response in responses]
    return starts == [0, *(response.end for response in responses[:-1])]


def contradiction(one: SavedResponse, other: SavedResponse) -> SavedFileError:
    """The error that two responses cannot have been saved at the same time."""
    return SavedFileError(
        f"{one.origin} and {other.origin} show the same entries of playlist {one.playlist_id!r} "
        "differently: they are of two moments, so import them separately, each with its --at"
    )


def _collide(one: SavedResponse, other: SavedResponse) -> bool:
    return other.start < max(one.end, one.start + 1)


def _identities(response: SavedResponse) -> list[str | None]:
    if response.page is None:
        return []
    held = (entry.held for entry in response.page.entries())
    return [None if item is None else item.identity for item in held]
