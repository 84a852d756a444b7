"""What the demonstration shows at its end: outcomes, rows, answers, and how long each took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.commands.tables import counting_sql
from playlake.lakes.queries import find_query, named_queries
from playlake.output.screen import show
from playlake.output.table import Field, Kind, Table, table_of
from playlake_aws.athena import run_sql
from playlake_lake.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.invocation import Invocation
    from playlake.local_aws import LocalAws

QUERIES = ("top_artists", "songs", "playlist_growth", "popularity_trend")
ROWS_SHOWN = 5

LAST_RUN_SQL = """
SELECT name, playlist_id, outcome, entries, reason
FROM run_outcomes
WHERE run_id = (SELECT max(run_id) FROM run_outcomes WHERE trigger = 'schedule')
ORDER BY outcome, entries DESC, playlist_id
"""


_STAGES = (Field("stage", Kind.PROSE), Field("seconds", Kind.NUMBER))
_OUTCOMES = (
    Field("name", Kind.TEXT, 8),
    Field("playlist_id", Kind.ID, 9),
    Field("outcome", Kind.WORD, 7),
    Field("entries", Kind.COUNT, 5),
    Field("reason", Kind.PROSE, 6),
)


class Stages:
    """How long each stage of the demonstration took, in the order in which they ran."""

    def __init__(self) -> None:
        self._took: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage while the block lasts."""
        started = time.perf_counter()
        yield
        self._took.append((name, time.perf_counter() - started))

    def show(self, here: Invocation) -> None:
        """Print the table of stages and their sum."""
        heading(here, "How long it took")
        together = ("together", sum(seconds for _, seconds in self._took))
        rows = [(name, f"{seconds:.1f}") for name, seconds in (*self._took, together)]
        show(here.output, Table(_STAGES, rows))


def show_lake(here: Invocation, aws: LocalAws) -> None:
    """Print the outcomes of the last run, the rows of every table, and the answers of queries."""
    heading(here, "Outcomes of the last run: every playlist has exactly one")
    last_run = run_sql(aws, LAST_RUN_SQL).rows
    show(here.output, Table(_OUTCOMES, last_run, elsewhere="`playlake runs`"))
    heading(here, "Rows")
    show(here.output, table_of(run_sql(aws, counting_sql())))
    queries = named_queries(here.project.queries)
    for name in QUERIES:
        query = find_query(queries, name)
        heading(here, f"playlake query --name {name}")
        found = run_sql(aws, query.sql, query.bind({}, datetime.now(UTC)))
        first = Result(found.columns, found.rows[:ROWS_SHOWN])
        show(here.output, query.description, table_of(first) if found.rows else "No rows.")


def heading(here: Invocation, text: str) -> None:
    """Print a line in bold, below an empty line."""
    here.output.print()
    here.output.print(text, style="bold", markup=False, highlight=False, soft_wrap=True)
