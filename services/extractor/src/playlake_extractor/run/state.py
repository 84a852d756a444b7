"""What runs remember of earlier ones: the snapshot in force of each playlist, and closed buckets.

It is a convenience: without it a run asks for more than it must, and nothing is lost. It merges:
in whatever order two runs are remembered, the result is the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Moment
from playlake_contracts.runs import RunId
from playlake_extractor.sources.spotify.quota_groups import Bucket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.run.definition import Run

SCHEMA = "playlake.state/1"


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot in force of a playlist.

    Attributes:
        run_id: the run that landed it.
        snapshot_id: Spotify's version of the playlist then.
        items_sha256: digest of its items.
    """

    run_id: str
    snapshot_id: str | None
    items_sha256: str | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered.

    Attributes:
        playlists: the snapshots in force, by playlist id.
        not_before: from when each closed bucket may be asked again.
        mine: the playlists of the user, as listed last.
    """

    schema: str = SCHEMA
    playlists: dict[str, Remembered] = {}
    not_before: dict[Bucket, Moment] = {}
    mine: list[str] | None = None


def in_force(remembered: Remembered | None, snapshot_id: str | None, run: Run) -> bool:
    """Whether a playlist of that `snapshot_id` need not be landed by a run.

    Popularity moves without the snapshot id, so that a snapshot serves for `refresh_after` only.
    """
    if remembered is None or snapshot_id is None or remembered.snapshot_id != snapshot_id:
        return False
    age = run.run_id.scheduled_at - RunId.parse(remembered.run_id).scheduled_at
    return timedelta(0) <= age < run.refresh_after


def remember(state: State, manifest: Manifest, mine: list[str] | None = None) -> State:
    """The state and what a run has found: its snapshots, and what Spotify closed.

    `mine` are the user's playlists, where the run has listed them.
    """
    closed = {Bucket(name): moment for name, moment in manifest.not_before.items()}
    return State(
        playlists={**state.playlists, **dict(_newer(state, manifest))},
        not_before=remember_closed(state, closed, manifest.finished_at).not_before,
        mine=state.mine if mine is None else mine,
    )


def remember_closed(state: State, closed: Mapping[Bucket, datetime], now: datetime) -> State:
    """The state and the buckets that Spotify closed; those that are open again are forgotten."""
    latest = {
        bucket: max(moments)
        for bucket in Bucket
        if (moments := [known[bucket] for known in (state.not_before, closed) if bucket in known])
    }
    still = {bucket: moment for bucket, moment in latest.items() if moment > now}
    return msgspec.structs.replace(state, not_before=still)


def encode_state(state: State) -> bytes:
    """Encode a state as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n"


def decode_state(raw: bytes) -> State:
    """Decode a state.

    Raises:
        ValueError: it is none, or of a schema that this version does not know.
    """
    state = msgspec.json.decode(raw, type=State)
    if state.schema != SCHEMA:
        raise ValueError(f"state schema {state.schema!r} is not {SCHEMA!r}")
    for remembered in state.playlists.values():
        RunId.parse(remembered.run_id)
    return state


def _newer(state: State, manifest: Manifest) -> Iterator[tuple[str, Remembered]]:
    for playlist in manifest.playlists:
        before = state.playlists.get(playlist.playlist_id)
        # What was read in part only is read again.
        if playlist.outcome is not Outcome.LANDED or not playlist.complete:
            continue
        # Run ids begin with the scheduled time, so their order is that of time.
        if before is None or before.run_id <= manifest.run_id:
            yield (
                playlist.playlist_id,
                Remembered(
                    run_id=manifest.run_id,
                    snapshot_id=playlist.snapshot_id,
                    items_sha256=playlist.items_sha256,
                ),
            )
