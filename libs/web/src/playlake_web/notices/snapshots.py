"""Reads snapshots of several playlists at once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.runs import RunId
from playlake_lake.history import Entry, Metadata, cover_of
from playlake_web.facts.playlists import PlaylistKey
from playlake_web.facts.rows import aware, aware_or_none
from playlake_web.notices.changes import Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from playlake_lake.history import Contents
    from playlake_web.reader import Rows

_Found = tuple[PlaylistKey, str]

_SNAPSHOTS: Final = """
select
    source, playlist_id, run_id, fetched_at, name, description, owner_id, is_public,
    is_collaborative, image_url
from playlists where is_complete and {in_days} and ({wanted})
"""
_ENTRIES: Final = """
select
    source, playlist_id, run_id, identity, added_at, added_by, item_type, name, artist_names
from playlist_items where {in_days} and ({wanted})
order by source, playlist_id, run_id, position
"""


def snapshots(lake: Rows, wanted: Mapping[PlaylistKey, Collection[str]]) -> dict[_Found, Snapshot]:
    """The complete snapshots of some runs, by playlist and run; one that is not there is absent.

    Args:
        lake: the committed rows.
        wanted: the ids of runs by playlist.

    Raises:
        LakeError: the lake cannot be read.
    """
    if not wanted:
        return {}
    days = {RunId.parse(run_id).snapshot_date for runs in wanted.values() for run_id in runs}
    condition, parameters = _condition(wanted)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        text = sql.replace("{wanted}", condition)
        return lake.rows(text, days, **parameters)

    contents = _contents(rows(_ENTRIES))
    return {
        (PlaylistKey(source, id_), run_id): Snapshot(
            aware(at), _metadata(rest), contents.get((PlaylistKey(source, id_), run_id), ())
        )
        for source, id_, run_id, at, *rest in rows(_SNAPSHOTS)
    }


def _condition(wanted: Mapping[PlaylistKey, Collection[str]]) -> tuple[str, dict[str, str]]:
    """A condition for the rows of some runs of each playlist; ids of a source are parameters."""
    parts, parameters = [], dict[str, str]()
    for number, (key, runs) in enumerate(wanted.items()):
        parameters |= {f"source{number}": key.source, f"playlist{number}": key.id}
        ids = ", ".join(f"'{RunId.parse(run_id)}'" for run_id in sorted(runs))
        parts.append(
            f"(source = $source{number} and playlist_id = $playlist{number} and run_id in ({ids}))"
        )
    return " or ".join(parts), parameters


def _contents(rows: list[tuple[Any, ...]]) -> dict[_Found, Contents]:
    return {
        (PlaylistKey(source, id_), run_id): tuple(_entry(row[3:]) for row in of_run)
        for (source, id_, run_id), of_run in groupby(rows, key=lambda row: row[:3])
    }


def _entry(values: tuple[Any, ...]) -> Entry:
    identity, added_at, *rest = values
    return Entry(identity, aware_or_none(added_at), *rest)


def _metadata(values: list[Any]) -> Metadata:
    name, description, owner, public, collaborative, image_url = values
    return Metadata(name, description, owner, public, collaborative, cover_of(image_url))
