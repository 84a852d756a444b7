"""Which entries two responses of one playlist both hold, and whether they agree on them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, Raw, Struct

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake.importing.saved import Response
    from playlake_extractor.sources.spotify.responses import Entry


def repeats(page: Response, playlist: Response) -> bool:
    """Whether a page is part of the one that its playlist holds, which is as often saved too."""
    held = _identities(playlist)[page.start - playlist.start :][: page.end - page.start]
    return _collide(playlist, page) and held == _identities(page)


def check_disjoint(responses: Iterable[Response]) -> None:
    """Check that no entry of a playlist is in two responses, given in order.

    Raises:
        CommandError: one is; the message names both.
    """
    for one, other in pairwise(responses):
        if _collide(one, other):
            raise contradiction(one, other)


def is_contiguous(responses: Sequence[Response]) -> bool:
    """Whether responses, given in order, hold every entry from the first to their last."""
    starts = [response.start for response in responses]
    return starts == [0, *(response.end for response in responses[:-1])]


def contradiction(one: Response, other: Response) -> CommandError:
    """The error that two responses cannot be of one moment."""
    return CommandError(
        f"{one.origin} and {other.origin} show the same entries of playlist {one.playlist_id!r} "
        "differently: they are of two moments, so import them separately, each with its --at"
    )


def _collide(one: Response, other: Response) -> bool:
    return other.start < max(one.end, one.start + 1)


class _Item(Struct, frozen=True):
    id: Raw = Raw()
    uri: Raw = Raw()


def _identities(response: Response) -> list[_Item | None]:
    entries = (response.page and response.page.items) or ()
    return [_identity(entry) for entry in entries]


def _identity(entry: Entry | None) -> _Item | None:
    """What an entry holds; None where that is no item."""
    for held in () if entry is None else (entry.item, entry.track):
        if held is not UNSET and bytes(held).startswith(b"{"):
            return msgspec.json.decode(held, type=_Item)
    return None
