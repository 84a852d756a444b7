"""`run_outcomes`: one row for each playlist of a run, from the manifest of the run."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.tables.mapping import Columns

RUN_OUTCOMES: Final = TableMapping(
    TABLES["run_outcomes"],
    given=("trigger",),
    read={
        "playlist_id": attrgetter("playlist_id"),
        "outcome": attrgetter("outcome.value"),
        "code": attrgetter("code"),
        "reason": attrgetter("reason"),
        "name": attrgetter("name"),
        "snapshot_id": attrgetter("snapshot_id"),
        "entries": attrgetter("entries"),
        "total": attrgetter("total"),
        "is_complete": attrgetter("complete"),
        "raw_part": attrgetter("part"),
        "unchanged_since_run_id": attrgetter("unchanged_since"),
        "content_hash": attrgetter("items_sha256"),
        "items_changed": attrgetter("items_changed"),
    },
)


def outcome_columns(manifest: Manifest) -> Columns:
    """Build the columns of `run_outcomes`."""
    playlists = manifest.playlists
    return {
        **RUN_OUTCOMES.columns(playlists),
        "fetched_at": [manifest.finished_at] * len(playlists),
        "trigger": [manifest.trigger] * len(playlists),
    }
