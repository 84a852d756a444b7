"""The three tiers of apps that Spotify serves differently, as data.

`absent` names, per object type, the fields that a tier's responses do not have.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

Fields = Mapping[str, frozenset[str]]

_CLASSIC: Fields = {"album": frozenset({"is_playable"}), "track": frozenset({"is_playable"})}
_SINCE_FEBRUARY_2026: Fields = {
    "album": frozenset({"available_markets", "label", "popularity"}),
    "artist": frozenset({"followers", "genres", "popularity"}),
    "playlist": frozenset({"followers"}),
    "show": frozenset({"available_markets", "publisher"}),
    "track": frozenset({"available_markets", "popularity", "preview_url"}),
    "user": frozenset({"country", "email", "explicit_content", "followers", "product"}),
}


class Tier(StrEnum):
    """What kind of app the sandbox takes its callers for."""

    EXTENDED = "extended"
    """Extended quota: every field, and both generations of keys at once."""
    OLDER_DEV = "older-dev"
    """Development mode, made before 2026-02-11: the classic keys."""
    NEWER_DEV = "newer-dev"
    """Development mode, made since: the new keys, fewer fields, own playlists only."""

    @property
    def restricted(self) -> bool:
        """Whether only contents of the caller's own and collaborative playlists are readable."""
        return self is Tier.NEWER_DEV

    @property
    def page_keys(self) -> tuple[str, ...]:
        """Under which keys a playlist holds its first page."""
        return _PAGE_KEYS[self]

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """Under which keys an entry holds its track or episode."""
        return tuple(key.removesuffix("s") for key in self.page_keys)

    @property
    def absent(self) -> Fields:
        """Returns the fields left out, by object type."""
        return _SINCE_FEBRUARY_2026 if self.restricted else _CLASSIC


_PAGE_KEYS: Mapping[Tier, tuple[str, ...]] = MappingProxyType(
    {
        Tier.EXTENDED: ("items", "tracks"),
        Tier.OLDER_DEV: ("tracks",),
        Tier.NEWER_DEV: ("items",),
    }
)
