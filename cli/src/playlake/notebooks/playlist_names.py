"""Finds the playlist that a person names by its id, link, URI or name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_lake.history.records import Playlist

_LINK: Final = re.compile(r"(?:spotify:|https?://open\.spotify\.com/.*?)playlist[:/](?P<id>\w+).*")


def choose_playlist(text: str, known: Mapping[Playlist, str | None]) -> Playlist:
    """The playlist that a text names.

    Args:
        text: an id, a link, a URI, or a name in upper or lower case.
        known: the playlists with their names.

    Raises:
        CommandError: there is none, or more than one.
    """
    link = _LINK.fullmatch(text.strip())
    wanted = link["id"] if link else text.strip()
    by_id = [playlist for playlist in known if playlist.id == wanted]
    folded = wanted.casefold()
    found = by_id or [each for each, name in known.items() if (name or "").casefold() == folded]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(sorted(playlist.id for playlist in found))
        raise CommandError(f"{len(found)} playlists are named {text[:80]}: give one of {ids}")
    near = get_close_matches(wanted, [name for name in known.values() if name], n=1)
    hint = f"did you mean {near[0]}?" if near else "`playlists()` has their ids and names"
    raise CommandError(f"there is no playlist {text[:80]}: {hint}")
