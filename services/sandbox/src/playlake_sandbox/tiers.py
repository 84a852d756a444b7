"""The three tiers of apps, and how Spotify's responses to them differ."""

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
    """The tier that the sandbox assumes for its callers' app."""

    EXTENDED = "extended"
    """Extended quota mode: every field, and both `items` and `tracks`."""
    OLDER_DEV = "older-dev"
    """Development mode, created before 2026-02-11: only `tracks`."""
    NEWER_DEV = "newer-dev"
    """Development mode, created since: only `items`, fewer fields, own playlists."""

    @property
    def restricted(self) -> bool:
        """Whether an app reads the contents of own and collaborative playlists only."""
        return self is Tier.NEWER_DEV

    @property
    def page_keys(self) -> tuple[str, ...]:
        """The keys under which a playlist has its first page."""
        return _PAGE_KEYS[self]

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """The keys under which an entry has its track or episode."""
        return tuple(key.removesuffix("s") for key in self.page_keys)

    @property
    def absent(self) -> Fields:
        """The fields that responses do not have, by object type."""
        return _SINCE_FEBRUARY_2026 if self.restricted else _CLASSIC


_PAGE_KEYS: Mapping[Tier, tuple[str, ...]] = MappingProxyType(
    {
        Tier.EXTENDED: ("items", "tracks"),
        Tier.OLDER_DEV: ("tracks",),
        Tier.NEWER_DEV: ("items",),
    }
)
