"""Builds a playlist's outcome for the run manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.content import has_changed
from playlake_contracts.manifest import PlaylistOutcome
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from playlake_extractor.errors import PlaylistError
    from playlake_extractor.ports import PlaylistRead
    from playlake_extractor.run.state import LastSnapshot


def landed(
    playlist_id: str, read: PlaylistRead, *, part: str, before: LastSnapshot | None = None
) -> PlaylistOutcome:
    """The outcome of a playlist whose snapshot is in a part; `before` is the snapshot before it."""
    digest_before = None if before is None else before.items_sha256
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=Outcome.LANDED,
        name=read.name,
        snapshot_id=read.snapshot_id,
        entries=read.tail.entries,
        total=read.total,
        complete=read.tail.complete,
        part=part,
        items_sha256=read.items_sha256,
        items_changed=has_changed(read.items_sha256, digest_before),
    )


def unchanged(
    playlist_id: str, name: str | None, snapshot_id: str | None, since: LastSnapshot
) -> PlaylistOutcome:
    """The outcome of a playlist whose last snapshot is still in force."""
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=Outcome.UNCHANGED,
        name=name,
        snapshot_id=snapshot_id,
        unchanged_since=since.run_id,
        items_sha256=since.items_sha256,
    )


def not_landed(
    playlist_id: str,
    error: PlaylistError,
    *,
    name: str | None = None,
    snapshot_id: str | None = None,
    total: int | None = None,
) -> PlaylistOutcome:
    """The outcome of a playlist that could not be read, with what is known of it."""
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=error.outcome,
        code=error.code,
        reason=str(error),
        name=name,
        snapshot_id=snapshot_id,
        total=total,
    )
