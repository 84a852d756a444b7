"""Brings the views of the history in the Glue Data Catalog to what is in force.

A view names the generations whose rows it has. A compaction replaces its text after its swap, and
before it removes files that the text may still name. So a query of a view has files that stay for
the grace time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from playlake_contracts.athena_views import history_view
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_lake.compaction.in_force import read_in_force

if TYPE_CHECKING:
    from playlake_lake.compaction.in_force import Reads


class Glue(Protocol):
    """The methods of boto3's client of Glue that are used."""

    def get_table(self, *, DatabaseName: str, Name: str) -> Any:  # noqa: ANN401, N803
        """A table."""

    def update_table(
        self,
        *,
        DatabaseName: str,  # noqa: N803
        TableInput: Any,  # noqa: ANN401, N803
        SkipArchive: bool,  # noqa: N803
    ) -> Any:  # noqa: ANN401
        """Replace a table."""


def publish_history(lake: Reads, glue: Glue, database: str, compacted: str) -> list[str]:
    """Bring the views of the history up to date; return the names of those that were not.

    Args:
        lake: the lake.
        glue: a client of Glue. Its errors are raised as they are, such as
            `EntityNotFoundException` if the template does not declare the views yet.
        database: the database of the views.
        compacted: the database of the compacted tables.

    Raises:
        DamagedLakeError: what is in force is damaged.
    """
    return [table for table in HISTORY_TABLES if _publish(lake, glue, table, database, compacted)]


def _publish(lake: Reads, glue: Glue, table: str, database: str, compacted: str) -> bool:
    """Replace a view until its text is what is in force, as another compaction may do it too."""
    is_old = False
    while True:
        found = glue.get_table(DatabaseName=database, Name=table)["Table"]
        # It is read after the text, so that a text in force is never replaced by an older one.
        generations = read_in_force(lake).history_generations()[table]
        view = history_view(table, database, compacted, generations)
        if found.get("ViewOriginalText") == view["ViewOriginalText"]:
            return is_old
        is_old = True
        # Otherwise Glue would keep each text as a version of the table.
        glue.update_table(DatabaseName=database, TableInput=view, SkipArchive=True)
