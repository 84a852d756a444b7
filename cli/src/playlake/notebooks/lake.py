"""`Lake`: a lake whose tables and histories are pandas DataFrames with Arrow types."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from playlake.errors import CommandError
from playlake.history.reading import history_lake
from playlake.lakes.folder import FolderLake
from playlake.lakes.places import find_place
from playlake.notebooks.arrow_lake import ArrowLake
from playlake.notebooks.readers import FolderReader
from playlake.project import Project
from playlake_aws.deployment import Deployment

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa


class Lake:
    """A lake for notebooks and scripts.

    Every method gives a DataFrame whose columns have Arrow types, such as `string[pyarrow]` and
    `timestamp[us, tz=UTC][pyarrow]`. `arrow()` has the same methods, which give Arrow tables.
    Only committed rows are read. Every error is a `CommandError` of one sentence.

    ```python
    from playlake import Lake

    lake = Lake.local()
    then = lake.at("Road trip", "2026-11-20")
    ```
    """

    def __init__(self, arrow: ArrowLake) -> None:
        self._arrow = arrow

    @classmethod
    def local(cls, name: str | None = None) -> Lake:
        """Open a lake in the folder of your data, without AWS.

        Args:
            name: its name; None is the lake that `playlake run` makes.

        Raises:
            CommandError: there is none, or this version cannot use it.
        """
        project = Project.find(os.environ)
        found = find_place(name, project.lakes)
        if isinstance(found, Deployment):
            raise CommandError(f"{found} is on AWS: open it with Lake.aws")
        return cls.folder(found)

    @classmethod
    def folder(cls, path: str | Path) -> Lake:
        """Open the lake in a folder, without AWS.

        Raises:
            CommandError: there is none, or this version cannot use it.
        """
        project = Project.find(os.environ)
        lake = FolderLake.open(Path(path).expanduser().absolute(), project.logs)
        return cls(ArrowLake(FolderReader(lake), history_lake(lake), project.queries))

    @classmethod
    def aws(cls, address: str) -> Lake:
        """Open a lake on AWS, which is read through Athena with AWS's own settings.

        Args:
            address: of one of its buckets: `s3://playlake-raw-123456789012-eu-central-1`.

        Raises:
            CommandError: the text is no such address.
        """
        project = Project.find(os.environ)
        found = find_place(address, project.lakes)
        if not isinstance(found, Deployment):
            raise CommandError(f"{address[:200]} is not on AWS: open it with Lake.folder")
        # Only lakes on AWS load boto3.
        from playlake.lakes.aws import AwsLake  # noqa: PLC0415
        from playlake.notebooks.athena_reader import AthenaReader  # noqa: PLC0415

        lake = AwsLake.open(found)
        return cls(ArrowLake(AthenaReader(lake), history_lake(lake), project.queries))

    def arrow(self) -> ArrowLake:
        """The same lake with the same methods, which give Arrow tables."""
        return self._arrow

    def playlists(self) -> pd.DataFrame:
        """Every playlist once, as last read: shape (playlists, 12).

        Columns: playlist_id, name, owner_name, description, last_outcome, source (string),
        entries (int32), followers (int64), is_public, is_collaborative (bool), last_read, last_run
        (timestamp[us, tz=UTC]). It is the named query `playlists` over all days.

        Raises:
            CommandError: the lake has no snapshot yet.
        """
        return _frame(self._arrow.playlists())

    def at(self, playlist: str, when: str | date) -> pd.DataFrame:
        """A playlist as it was at a time: shape (entries, 7), by position.

        Columns: position (int32, from 0), item_type, identity, name, artist_names, added_by
        (string), added_at (timestamp[us, tz=UTC]). While the source answers that a playlist is
        gone, it has its last contents.

        Args:
            playlist: its id, link or name.
            when: a time; without a zone it is UTC. A day means its end. Or a text: a day, a time,
                `yesterday`, `7 days ago`, `now`.

        Raises:
            CommandError: there is no such playlist or more than one, or the time is malformed, to
                come, or before the first snapshot.
        """
        return _frame(self._arrow.at(playlist, when))

    def changes(self, playlist: str | None = None) -> pd.DataFrame:
        """What changed in a playlist, by time: shape (changes, 17).

        The columns are those of `playlake_lake.history.rows.ChangeRow`: times are
        timestamp[us, tz=UTC], positions int32, the others string. Each playlist is read and folded
        for itself, so all of them take as long as each in turn.

        Args:
            playlist: its id, link or name; None is all.

        Raises:
            CommandError: there is no such playlist or more than one, or the lake has no snapshot.
        """
        return _frame(self._arrow.changes(playlist))

    def memberships(self, playlist: str | None = None) -> pd.DataFrame:
        """From when to when each entry was in a playlist: shape (memberships, 21).

        The columns are those of `playlake_lake.history.rows.MembershipRow`: times are
        timestamp[us, tz=UTC], positions and counts int32, still_there bool, the others string.

        Args:
            playlist: its id, link or name; None is all, each in turn.

        Raises:
            CommandError: there is no such playlist or more than one, or the lake has no snapshot.
        """
        return _frame(self._arrow.memberships(playlist))

    def table(self, name: str, *, days: str | None = None) -> pd.DataFrame:
        """The committed rows of a table: shape (rows, columns of the table).

        `docs/data-model.md` has the columns and their types. `changes`, `memberships` and
        `timeline` have the rows of the last compaction, of all playlists, and no days.

        Args:
            name: the table.
            days: a day, or `2026-11-01..2026-11-30`, of which either end can be left out; None is
                all. Files of other days are not read.

        Raises:
            CommandError: there is no such table, it has no days, or the text is no range of days.
        """
        return _frame(self._arrow.table(name, days=days))

    def sql(self, text: str, **parameters: object) -> pd.DataFrame:
        """The result of a SELECT, or of a named query: shape and columns as it says.

        Args:
            text: the SQL, in which `$name` is a parameter; or the name of a named query.
            parameters: their values: text, whole numbers, days and times. Those of a named query
                may be texts, as `--param` of the command takes them, and have its defaults.

        Raises:
            CommandError: the SQL is refused, or a value is missing, malformed or not used.
        """
        return _frame(self._arrow.sql(text, **parameters))


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
