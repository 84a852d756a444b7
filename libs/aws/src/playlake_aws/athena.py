"""SQL through Athena's API: committed rows out, typed; every failure one sentence."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol, Required, TypedDict

from playlake_contracts.committed_sql import committed_only, in_own_lines
from playlake_contracts.places import IN_PARTS, Places
from playlake_contracts.query_parameters import filled, used_parameters, with_question_marks
from playlake_lake import literals
from playlake_lake.errors import QueryError
from playlake_lake.refusals import explain
from playlake_lake.results import Column, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef, RowTypeDef

    from playlake_lake.results import Value

_FIRST_POLL_SECONDS = 0.02
_LAST_POLL_SECONDS = 1.0
_UNFINISHED = ("QUEUED", "RUNNING")
_AMAZONS: Final = re.compile(r"^https://[^/]*\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?:[:/]|$)")


@dataclass(frozen=True, slots=True)
class Database:
    """Where a query runs: the Glue database, the workgroup, and the location of results."""

    name: str
    workgroup: str
    results_location: str


class WithAthena(Protocol):
    """Something that queries run on."""

    @property
    def athena(self) -> AthenaClient:
        """The client."""

    @property
    def database(self) -> Database:
        """Where queries run."""


def run_sql(
    aws: WithAthena,
    sql: str,
    values: Mapping[str, literals.Value] = literals.NO_VALUES,
    *,
    places: Places = IN_PARTS,
    within: timedelta = timedelta(minutes=5),
) -> Result:
    """Run a query over the committed rows, and fetch all of its rows.

    Args:
        aws: where it runs.
        sql: the query.
        values: the values of its parameters, whose names have a dollar sign in the SQL.
        places: where the rows of the tables are.
        within: how long it may take.

    Raises:
        QueryError: the query is empty, refused, cancelled, or did not end in time.
    """
    if not sql.strip():
        raise QueryError("the query is empty: give some SQL")
    athena, database = aws.athena, aws.database
    query = _committed(sql, database.name, places)
    query_id = athena.start_query_execution(
        **_asked(athena, query, values),
        WorkGroup=database.workgroup,
        QueryExecutionContext={"Database": database.name},
        # The workgroup says the same, but MiniStack forgets workgroups when it stops.
        ResultConfiguration={"OutputLocation": database.results_location},
    )["QueryExecutionId"]
    try:
        execution = _finish(athena, query_id, within, has_opening=query != sql)
    except (KeyboardInterrupt, SystemExit):  # Ctrl-C or SIGTERM: nobody waits for it any more
        athena.stop_query_execution(QueryExecutionId=query_id)
        raise
    return _fetch(athena, query_id, has_header=execution.get("StatementType") == "DML")


def _committed(sql: str, database: str, places: Places) -> str:
    try:
        return committed_only(sql, database, places)
    except ValueError as error:
        raise QueryError(str(error)) from error


class _Asked(TypedDict, total=False):
    """The part of a request that has the query and the values of its parameters."""

    QueryString: Required[str]
    ExecutionParameters: list[str]


def _asked(athena: AthenaClient, sql: str, values: Mapping[str, literals.Value]) -> _Asked:
    """The query with a question mark for each parameter, and their values as literals.

    MiniStack ignores such values, so an endpoint that is not Amazon's gets them in the query.
    """
    if not values:
        return {"QueryString": sql}
    used = used_parameters(sql)
    texts = {name: literals.literal(value) for name, value in values.items()}
    if not _AMAZONS.search(athena.meta.endpoint_url):
        return {"QueryString": filled(sql, texts)}
    return {
        "QueryString": with_question_marks(sql),
        "ExecutionParameters": [texts[name] for name in used],
    }


def value(athena_type: str, text: str | None) -> Value:
    """A value of a result by Athena's name of its type; a missing text is null."""
    return None if text is None else _READERS.get(athena_type, str)(text)


def _finish(
    athena: AthenaClient, query_id: str, within: timedelta, *, has_opening: bool
) -> QueryExecutionTypeDef:
    deadline = time.monotonic() + within.total_seconds()
    pause = _FIRST_POLL_SECONDS
    while True:
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            return execution
        if status["State"] not in _UNFINISHED:
            reason = status.get("StateChangeReason", status["State"])
            raise QueryError(explain(in_own_lines(reason) if has_opening else reason))
        if time.monotonic() > deadline:
            athena.stop_query_execution(QueryExecutionId=query_id)
            raise QueryError(f"the query did not end within {within}: ask for less")
        time.sleep(pause)
        pause = min(pause * 2, _LAST_POLL_SECONDS)


def _fetch(athena: AthenaClient, query_id: str, *, has_header: bool) -> Result:
    paginator = athena.get_paginator("get_query_results")
    pages = [page["ResultSet"] for page in paginator.paginate(QueryExecutionId=query_id)]
    described = pages[0]["ResultSetMetadata"]["ColumnInfo"]
    columns = tuple(Column(column["Name"], column["Type"]) for column in described)
    rows = [row for page in pages for row in page["Rows"]]
    return Result(columns, [_row(columns, row) for row in rows[has_header:]])


def _row(columns: tuple[Column, ...], row: RowTypeDef) -> tuple[Value, ...]:
    texts = (datum.get("VarCharValue") for datum in row["Data"])
    return tuple(value(c.type, text) for c, text in zip(columns, texts, strict=True))


def _boolean(text: str) -> bool:
    return text == "true"


def _timestamp(text: str) -> datetime:
    # Athena writes UTC and does not say so.
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: Mapping[str, Callable[[str], Value]] = {
    "tinyint": int,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "float": float,
    "double": float,
    "decimal": Decimal,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "timestamp": _timestamp,
}
