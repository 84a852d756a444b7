"""Finds the runs before a run by lists of folders, for a bucket and for a folder alike.

The lists grow with the number of days and of the runs of one day, never with that of the parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import day_prefix, manifest_under, run_prefix, source_prefix

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playlake_contracts.keys import RawKey
    from playlake_contracts.runs import RunId

# Scheduled runs of one account are at most 31 days apart. With one account only, the first day that
# is looked at mostly has its run.
MOST_DAYS: Final = 40


async def manifests_before(
    key: RawKey,
    is_wanted: Callable[[RunId], bool],
    folders: Callable[[str], Awaitable[list[str]]],
    has: Callable[[str], Awaitable[bool]],
) -> AsyncIterator[RawKey]:
    """The manifests of earlier runs of the same source, the latest first; see `ports.RawObjects`.

    Args:
        key: a raw object of the run.
        is_wanted: whether a run is looked for, by its id.
        folders: lists the prefixes up to the next slash after a prefix.
        has: whether there is an object under a key.
    """
    day = day_prefix(key.source, key.run_id.snapshot_date)
    run = run_prefix(key.source, key.run_id)
    days = [each for each in await folders(source_prefix(key.source)) if each <= day]
    for each_day in sorted(days, reverse=True)[:MOST_DAYS]:
        runs = [each for each in await folders(each_day) if each < run]
        for each_run in sorted(runs, reverse=True):
            found = manifest_under(each_run)
            if found is not None and is_wanted(found.run_id) and await has(str(found)):
                yield found
