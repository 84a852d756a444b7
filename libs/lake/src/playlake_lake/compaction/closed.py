"""Which days are closed: over for a while, with no raw object that is left to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.backlog import undone
from playlake_contracts.keys import (
    RAW_PREFIX,
    day_prefix,
    partition_prefix,
    rejected_prefix,
    source_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_lake.compaction.store import Store


# Most runs that began on a day have ended by then. A later part opens its month again.
MARGIN: Final = timedelta(hours=6)


def closed_days(
    store: Store, days: Iterable[str], now: datetime, margin: timedelta
) -> frozenset[str]:
    """The closed days among some.

    Args:
        store: the lake.
        days: days such as `2026-11-21`.
        now: the time, UTC.
        margin: how long a day must be over.
    """
    over = days_over(days, now, margin)
    sources = _sources(store) if over else []
    return frozenset(day for day in over if not _is_left(store, sources, day))


def days_over(days: Iterable[str], now: datetime, margin: timedelta) -> list[str]:
    """The days among some that have been over for a time."""
    return [day for day in days if _end(day) + margin <= now]


def _end(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC) + timedelta(days=1)


def _sources(store: Store) -> list[str]:
    names = store.folders(RAW_PREFIX)
    found = (source_of(f"{RAW_PREFIX}{name}/") for name in names)
    return [source for source in found if source is not None]


def _is_left(store: Store, sources: Iterable[str], day: str) -> bool:
    """Whether a raw object of a day is neither committed nor rejected."""
    raw = [key for source in sources for key in store.versions(day_prefix(source, day))]
    records = [key for source in sources for key in store.versions(rejected_prefix(source, day))]
    marks = store.versions(partition_prefix("loads", day))
    return bool(undone(raw, [*marks, *records]))
