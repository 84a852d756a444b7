"""Reads the manifest of a run: a row of `run_outcomes` for each of its playlists."""

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
            | {"trigger": manifest["trigger"]},
        )
        for playlist in manifest["playlists"]
    ]
    tidy(rows.tables)
    return rows


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
