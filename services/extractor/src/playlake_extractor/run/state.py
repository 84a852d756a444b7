"""What runs store for later runs: the snapshot in force of each playlist, and closed quotas.

The state saves requests; without it, a run sends more of them and loses nothing. Runs can be added
to it in any order, with the same result.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Moment
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.run.definition import Run

SCHEMA = "playlake.state/1"


class LastSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot of a playlist that is in force.

    Attributes:
        run_id: the run that landed it.
        snapshot_id: the source's version of the playlist then.
        items_sha256: digest of its entries.
    """

    run_id: str
    snapshot_id: str | None
    items_sha256: str | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a playlist was read last, and how large it was.

    Attributes:
        run_id: the last run that read it, whatever the outcome.
        total: number of its entries then.
        total_by: the run that found that total.
    """

    run_id: str | None = None
    total: int | None = None
    total_by: str | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier runs stored.

    Attributes:
        playlists: the snapshots in force, by playlist id.
        not_before: when each closed group of endpoints opens again.
        mine: the playlists of the user, as listed last.
        seen: when each playlist was read last.
    """

    schema: str = SCHEMA
    playlists: dict[str, LastSnapshot] = {}
    not_before: dict[str, Moment] = {}
    mine: list[str] | None = None
    seen: dict[str, Seen] = {}

    def seen_of(self, playlist_id: str) -> Seen:
        """When a playlist was read last; empty if unknown."""
        seen = self.seen.get(playlist_id)
        if seen is None and playlist_id in self.playlists:  # version 0.1.0 stored nothing else
            return Seen(run_id=self.playlists[playlist_id].run_id)
        return seen or Seen()


def in_force(last: LastSnapshot | None, snapshot_id: str | None, run: Run) -> bool:
    """Whether a run need not land a playlist with this `snapshot_id`.

    Popularity changes without the snapshot id, so a snapshot is in force for at most
    `refresh_after`.
    """
    if last is None or snapshot_id is None or last.snapshot_id != snapshot_id:
        return False
    age = run.run_id.scheduled_at - RunId.parse(last.run_id).scheduled_at
    return timedelta(0) <= age < run.refresh_after


def add_run(
    state: State,
    manifest: Manifest,
    mine: list[str] | None = None,
    broken_off: Collection[str] = (),
) -> State:
    """Add a run's snapshots, and the groups of endpoints that the source closed.

    Args:
        state: what earlier runs stored.
        manifest: the run's manifest.
        mine: the user's playlists, if the run has listed them.
        broken_off: playlists that were being read when the budget was spent. They count as
            read, so that other playlists come first in the next run.
    """
    return State(
        playlists={**state.playlists, **dict(_newer(state, manifest))},
        not_before=add_closed(state, manifest.not_before, manifest.finished_at).not_before,
        mine=state.mine if mine is None else mine,
        seen={**state.seen, **dict(_seen(state, manifest, broken_off))},
    )


def add_closed(state: State, closed: Mapping[str, datetime], now: datetime) -> State:
    """Add the groups that the source closed, and drop those that are open again."""
    groups = {**state.not_before, **closed}
    latest = {
        group: max(known[group] for known in (state.not_before, closed) if group in known)
        for group in groups
    }
    return msgspec.structs.replace(state, not_before=still_closed(latest, now))


def still_closed(not_before: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """The groups of endpoints that are still closed, and when each opens again."""
    return {group: moment for group, moment in not_before.items() if moment > now}


def encode_state(state: State) -> bytes:
    """Encode a state as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n"


def decode_state(raw: bytes) -> State:
    """Decode a state.

    Raises:
        ValueError: the bytes are not a state of a schema that this version can read.
    """
    state = msgspec.json.decode(raw, type=State)
    if state.schema != SCHEMA:
        raise ValueError(f"state schema {state.schema!r} is not {SCHEMA!r}")
    # Many playlists share a run, so each run id is checked once.
    for run_id in dict.fromkeys(last.run_id for last in state.playlists.values()):
        RunId.parse(run_id)
    return state


def _seen(
    state: State, manifest: Manifest, broken_off: Collection[str]
) -> Iterator[tuple[str, Seen]]:
    for playlist in manifest.playlists:
        before = state.seen_of(playlist.playlist_id)
        was_read = (
            playlist.outcome is not Outcome.RATE_LIMITED or playlist.playlist_id in broken_off
        )
        run_id, total, total_by = before.run_id, before.total, before.total_by
        if was_read:
            run_id = max(run_id or "", manifest.run_id)
        if playlist.total is not None and (total_by or "") <= manifest.run_id:
            total, total_by = playlist.total, manifest.run_id
        yield playlist.playlist_id, Seen(run_id=run_id, total=total, total_by=total_by)


def _newer(state: State, manifest: Manifest) -> Iterator[tuple[str, LastSnapshot]]:
    for playlist in manifest.playlists:
        before = state.playlists.get(playlist.playlist_id)
        # An incomplete snapshot is read again by the next run.
        if playlist.outcome is not Outcome.LANDED or not playlist.complete:
            continue
        # Run ids begin with the scheduled time, so their order is that of time.
        if before is None or before.run_id <= manifest.run_id:
            yield (
                playlist.playlist_id,
                LastSnapshot(
                    run_id=manifest.run_id,
                    snapshot_id=playlist.snapshot_id,
                    items_sha256=playlist.items_sha256,
                ),
            )
