"""SQL on a real local Athena, over files like the transformer's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from playlake_aws.athena import run_sql
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.tables import TABLES
from playlake_lake.errors import QueryError
from playlake_lake.results import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.local_aws import LocalAws

SLOW = "SELECT count(*) FROM range(40000) a JOIN range(40000) b ON a.range <> b.range"


@pytest.fixture(scope="module", autouse=True)
def albums(local_aws: LocalAws, write_rows: Callable[..., None]) -> None:
    """Two albums on one day, one of them on the next."""
    write_rows(
        local_aws,
        "albums",
        "2026-11-20",
        {"album_id": "a", "popularity": 10, "release_date": date(1971, 1, 1)},
        {"album_id": "b", "popularity": None, "release_date": None},
    )
    write_rows(local_aws, "albums", "2026-11-21", {"album_id": "a", "popularity": 12})


def test_a_table_has_its_columns_and_the_day_of_its_path(local_aws: LocalAws) -> None:
    result = run_sql(local_aws, "SELECT * FROM albums ORDER BY snapshot_date, album_id")
    names = [column.name for column in result.columns]
    assert sorted(names) == sorted([*TABLES["albums"].schema.names, PARTITION_KEY])
    place = names.index("snapshot_date")
    assert [row[place] for row in result.rows] == ["2026-11-20", "2026-11-20", "2026-11-21"]


def test_a_day_is_pruned_by_its_path(local_aws: LocalAws) -> None:
    result = run_sql(local_aws, "SELECT album_id FROM albums WHERE day = DATE '2026-11-21'")
    assert result.rows == [("a",)]


def test_windows_run_over_the_date(local_aws: LocalAws) -> None:
    result = run_sql(
        local_aws,
        "SELECT album_id, snapshot_date, "
        "row_number() OVER (PARTITION BY snapshot_date ORDER BY album_id) AS place, "
        "popularity - lag(popularity) OVER (PARTITION BY album_id ORDER BY snapshot_date) AS moved "
        "FROM albums ORDER BY snapshot_date, album_id",
    )
    assert result.rows == [
        ("a", "2026-11-20", 1, None),
        ("b", "2026-11-20", 2, None),
        ("a", "2026-11-21", 1, 2),
    ]


def test_values_have_their_types(local_aws: LocalAws) -> None:
    result = run_sql(
        local_aws,
        "SELECT album_id, popularity, count(*) AS seen, avg(popularity) AS mean, release_date, "
        "fetched_at, popularity > 11 AS popular FROM albums WHERE snapshot_date = '2026-11-20' "
        "GROUP BY album_id, popularity, release_date, fetched_at ORDER BY album_id",
    )
    assert result.columns == (
        Column("album_id", "varchar"),
        Column("popularity", "integer"),
        Column("seen", "bigint"),
        Column("mean", "double"),
        Column("release_date", "date"),
        Column("fetched_at", "timestamp"),
        Column("popular", "boolean"),
    )
    fetched_at = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC)
    assert result.rows == [
        ("a", 10, 1, 10.0, date(1971, 1, 1), fetched_at, False),
        ("b", None, 1, None, None, fetched_at, None),
    ]


def test_times_and_dates_compare_with_literals(local_aws: LocalAws) -> None:
    result = run_sql(
        local_aws,
        "SELECT count(*) AS n FROM albums WHERE fetched_at >= TIMESTAMP '2026-11-21 06:00:00' "
        "AND fetched_at < TIMESTAMP '2026-11-21 06:00:01' AND release_date < DATE '1972-01-01'",
    )
    assert result.rows == [(1,)]


def test_all_pages_are_read(local_aws: LocalAws) -> None:
    result = run_sql(local_aws, "SELECT range AS n FROM range(2500)")
    assert [n for (n,) in result.rows] == list(range(2500))


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT * FROM playlist", "there is no table playlist: did you mean playlists?"),
        ("SELECT nam FROM albums", 'the query was refused: Referenced column "nam" not found'),
        ("SELEC 1", "the query was refused: syntax error at or near"),
        ("SELECT count(*) FROM albums, loads", "the local Athena finds loads only after FROM"),
        (" ", "the query is empty"),
    ],
)
def test_a_refused_query_is_one_sentence(local_aws: LocalAws, sql: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        run_sql(local_aws, sql)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
    assert "/tmp" not in str(caught.value)  # noqa: S108 - no path of the server's is shown


def test_a_query_that_takes_too_long_is_given_up(local_aws: LocalAws) -> None:
    with pytest.raises(QueryError, match="did not end within 0:00:00: ask for less"):
        run_sql(local_aws, SLOW, within=timedelta())
    assert every_one_was_cancelled(local_aws, SLOW)


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit])
def test_a_query_that_nobody_waits_for_any_more_is_cancelled(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, ending: type[BaseException]
) -> None:
    def interrupted(_: float) -> None:
        raise ending

    monkeypatch.setattr("playlake_aws.athena.time.sleep", interrupted)
    with pytest.raises(ending):
        run_sql(local_aws, SLOW)
    assert every_one_was_cancelled(local_aws, SLOW)


def every_one_was_cancelled(aws: LocalAws, sql: str) -> bool:
    """Whether the query was executed, and each execution was cancelled by its user.

    The reason tells it: when the query ends in MiniStack, its state becomes SUCCEEDED again.
    """
    listed = aws.athena.list_query_executions(WorkGroup=aws.resources.workgroup)
    found = aws.athena.batch_get_query_execution(QueryExecutionIds=listed["QueryExecutionIds"])
    executions = [one for one in found["QueryExecutions"] if one["Query"] == sql]
    reasons = {one["Status"].get("StateChangeReason") for one in executions}
    return reasons == {"Query was cancelled by user"}
