"""`run_outcomes`: one row for each playlist of a run, from the manifest of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.tables.mapping import Columns

RUN_OUTCOMES: Final = TableMapping(
    TABLES["run_outcomes"],
    given=("trigger", "account"),
    read={
        "playlist_id": lambda playlists: [playlist.playlist_id for playlist in playlists],
        "outcome": lambda playlists: [playlist.outcome.value for playlist in playlists],
        "code": lambda playlists: [playlist.code for playlist in playlists],
        "reason": lambda playlists: [playlist.reason for playlist in playlists],
        "name": lambda playlists: [playlist.name for playlist in playlists],
        "snapshot_id": lambda playlists: [playlist.snapshot_id for playlist in playlists],
        "entries": lambda playlists: [playlist.entries for playlist in playlists],
        "total": lambda playlists: [playlist.total for playlist in playlists],
        "is_complete": lambda playlists: [playlist.complete for playlist in playlists],
        "raw_part": lambda playlists: [playlist.part for playlist in playlists],
        "unchanged_since_run_id": lambda playlists: [
            playlist.unchanged_since for playlist in playlists
        ],
        "content_hash": lambda playlists: [playlist.items_sha256 for playlist in playlists],
        "items_changed": lambda playlists: [playlist.items_changed for playlist in playlists],
    },
    names=frozenset({"name"}),
)


def outcome_columns(manifest: Manifest) -> Columns:
    """Build the columns of `run_outcomes`."""
    playlists = manifest.playlists
    return {
        **RUN_OUTCOMES.columns(playlists),
        "fetched_at": [manifest.finished_at] * len(playlists),
        "trigger": [manifest.trigger] * len(playlists),
        "account": [manifest.account] * len(playlists),
    }
