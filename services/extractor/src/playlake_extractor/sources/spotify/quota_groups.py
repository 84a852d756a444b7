"""Spotify's quotas are kept by groups of endpoints; while one is spent, the others go on.

The groups are not published: these are the ones that were seen to be limited apart.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Bucket(StrEnum):
    """A group of endpoints that share a quota."""

    LISTING = "listing"  # GET /me, GET /me/playlists
    PLAYLIST = "playlist"  # GET /playlists/{id}
    ITEMS = "items"  # GET /playlists/{id}/items
    DETAILS = "details"  # GET /artists/{id}, GET /albums/{id}


def still_closed(not_before: Mapping[Bucket, datetime], now: datetime) -> Mapping[Bucket, datetime]:
    """The buckets that are not to be asked yet, and from when they are."""
    return {bucket: moment for bucket, moment in not_before.items() if moment > now}
