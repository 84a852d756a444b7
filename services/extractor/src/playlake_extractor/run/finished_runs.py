"""Finds the newest run that is finished: its manifest is landed, and it read enough playlists."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_contracts.keys import RawKey, day_prefix
from playlake_extractor.run.read_share import read_percent
from playlake_extractor.run.resume import read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.ports import RawStore
    from playlake_extractor.run.state import State

_DAY = timedelta(days=1)


def finished_before(
    store: RawStore, source: str, state: State, now: datetime, look_back: timedelta, least: float
) -> timedelta | None:
    """How long ago the newest finished run of a source ended; imports do not count.

    Args:
        store: the raw objects.
        source: the name of the source.
        state: what the runs stored.
        now: the present time, UTC.
        look_back: how far back runs are looked for.
        least: the percentage of its playlists that a finished run has read.

    Returns:
        The time since it ended; `look_back` if no run of that time is finished; None if no run has
        ever ended.

    Raises:
        LandingFailedError: S3 does not answer, or a manifest cannot be read.
    """
    for manifest in _newest_first(store, source, now, look_back):
        percent = read_percent(manifest, read_before=bool(state.playlists))
        if manifest.trigger == "schedule" and percent >= least:
            return now - manifest.finished_at
    return look_back if state.seen or state.playlists else None


def _newest_first(
    store: RawStore, source: str, now: datetime, look_back: timedelta
) -> Iterator[Manifest]:
    for days in range(look_back // _DAY + 2):
        prefix = day_prefix(source, (now - days * _DAY).date().isoformat())
        keys = sorted(key for key in store.keys(prefix) if _is_manifest(key))
        for key in reversed(keys):
            yield read_manifest(store, RawKey.parse(key))


def _is_manifest(key: str) -> bool:
    try:
        return RawKey.parse(key).is_manifest
    except ValueError:  # another program's object, which runs ignore and name in their log
        return False
