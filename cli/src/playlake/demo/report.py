"""What the demonstration shows at its end: outcomes, rows, answers, and how long each took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playlake.athena import run_sql
from playlake.commands.tables import counting_sql
from playlake.queries import find_query, named_queries
from playlake.rendering import as_table, plain_table, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.invocation import Invocation
    from playlake.local_aws import LocalAws

QUERIES = ("top_artists", "songs", "playlist_changes", "popularity_trend")
ROWS_SHOWN = 5

LAST_RUN_SQL = """
SELECT name, playlist_id, outcome, entries, reason
FROM run_outcomes
WHERE run_id = (SELECT max(run_id) FROM run_outcomes WHERE trigger = 'schedule')
ORDER BY outcome, entries DESC, playlist_id
"""


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
        table = plain_table("stage", "seconds")
        for name, seconds in (*self._took, ("together", sum(took for _, took in self._took))):
            table.add_row(name, f"{seconds:.1f}")
        print_table(here.output, table)


def show_lake(here: Invocation, aws: LocalAws) -> None:
    """Print the outcomes of the last run, the rows of every table, and the answers of queries."""
    _heading(here, "Outcomes of the last run: every playlist has exactly one")
    print_table(here.output, as_table(run_sql(aws, LAST_RUN_SQL), limit=100))
    _heading(here, "Rows")
    print_table(here.output, as_table(run_sql(aws, counting_sql()), limit=100))
    queries = named_queries(here.project.queries)
    for name in QUERIES:
        query = find_query(queries, name)
        _heading(here, f"playlake query --name {name}")
        here.output.print(query.description, markup=False, highlight=False)
        print_table(here.output, as_table(run_sql(aws, query.sql), limit=ROWS_SHOWN))


def _heading(here: Invocation, text: str) -> None:
    here.output.print()
    here.output.print(text, style="bold", markup=False, highlight=False)
