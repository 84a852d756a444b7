"""Where the rows of a lake on AWS are, for one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.places import IN_PARTS
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES
from playlake_lake.placing import places_of

if TYPE_CHECKING:
    from playlake_contracts.places import Places
    from playlake_lake.days import SomeDays
    from playlake_lake.marks import Lists


def places_on_aws(lake: Lists, compacted: str, sql: str, days: SomeDays) -> Places:
    """Where the rows are that a query reads; nothing is looked up if it names no table.

    Args:
        lake: the objects of the lake.
        compacted: the database of its compacted tables.
        sql: the query.
        days: the days that it reads.

    Raises:
        DamagedLakeError: what says which files are in force is damaged.
    """
    text = sql.lower()
    if not any(name in text for name in (*TABLE_NAMES, *HISTORY_TABLE_NAMES)):
        return IN_PARTS
    return places_of(lake, compacted, days)
