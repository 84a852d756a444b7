"""The history of a lake: folded at once, as a query gives it, and in the compacted files."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
from compacting import HISTORY, in_force
from random_runs import PLAYLISTS

from playlake_lake.history import fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import observations
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow
from playlake_lake.tables import query
from playlake_lake.views import history_files, history_rows

if TYPE_CHECKING:
    from playlake_lake.folder import Folder

    Rows = dict[str, Counter[Any]]


def at_once(folder: Folder, playlists: tuple[str, ...] = PLAYLISTS) -> Rows:
    """The rows of the history, from one fold of all observations of each playlist."""
    found: Rows = {name: Counter() for name in HISTORY}
    for playlist in (Playlist("spotify", each) for each in playlists):
        made = fold(observations(FolderRecords(folder), playlist))
        found["changes"].update(_row(ChangeRow.of(playlist, each)) for each in made.changes)
        found["memberships"].update(
            _row(MembershipRow.of(playlist, each)) for each in made.memberships
        )
        found["timeline"].update(_row(TimelineRow.of(playlist, each)) for each in made.timeline)
    return found


def _row(row: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """A row as queries give it: times have no zone."""
    values = astuple(row)
    return tuple(
        each.replace(tzinfo=None) if isinstance(each, datetime) else each for each in values
    )


def asked(folder: Folder) -> Rows:
    """The rows of the history as a query gives them: the compacted ones and the open tail."""
    lists = ", ".join(f"(SELECT list({name}) FROM {name})" for name in HISTORY)
    (found,) = query(folder, f"SELECT {lists}").rows
    return {
        name: Counter(tuple(row.values()) for row in rows or ())
        for name, rows in zip(HISTORY, found, strict=True)
    }


def by_month(folder: Folder) -> Rows:
    """The rows of the history in the compacted files alone."""
    months = [month for _, month in sorted(in_force(folder).history.items())]
    found: Rows = {}
    with closing(duckdb.connect()) as duck:
        duck.execute("SET TimeZone = 'UTC'")
        for name in HISTORY:
            ended, lasting = history_files(folder, months, name)
            files = [*ended, *([] if lasting is None else [lasting])]
            sql = history_rows(name, folder, files)
            found[name] = Counter(duck.execute(sql).fetchall() if files else ())
    return found
