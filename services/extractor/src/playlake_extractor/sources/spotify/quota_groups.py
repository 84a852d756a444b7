"""The groups of Spotify's endpoints. Each has a quota; if one is spent, the others still answer.

Spotify does not publish the groups: these are the ones that were seen to be limited apart.
"""

from __future__ import annotations

from enum import StrEnum


class QuotaGroup(StrEnum):
    """A group of endpoints that share a quota."""

    LISTING = "listing"  # GET /me, GET /me/playlists
    PLAYLIST = "playlist"  # GET /playlists/{id}
    ITEMS = "items"  # GET /playlists/{id}/items
    LIBRARY = "library"  # GET /me/tracks
    DETAILS = "details"  # GET /artists/{id}, GET /albums/{id}
    WRITING = "writing"  # POST /me/playlists, POST /playlists/{id}/items
