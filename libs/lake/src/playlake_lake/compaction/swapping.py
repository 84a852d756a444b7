"""Brings compacted files into force, and removes those that are no longer in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY
from playlake_lake.compaction.in_force import decode_in_force, encode_in_force

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from playlake_lake.compaction.in_force import InForce
    from playlake_lake.compaction.store import Store


def swap(store: Store, change: Callable[[InForce], InForce | None]) -> InForce | None:
    """Change what is in force; `change` is asked again if another process was faster.

    Args:
        store: the lake.
        change: returns what shall be in force instead, or None to leave it.

    Returns:
        what is in force now; None if it was left.
    """
    while True:
        held = store.held(IN_FORCE_KEY)
        now = decode_in_force(held and held.body)
        changed = change(now)
        if changed is None or changed == now:
            return changed
        if store.replace(IN_FORCE_KEY, encode_in_force(changed), held and held.etag):
            return changed


def retiring(before: InForce, after: InForce, now: datetime) -> InForce | None:
    """Retire what a change takes out of force; None if it brings in what is being removed."""
    keys = after.keys()
    if keys.intersection(before.removing):
        return None
    gone = dict.fromkeys(before.keys() - keys, now)
    kept = {key: at for key, at in before.retired.items() if key not in keys}
    return replace(after, retired=gone | kept)


def sweep(store: Store, now: datetime, grace: timedelta) -> int:
    """Remove objects that have not been in force for a grace time; return their number.

    Objects that were never in force are retired when they are first found. A key is noted as being
    removed before it is, so that no compaction that goes on meanwhile brings it into force.
    """
    there = set(store.versions(COMPACTED_PREFIX)) - {IN_FORCE_KEY}

    def noted(in_force: InForce) -> InForce:
        found = there - in_force.keys() - set(in_force.removing)
        retired = dict.fromkeys(found, now) | in_force.retired
        old = {key for key, at in retired.items() if at + grace <= now}
        return replace(
            in_force,
            retired={key: at for key, at in retired.items() if key not in old},
            removing=tuple(sorted(old.union(in_force.removing))),
        )

    if not there:
        return 0
    noted_now = swap(store, noted)
    removing = () if noted_now is None else noted_now.removing
    for key in removing:
        store.remove(key)
    if removing:
        swap(store, lambda in_force: _without(in_force, removing))
    return len(removing)


def _without(in_force: InForce, removed: tuple[str, ...]) -> InForce:
    left = set(in_force.removing).difference(removed)
    return replace(in_force, removing=tuple(sorted(left)))
