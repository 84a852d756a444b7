"""What became of a playlist, as the run manifest tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.content import has_changed
from playlake_contracts.manifest import PlaylistOutcome
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from playlake_contracts.raw import Tail
    from playlake_extractor.errors import PlaylistError
    from playlake_extractor.run.state import Remembered
    from playlake_extractor.sources.spotify.responses import Playlist


def landed(  # noqa: PLR0913 - what the manifest tells of a snapshot
    playlist_id: str,
    playlist: Playlist,
    tail: Tail,
    *,
    total: int | None,
    part: str,
    items_sha256: str | None = None,
    before: Remembered | None = None,
) -> PlaylistOutcome:
    """The outcome of a playlist whose snapshot is in a part; `before` is the one before it."""
    known = None if before is None else before.items_sha256
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=Outcome.LANDED,
        name=playlist.name,
        snapshot_id=playlist.snapshot_id,
        entries=tail.entries,
        total=total,
        complete=tail.complete,
        part=part,
        items_sha256=items_sha256,
        items_changed=has_changed(items_sha256, known),
    )


def unchanged(
    playlist_id: str, name: str | None, snapshot_id: str | None, since: Remembered
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
    playlist_id: str, error: PlaylistError, playlist: Playlist | None
) -> PlaylistOutcome:
    """The outcome of a playlist that could not be read, with what is known of it."""
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=error.outcome,
        code=error.code,
        reason=str(error),
        name=playlist.name if playlist else None,
        snapshot_id=playlist.snapshot_id if playlist else None,
    )
