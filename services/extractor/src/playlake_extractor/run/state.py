"""What runs store for later runs: the snapshot in force of each playlist, and closed quotas.

It saves requests: without it a run sends more of them, and nothing is lost. It merges: in whatever
order two runs are added, the result is the same.
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


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot in force of a playlist.

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
        total: how many entries it had.
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
    playlists: dict[str, Remembered] = {}
    not_before: dict[str, Moment] = {}
    mine: list[str] | None = None
    seen: dict[str, Seen] = {}

    def seen_of(self, playlist_id: str) -> Seen:
        """When a playlist was read last; empty where that is not known."""
        seen = self.seen.get(playlist_id)
        if seen is None and playlist_id in self.playlists:  # version 0.1.0 stored nothing else
            return Seen(run_id=self.playlists[playlist_id].run_id)
        return seen or Seen()


def in_force(remembered: Remembered | None, snapshot_id: str | None, run: Run) -> bool:
    """Whether a playlist of that `snapshot_id` need not be landed by a run.

    Popularity changes without the snapshot id, so a snapshot serves for `refresh_after` only.
    """
    if remembered is None or snapshot_id is None or remembered.snapshot_id != snapshot_id:
        return False
    age = run.run_id.scheduled_at - RunId.parse(remembered.run_id).scheduled_at
    return timedelta(0) <= age < run.refresh_after


def add_run(
    state: State,
    manifest: Manifest,
    mine: list[str] | None = None,
    broken_off: Collection[str] = (),
) -> State:
    """Add what a run has found: its snapshots, and the groups that the source closed.

    Args:
        state: what earlier runs stored.
        manifest: the run's.
        mine: the user's playlists, where the run has listed them.
        broken_off: playlists in the midst of which the run's budget was spent. They count as
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
        ValueError: the bytes are no state, or of a schema that this version does not know.
    """
    state = msgspec.json.decode(raw, type=State)
    if state.schema != SCHEMA:
        raise ValueError(f"state schema {state.schema!r} is not {SCHEMA!r}")
    for remembered in state.playlists.values():
        RunId.parse(remembered.run_id)
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


def _newer(state: State, manifest: Manifest) -> Iterator[tuple[str, Remembered]]:
    for playlist in manifest.playlists:
        before = state.playlists.get(playlist.playlist_id)
        # An incomplete snapshot is read again by the next run.
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
