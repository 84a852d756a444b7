"""Folds what runs observed into files of rows: what observations show and end, and what lasts."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import pyarrow as pa

from playlake_contracts.history_tables import HISTORY_TABLES, STANDING_TABLES
from playlake_lake.compaction.workshop import ROW_GROUP_ROWS, writer
from playlake_lake.errors import HistoryError
from playlake_lake.history import State, advance
from playlake_lake.history.reading import observation_of
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from playlake_contracts.tables import Table
    from playlake_lake.compaction.observed import Seen
    from playlake_lake.history import Contents, Observation, Step
    from playlake_lake.history.records import Playlist

    Row = ChangeRow | MembershipRow | TimelineRow
    # The contents of the complete snapshot of a run; None if the lake has none.
    Snapshots = Callable[[Playlist, str], Contents | None]


def standing(table: str) -> str:
    """The name of the file with the rows of a table that last."""
    return f"standing_{table}"


class RowFile:
    """A file of rows of the history that is being made; few rows are in memory."""

    def __init__(self, table: Table, path: Path) -> None:
        self.table, self.path = table, path
        self.count = 0
        self._rows: list[Row] = []
        self._writer = writer(table, self.path)

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._rows += rows
        if len(self._rows) >= ROW_GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                pa.array(map(attrgetter(field.name), self._rows), field.type)
                for field in self.table.schema
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self.table.schema))
        self.count += len(self._rows)
        self._rows = []


class HistoryFiles:
    """The files of a stretch of the history by name: a table's, and `standing` of those that last.

    Args:
        target: gives the path of the file of a name.
    """

    def __init__(self, target: Callable[[str], Path]) -> None:
        names = {name: name for name in HISTORY_TABLES}
        names |= {standing(name): name for name in STANDING_TABLES}
        self.files = {name: RowFile(HISTORY_TABLES[of], target(name)) for name, of in names.items()}

    def add(self, playlist: Playlist, step: Step) -> None:
        """Add what an observation shows and ends."""
        add = self.files
        add["changes"].add(ChangeRow.of(playlist, each) for each in step.changes)
        add["memberships"].add(MembershipRow.of(playlist, each) for each in step.memberships)
        add["timeline"].add(TimelineRow.of(playlist, each) for each in step.timeline)

    def add_standing(self, playlist: Playlist, state: State) -> None:
        """Add what lasts."""
        lasting = state.memberships()
        of_playlist = [] if state.stretch is None else [state.stretch]
        add = self.files
        add[standing("memberships")].add(MembershipRow.of(playlist, each) for each in lasting)
        add[standing("timeline")].add(TimelineRow.of(playlist, each) for each in of_playlist)

    def close(self) -> None:
        """Write what is left."""
        for file in self.files.values():
            file.close()


def folded(
    seen: Iterable[Seen],
    states: Mapping[Playlist, State],
    snapshots: Snapshots,
    made: HistoryFiles,
) -> Iterator[tuple[Playlist, State]]:
    """Fold what runs observed, playlist by playlist, and add its rows to files.

    Args:
        seen: what the runs observed, by playlist and in order.
        states: the states to go on from.
        snapshots: reads what a playlist is said to be unchanged since.
        made: the files.

    Returns:
        the state of each of these playlists at the end.

    Raises:
        HistoryError: the observations contradict one another.
    """
    for playlist, of_playlist in groupby(seen, key=attrgetter("playlist")):
        state = states.get(playlist, State())
        for each in of_playlist:
            try:
                step = advance(state, _observation(each, state, snapshots))
            except ValueError as error:
                raise HistoryError(
                    f"the history of playlist {playlist.id} cannot be made: {error}"
                ) from error
            made.add(playlist, step)
            state = step.state
        yield playlist, state


def _observation(seen: Seen, state: State, snapshots: Snapshots) -> Observation:
    """The observation of a run; contents that the state has already are not read again."""
    playlist, run, contents = seen
    known = {} if contents is None else {run.run_id: contents}
    since = run.outcome.unchanged_since if run.snapshot is None and run.outcome else None
    if since is not None and since != state.contents_of:
        found = snapshots(playlist, since)
        known = {} if found is None else {since: found}
    return observation_of(run, known)
