"""What changed lately: one piece of news a run and playlist, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from playlake_lake.history.telling import summary
from playlake_web.facts.history import Change, change_of
from playlake_web.facts.playlists import PlaylistKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_lake.history import ChangeKind
    from playlake_web.reader import Reader

MOST_NEWS: Final = 50
# A run may have moved every entry; what a feed shows of one is far less.
_MOST_CHANGES: Final = 20_000
_CHANGES: Final = f"""
with told as (
    select source, playlist_id, run_id, max(seen_at) as told_at
    from changes
    where since_at is not null
        and ($id = '' or (source = $source and playlist_id = $id))
    group by source, playlist_id, run_id
    order by max(seen_at) desc, run_id desc, source, playlist_id
    limit {MOST_NEWS}
)
select
    changes.source, changes.playlist_id, seen_at, changes.run_id, change, identity, item_type, name,
    artist_names, added_at, added_by, from_position, to_position, old_value, new_value
from changes
join told on changes.source = told.source and changes.playlist_id = told.playlist_id
    and changes.run_id = told.run_id
where since_at is not null
order by told.told_at desc, changes.run_id desc, changes.source, changes.playlist_id, change,
    coalesce(to_position, from_position)
limit {_MOST_CHANGES}
"""  # noqa: S608
_FIRST_RUN: Final = "select min(run_id) from loads where {in_days}"


@dataclass(frozen=True, slots=True)
class News:
    """What a run shows of a playlist.

    Attributes:
        key: the playlist.
        run_id: the run.
        seen_at: when it asked, UTC.
        changes: what changed, by kind and position; there is one at least.
    """

    key: PlaylistKey
    run_id: str
    seen_at: datetime
    changes: Sequence[Change]

    @property
    def summary(self) -> str:
        """The changes as counts, as `playlake diff` says them."""
        return summary(each.change for each in self.changes)

    def of(self, kind: ChangeKind) -> list[Change]:
        """The changes of a kind."""
        return [each for each in self.changes if each.change is kind]


def news(lake: Reader, key: PlaylistKey | None) -> list[News]:
    """What changed lately in a playlist, or in all of them."""
    source, id_ = key or ("", "")
    rows = [
        (PlaylistKey(source, id_), change_of(values))
        for source, id_, *values in lake.rows(_CHANGES, source=source, id=id_)
    ]
    found = []
    for (of, run_id), told in groupby(rows, key=lambda row: (row[0], row[1].run_id)):
        changes = [change for _, change in told]
        found.append(News(of, run_id, changes[0].seen_at, changes))
    return found


def first_run(lake: Reader) -> str | None:
    """The first run of a lake, which distinguishes it from others; None while it is empty."""
    ((found,),) = lake.rows(_FIRST_RUN)
    return found if found is None else str(found)
