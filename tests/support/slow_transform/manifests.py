"""Reads the manifest of a run: a row of `run_outcomes` for each of its playlists.

Of `playlist_daily` the rows have only what the manifest itself says.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slow_transform.objects import Rejected, SlowRows
from slow_transform.tidying import tidy

if TYPE_CHECKING:
    from slow_transform.objects import Key

Json = dict[str, Any]

SCHEMA = "playlake.manifest/1"

# By column, the field of a playlist in the manifest. Absent ones are null.
FIELDS = {
    "playlist_id": "playlist_id",
    "outcome": "outcome",
    "code": "code",
    "reason": "reason",
    "name": "name",
    "snapshot_id": "snapshot_id",
    "entries": "entries",
    "total": "total",
    "is_complete": "complete",
    "raw_part": "part",
    "unchanged_since_run_id": "unchanged_since",
    "content_hash": "items_sha256",
    "items_changed": "items_changed",
}

# The columns of `playlist_daily` that a manifest says of what was landed, and those that it cannot.
OF_LANDED = {"entries": "entries", "contents_part": "part", "is_complete": "complete"}
NEEDS_OTHERS = (
    "distinct_tracks",
    "distinct_artists",
    "duration_ms",
    "explicit_share",
    "median_release_year",
    "entries_added",
    "entries_removed",
)


def manifest_rows(raw: bytes, key: Key) -> SlowRows:
    """The rows of a manifest. The types of its fields are not checked.

    Raises:
        Rejected: it is not the manifest of this run, or its counts do not add up.
    """
    try:
        manifest = json.loads(raw)
        _check(manifest, key)
        finished = datetime.fromisoformat(manifest["finished_at"]).astimezone(UTC)
    except (ValueError, KeyError) as error:
        raise Rejected("invalid_manifest") from error
    rows = SlowRows(finished, json_bytes=len(raw))
    rows.tables["run_outcomes"] = [
        key.row(
            finished,
            {column: playlist.get(field) for column, field in FIELDS.items()}
            | {"trigger": manifest["trigger"], "account": manifest.get("account")},
        )
        for playlist in manifest["playlists"]
    ]
    rows.tables["playlist_daily"] = [
        key.row(finished, row)
        for playlist in manifest["playlists"]
        if (row := _contents(playlist, key)) is not None
    ]
    tidy(rows.tables)
    return rows


def _contents(playlist: Json, key: Key) -> Json | None:
    """What a manifest alone says of the contents of a playlist; None if it asserts none."""
    row: Json = {"playlist_id": playlist["playlist_id"], **dict.fromkeys(NEEDS_OTHERS)}
    match playlist["outcome"]:
        case "landed":
            said = {column: playlist.get(field) for column, field in OF_LANDED.items()}
            return row | said | {"contents_run_id": key.run_id}
        case "unchanged":
            since = {"contents_run_id": playlist.get("unchanged_since")}
            return row | dict.fromkeys(OF_LANDED) | since
    return None


def _check(manifest: Json, key: Key) -> None:
    playlists, parts = manifest["playlists"], manifest["parts"]
    landed = Counter(one["part"] for one in playlists if one["outcome"] == "landed")
    details = manifest.get("details") or {"artists": 0, "albums": 0}
    equal = [
        (manifest["schema"], SCHEMA),
        (manifest["source"], key.source),
        (manifest["run_id"], key.run_id),
        (manifest["configured"], len({one["playlist_id"] for one in playlists})),
        (manifest["configured"], len(playlists)),
        (dict(landed), {one["part"]: one["snapshots"] for one in parts if not one.get("details")}),
        (
            sum(one.get("entries") or 0 for one in playlists),
            sum(one["entries"] for one in parts),
        ),
        (details["artists"] + details["albums"], sum(one.get("details", 0) for one in parts)),
    ]
    if any(one != other for one, other in equal):
        raise ValueError("the manifest does not add up")
