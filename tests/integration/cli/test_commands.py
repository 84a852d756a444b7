"""The commands against a local AWS, from their arguments to what they print."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from commands import Command

from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.local_aws import LocalAws
    from playlake.project import Project

RUN = "20261121T060000Z-aaaaaa"


@pytest.fixture(scope="module", autouse=True)
def one_run(local_aws: LocalAws, write_rows: Callable[..., None]) -> None:
    """A run of three playlists, of which two were landed in one part."""
    day = "2026-11-21"
    outcomes = [("a", "landed"), ("b", "landed"), ("c", "gone")]
    write_rows(
        local_aws,
        "run_outcomes",
        day,
        *({"run_id": RUN, "playlist_id": i, "outcome": outcome} for i, outcome in outcomes),
    )
    loaded = {"run_id": RUN, "rows_quarantined": 0}
    write_rows(
        local_aws,
        "loads",
        day,
        {**loaded, "part": "part-0000", "rows_playlist_items": 7},
        {**loaded, "part": "manifest", "rows_playlist_items": 0},
    )


@pytest.fixture
def playlake(local_aws: LocalAws, shared_project: Project) -> Command:  # noqa: ARG001 - it has to run
    return Command(shared_project)


def test_query_shows_a_table(playlake: Command) -> None:
    sql = "SELECT playlist_id, outcome FROM run_outcomes ORDER BY playlist_id"
    assert playlake("query", sql) == 0
    cells = [line.split() for line in playlake.output.splitlines()]
    assert ["a", "landed"] in cells
    assert ["c", "gone"] in cells


def test_query_says_how_many_rows_it_leaves_out(playlake: Command) -> None:
    assert playlake("query", "SELECT * FROM run_outcomes", "--limit", "1") == 0
    assert "2 more rows: --limit 3 shows all" in playlake.output


def test_query_writes_csv(playlake: Command) -> None:
    sql = "SELECT playlist_id, outcome FROM run_outcomes ORDER BY playlist_id"
    assert playlake("query", sql, "--csv", "--limit", "2") == 0
    assert playlake.output == "playlist_id,outcome\na,landed\nb,landed\n"


def test_query_reads_standard_input(playlake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT count(*) AS n FROM run_outcomes"))
    assert playlake("query", "-", "--json") == 0
    assert json.loads(playlake.output) == [{"n": 3}]


def test_query_of_an_unknown_table_ends_with_one_sentence(playlake: Command) -> None:
    assert playlake("query", "SELECT * FROM track") == 1
    assert playlake.output == ""
    assert playlake.notices.splitlines()[-1].startswith(
        "playlake: there is no table track: did you mean tracks? The tables are playlists,"
    )


def test_every_named_query_runs(playlake: Command, shared_project: Project) -> None:
    names = [file.stem for file in shared_project.queries.glob("*.sql")]
    assert names
    assert {name: playlake("query", "--name", name) for name in names} == dict.fromkeys(names, 0)


def test_tables_counts_rows_and_days(playlake: Command) -> None:
    assert playlake("tables") == 0
    (line,) = [line for line in playlake.output.splitlines() if "run_outcomes" in line]
    assert line.split()[-2:] == ["3", "1"]
    assert all(name in playlake.output for name in TABLES)


def test_status_shows_the_server_the_queues_and_the_runs(
    playlake: Command, local_aws: LocalAws
) -> None:
    assert playlake("status") == 0
    assert f"running on port {local_aws.port}" in playlake.output
    assert "dead letters" in playlake.output
    assert "ready, last crawl: never" in playlake.output
    (line,) = [line for line in playlake.output.splitlines() if RUN in line]
    cells = line.split()
    assert cells == [RUN, "3", "2", "0", "1", "1", "7", "0", "2026-11-21", "06:00:00"]
