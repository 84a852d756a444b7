"""The committed rows of a lake in a folder, for a command that asks a few queries and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playlake.history.reading import history_lake
from playlake_lake.days import EVERY_DAY
from playlake_web.adapters.folder import FolderReader

if TYPE_CHECKING:
    from playlake.lakes.folder import FolderLake
    from playlake_lake.days import SomeDays


class FolderQueries(FolderReader):
    """The committed rows of a lake in a folder; implements `reader.Reader`.

    Each query opens the tables that it names and no other, so the history is not folded.
    """

    def __init__(self, lake: FolderLake) -> None:
        super().__init__(lake.folder)
        self._lake = history_lake(lake)

    def rows(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self._lake.rows(sql, days, **parameters)
