"""Rows of `run_outcomes`, from a run's manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.columns import Columns


def outcome_columns(manifest: Manifest) -> Columns:
    """Columns of `run_outcomes`: one row a configured playlist."""
    playlists = manifest.playlists
    return {
        "fetched_at": [manifest.finished_at] * len(playlists),
        "playlist_id": [p.playlist_id for p in playlists],
        "outcome": [p.outcome.value for p in playlists],
        "code": [p.code for p in playlists],
        "reason": [p.reason for p in playlists],
        "name": [p.name for p in playlists],
        "snapshot_id": [p.snapshot_id for p in playlists],
        "entries": [p.entries for p in playlists],
        "total": [p.total for p in playlists],
        "is_complete": [p.complete for p in playlists],
        "raw_part": [p.part for p in playlists],
        "unchanged_since_run_id": [p.unchanged_since for p in playlists],
        "items_changed": [p.items_changed for p in playlists],
        "trigger": [manifest.trigger] * len(playlists),
    }
