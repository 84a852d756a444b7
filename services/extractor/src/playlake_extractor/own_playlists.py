"""Asks a source for the list of the user's playlists, outside of a run."""

from __future__ import annotations

from datetime import UTC, datetime

from playlake_extractor.sources.registry import SOURCES, SourceSettings


def count_own_playlists(source: str) -> int:
    """Count the user's playlists, with the settings of the environment.

    Raises:
        ValueError: a setting is wrong.
        StopError: the source knows no user, or refuses the credentials.
        PlaylistError: the list cannot be read now.
    """
    opened = SOURCES[source].open(SourceSettings(), lambda: datetime.now(UTC))
    return len(opened.own_playlists().playlists)
