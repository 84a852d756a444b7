"""Finds the newest run that is finished: its manifest is landed, and it read enough playlists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_contracts.accounts import may_be_of
from playlake_contracts.keys import RawKey, day_prefix
from playlake_extractor.run.read_share import read_percent
from playlake_extractor.run.resume import read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.ports import RawStore
    from playlake_extractor.run.state import State

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that are looked at.

    Attributes:
        source: the name of the source.
        account: the account that reads it; None if it has no name.
        least: the percentage of its playlists that a finished run has read.
    """

    source: str
    account: str | None
    least: float

    def has(self, manifest: Manifest, *, read_before: bool) -> bool:
        """Whether a run is one of them, and finished; imports do not count."""
        if (manifest.account, manifest.trigger) != (self.account, "schedule"):
            return False
        return read_percent(manifest, read_before=read_before) >= self.least


def finished_before(
    store: RawStore, runs: Runs, state: State, now: datetime, look_back: timedelta
) -> timedelta | None:
    """How long ago the newest finished run ended.

    Args:
        store: the raw objects.
        runs: the runs that are looked at.
        state: what they stored.
        now: the present time, UTC.
        look_back: how far back runs are looked for.

    Returns:
        The time since it ended; `look_back` if no run of that time is finished; None if no run has
        ever ended.

    Raises:
        LandingFailedError: S3 does not answer, or a manifest cannot be read.
    """
    for manifest in _newest_first(store, runs, now, look_back):
        if runs.has(manifest, read_before=bool(state.playlists)):
            return now - manifest.finished_at
    return look_back if state.seen or state.playlists else None


def _newest_first(
    store: RawStore, runs: Runs, now: datetime, look_back: timedelta
) -> Iterator[Manifest]:
    for days in range(look_back // _DAY + 2):
        prefix = day_prefix(runs.source, (now - days * _DAY).date().isoformat())
        keys = sorted(_manifests(store.keys(prefix)), key=lambda key: key.run_id, reverse=True)
        for key in keys:
            if may_be_of(runs.source, runs.account, key.run_id):
                yield read_manifest(store, key)


def _manifests(keys: Iterable[str]) -> Iterator[RawKey]:
    for text in keys:
        try:
            key = RawKey.parse(text)
        except ValueError:  # another program's object, which runs ignore and name in their log
            continue
        if key.is_manifest:
            yield key
