"""The timeline: runs without a change between them are one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from playlake_lake.history.values import Stretch

if TYPE_CHECKING:
    from playlake_lake.history.values import Instant, Standing


def grown(
    stretch: Stretch | None,
    instant: Instant,
    standing: Standing,
    *,
    is_same: bool,
    contents_of: str | None = None,
    entries: int | None = None,
) -> tuple[Stretch, list[Stretch]]:
    """Add a run that asserts something; return the stretch that goes on, and what ended.

    Args:
        stretch: the stretch until now; None before the first run.
        instant: the run.
        standing: what it asserts.
        is_same: whether it asserts what the stretch asserts.
        contents_of: the run of the snapshot.
        entries: the number of entries.
    """
    if stretch is not None and is_same:
        return replace(stretch, last=instant, runs=stretch.runs + 1), []
    begun = Stretch(standing, instant, instant, contents_of, entries)
    return begun, [] if stretch is None else [stretch]


def silenced(stretch: Stretch | None, instant: Instant, *, unresolved: bool) -> Stretch:
    """Add a run that asserts nothing."""
    if stretch is None:
        return Stretch("unknown", instant, instant, silent=1, unresolved=int(unresolved))
    counted = replace(
        stretch,
        runs=stretch.runs + 1,
        silent=stretch.silent + 1,
        unresolved=stretch.unresolved + unresolved,
    )
    return replace(counted, last=instant) if stretch.standing == "unknown" else counted
