"""The kept covers of playlists, by the addresses at which they are served.

A lake without kept covers is asked for nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_web.addresses import kept_cover
from playlake_web.facts.rows import aware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake_web.reader import Reader

_LATEST: Final = """
select source, playlist_id, max_by(coalesce(image_url, ''), fetched_at) as image_url
from playlists where {in_days} group by source, playlist_id
"""
_OF_PLAYLIST: Final = """
select fetched_at, image_url from playlists
where source = $source and playlist_id = $id and {in_days} order by fetched_at
"""


def latest_covers(lake: Reader) -> Mapping[tuple[str, str], str]:
    """The covers of the last snapshots, by source and id of the playlist; no others."""
    kept = lake.covers.kept()
    rows = lake.rows(_LATEST) if kept else []
    images = {(source, id_): kept.image_at(source, url) for source, id_, url in rows}
    return {key: kept_cover(image) for key, image in images.items() if image}


def cover_at(lake: Reader, source: str, playlist_id: str, at: datetime) -> str | None:
    """The cover of the last snapshot of a playlist until a moment; None if it is not kept."""
    kept = lake.covers.kept()
    rows = lake.rows(_OF_PLAYLIST, source=source, id=playlist_id) if kept else []
    until = [url for fetched_at, url in rows if aware(fetched_at) <= at]
    image = kept.image_at(source, until[-1]) if until else None
    return None if image is None else kept_cover(image)
