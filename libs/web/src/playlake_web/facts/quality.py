"""Quality: the rules that rows broke, what was set aside, and what playlists hold twice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from playlake_lake.days import Days
from playlake_web.facts.fact import Fact
from playlake_web.facts.rows import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_web.facts.playlists import Playlist, PlaylistKey
    from playlake_web.reader import Reader

_RULES: Final = """
select
    rule, table_name, severity, sum(rows_broken) as broken, sum(rows_checked) as checked,
    max(case when is_alarming then 1 else 0 end) as alarms, max(snapshot_date) as last_day,
    max_by(examples, fetched_at) as examples
from quality_results where day >= $since and {in_days} group by rule, table_name, severity
order by alarms desc, broken desc, rule
"""
_ROWS: Final = """
select
    sum(rows_playlists + rows_playlist_items + rows_tracks + rows_albums + rows_artists
        + rows_track_artists + rows_album_artists + rows_run_outcomes) as row_count,
    sum(rows_quarantined) as quarantined
from loads where {in_days}
"""
_KINDS: Final = """
select item_type, count(*) as entries from memberships
where still_there group by item_type order by entries desc, item_type
"""
_COPIES: Final = """
select source, playlist_id, sum(copies - 1) as extra
from (
    select source, playlist_id, identity, count(*) as copies from memberships
    where still_there and identity is not null group by source, playlist_id, identity
) as counted
where copies > 1 group by source, playlist_id order by extra desc, source, playlist_id
"""


class BrokenRule(Fact):
    """A quality rule that rows broke since a day."""

    rule: str
    """The rule."""
    table: str
    """The table of the rows."""
    severity: str
    """reject or warn."""
    rows_broken: int
    """The number of rows that broke it."""
    rows_checked: int
    """The number of rows that were checked by it."""
    is_alarming: bool
    """Whether more rows of a part broke it than is tolerated."""
    last_day: date
    """The last day on which a row broke it."""
    examples: str | None
    """Some values that broke it."""


class Kind(Fact):
    """A kind of entries."""

    item_type: str
    """track, episode, local, unavailable or unreadable."""
    entries: int
    """The number of entries of this kind that are there now."""


class Copies(Fact):
    """A playlist that holds songs more than once."""

    source: str
    """The service that the playlist comes from."""
    playlist_id: str
    """The source's id of the playlist."""
    extra: int
    """The number of entries that are not the first of their song."""


class Quality(Fact):
    """The quality of a lake."""

    since: date
    """The first day that the rules are counted from."""
    rows: int
    """The number of rows that were ever committed."""
    rows_quarantined: int
    """The number of rows that were ever set aside."""
    rules: tuple[BrokenRule, ...]
    """The rules that rows broke, the most alarming first."""
    kinds: tuple[Kind, ...]
    """What entries are."""
    copies: tuple[Copies, ...]
    """The playlists that hold songs more than once, the most first."""


def quality(lake: Reader, since: date) -> Quality:
    """The quality of a lake, with the rules broken since a day."""
    days = Days(since.isoformat(), None)
    ((rows, quarantined),) = lake.rows(_ROWS)
    return Quality(
        since=since,
        rows=rows or 0,
        rows_quarantined=quarantined or 0,
        rules=tuple(_rule(row) for row in lake.rows(_RULES, days, since=since.isoformat())),
        kinds=tuple(Kind(item_type=kind, entries=n) for kind, n in lake.rows(_KINDS)),
        copies=tuple(
            Copies(source=source, playlist_id=id_, extra=int(extra))
            for source, id_, extra in lake.rows(_COPIES)
        ),
    )


def unread_days(playlists: Sequence[Playlist]) -> list[tuple[Playlist, int]]:
    """The playlists with days that were not read, and how many, the most first."""
    counted = [(each, sum(not day.is_read for day in each.days)) for each in playlists]
    return sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])


def by_key(playlists: Sequence[Playlist]) -> dict[PlaylistKey, Playlist]:
    """Playlists by what distinguishes them."""
    return {each.key: each for each in playlists}


def _rule(row: tuple[object, ...]) -> BrokenRule:
    rule, table, severity, broken, checked, alarms, last_day, examples = row
    return BrokenRule.model_validate(
        {
            "rule": rule,
            "table": table,
            "severity": severity,
            "rows_broken": broken,
            "rows_checked": checked,
            "is_alarming": bool(alarms),
            "last_day": day_of(str(last_day)),
            "examples": examples,
        }
    )
