"""Finds the run before a run by lists of folders, for a bucket and for a folder alike.

The lists grow with the number of days and of the runs of one day, never with that of the parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import day_prefix, manifest_under, run_prefix, source_prefix

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playlake_contracts.keys import RawKey


async def manifest_before(
    key: RawKey,
    folders: Callable[[str], Awaitable[list[str]]],
    has: Callable[[str], Awaitable[bool]],
) -> RawKey | None:
    """The manifest of the latest run of the same source with a lower id; None if none is there.

    Args:
        key: a raw object of the run.
        folders: lists the prefixes up to the next slash after a prefix.
        has: whether there is an object under a key.
    """
    day = day_prefix(key.source, key.run_id.snapshot_date)
    run = run_prefix(key.source, key.run_id)
    days = [each for each in await folders(source_prefix(key.source)) if each <= day]
    for each_day in sorted(days, reverse=True):
        runs = [each for each in await folders(each_day) if each < run]
        for each_run in sorted(runs, reverse=True):
            found = manifest_under(each_run)
            if found is not None and await has(str(found)):
                return found
    return None
