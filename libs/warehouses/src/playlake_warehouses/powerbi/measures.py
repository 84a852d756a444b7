"""The measures: what a report counts, in DAX.

They stand in a table of their own, because no measure may have the name of a column of its table.
"""

from __future__ import annotations

from typing import Final

from playlake_contracts.outcomes import Outcome
from playlake_warehouses.powerbi.described import Measure

MEASURES_TABLE: Final = "Figures"

_SUCCESSES: Final = ", ".join(f'"{each}"' for each in Outcome if each.is_success)
_AS_OF_COMPACTION: Final = "In a folder and in Athena it is as of the last compaction."


def _changes(kind: str) -> str:
    return f'CALCULATE ( COUNTROWS ( changes ), KEEPFILTERS ( changes[change] = "{kind}" ) )'


def _newest(column: str) -> str:
    """The sum over playlists of a figure of each playlist's newest run among the chosen ones."""
    return f"""\
SUMX (
    VALUES ( playlist_daily[playlist_key] ),
    VAR newest = CALCULATE ( MAX ( playlist_daily[fetched_at] ) )
    RETURN
        CALCULATE (
            MAX ( playlist_daily[{column}] ),
            KEEPFILTERS ( playlist_daily[fetched_at] = newest )
        )
)"""


MEASURES: Final = (
    Measure(
        "Playlists",
        "The number of playlists whose contents the chosen runs say.",
        "DISTINCTCOUNT ( playlist_daily[playlist_key] )",
    ),
    Measure(
        "Entries",
        "The number of entries of each playlist in its newest chosen run, added up. In a chart by "
        "day it is the number of that day.",
        _newest("entries"),
    ),
    Measure(
        "Hours of music",
        "The length of these entries in hours, without those of unknown length.",
        f"DIVIDE ( {_newest('duration_ms')}, 3600000 )",
        "#,0.0",
    ),
    Measure(
        "Songs added",
        f"The number of entries that came to a playlist. {_AS_OF_COMPACTION}",
        _changes("added"),
    ),
    Measure(
        "Songs removed",
        f"The number of entries that went from a playlist. {_AS_OF_COMPACTION}",
        _changes("removed"),
    ),
    Measure(
        "Songs there",
        f"The number of entries that are in a playlist. {_AS_OF_COMPACTION}",
        "CALCULATE ( COUNTROWS ( memberships ), "
        "KEEPFILTERS ( memberships[still_there] = TRUE () ) )",
    ),
    Measure(
        "Median tenure in days",
        "The median of the days that entries stayed in a playlist, each stay by itself. A stay "
        f"that goes on counts until the last run that saw it. {_AS_OF_COMPACTION}",
        "CALCULATE ( MEDIAN ( memberships[days_in_playlist] ), "
        "KEEPFILTERS ( NOT ISBLANK ( memberships[identity] ) ) )",
        "#,0.0",
    ),
    Measure(
        "Snapshots",
        "The number of snapshots that were read.",
        "COUNTROWS ( playlists )",
    ),
    Measure("Runs", "The number of runs.", "DISTINCTCOUNT ( run_outcomes[run_id] )"),
    Measure(
        "Playlists not read",
        "How often a run could not read a playlist, whatever the reason.",
        "CALCULATE ( COUNTROWS ( run_outcomes ), "
        f"KEEPFILTERS ( NOT run_outcomes[outcome] IN {{ {_SUCCESSES} }} ) )",
    ),
    Measure(
        "Rows in quarantine",
        "The number of pieces of raw JSON that broke a rule.",
        "SUM ( loads[rows_quarantined] )",
    ),
    Measure(
        "Last run",
        "When the last run was, UTC.",
        "MAX ( run_outcomes[fetched_at] )",
        "yyyy-mm-dd hh:nn",
    ),
    Measure(
        "History up to",
        "The last run that the history knows, UTC. What came later is in no measure that is as of "
        "the last compaction.",
        "MAX ( timeline[last_at] )",
        "yyyy-mm-dd hh:nn",
    ),
)
