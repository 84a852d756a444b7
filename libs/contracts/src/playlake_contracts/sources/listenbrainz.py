"""Identifies what a ListenBrainz playlist holds; its JSPF is MusicBrainz's.

An entry names a recording by an address such as `https://musicbrainz.org/recording/<MBID>`, alone
or in a list of addresses. Documentation: https://musicbrainz.org/doc/jspf
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from playlake_contracts.content import entry_identity

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE: Final = "listenbrainz"

RECORDING_ADDRESS: Final = "https://musicbrainz.org/recording/"
PLAYLIST_EXTENSION: Final = "https://musicbrainz.org/doc/jspf#playlist"
TRACK_EXTENSION: Final = "https://musicbrainz.org/doc/jspf#track"

MBID_FORM: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ENTITY: Final = re.compile(
    rf"https?://(?:[a-z]+\.)?musicbrainz\.org/(?P<kind>[a-z-]+)/(?P<mbid>{MBID_FORM})/?",
    re.ASCII | re.IGNORECASE,
)

# Addresses that identify a thing: a list, and in older files a single one.
Identifiers = str | list[str | None] | None


def addresses(identifier: Identifiers) -> Sequence[str | None]:
    """The addresses that identify a thing, in order; those that are null are none."""
    return identifier if isinstance(identifier, list) else (identifier,)


def recording_mbid(identifier: Identifiers) -> str | None:
    """The MBID of the recording that an entry names; None if it names none."""
    return next(filter(None, (_mbid("recording", one) for one in addresses(identifier))), None)


def artist_mbid(address: str | None) -> str | None:
    """The MBID in the address of an artist; None if it is no such address."""
    return _mbid("artist", address)


def release_mbid(address: str | None) -> str | None:
    """The MBID in the address of a release; None if it is no such address."""
    return _mbid("release", address)


def identity_of(identifier: Identifiers, title: str | None, creator: str | None) -> str | None:
    """The text that distinguishes an entry from others; see `content.entry_identity`.

    Args:
        identifier: the addresses of the entry.
        title: its title.
        creator: the artists as credited.
    """
    mbid = recording_mbid(identifier)
    return entry_identity(mbid and RECORDING_ADDRESS + mbid, None, title, (creator,))


def _mbid(kind: str, address: str | None) -> str | None:
    named = None if address is None else _ENTITY.fullmatch(address)
    return named["mbid"].lower() if named is not None and named["kind"].lower() == kind else None
