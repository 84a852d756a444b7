"""Parameters of named queries: declared in the file, checked, typed, and given to both engines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from playlake.errors import CommandError
from playlake.lakes.parameters import parse_given
from playlake.lakes.queries import parse_query
from playlake_aws.athena import Database, run_sql
from playlake_contracts.query_parameters import (
    Kind,
    Parameter,
    parse_head,
    used_parameters,
    with_question_marks,
)
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.literals import literal

if TYPE_CHECKING:
    from playlake_lake.literals import Value

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=-3)))  # 02:30 UTC on the 22nd
SQL = """-- Songs of a playlist,
-- or of some.
-- parameter playlist (text): id or name
-- parameter since (day, 7 days ago): the first day
-- parameter top (integer, 10): how many
-- parameter month (month, last month): the month
-- parameter at (timestamp, now): the time
-- parameter order (up or down, up): which way
select '$no', "$no" -- $no
from playlists /* $no */ where name = $playlist and day >= $since and $playlist <> '' and $top = 1
and $month = '' and fetched_at < $at and $order = 'up'
"""
QUERY = parse_query("songs_of", SQL)


def bound(**given: object) -> dict[str, Value]:
    return QUERY.bind({"playlist": "x", **given}, NOW)


def refusal(**given: object) -> str:
    with pytest.raises(CommandError) as caught:
        QUERY.bind(given, NOW)
    return str(caught.value)


def test_the_head_declares_parameters_and_describes() -> None:
    description, parameters = parse_head(SQL)
    assert description == "Songs of a playlist, or of some."
    assert parameters[0] == Parameter("playlist", Kind.TEXT, None, "id or name")
    assert [str(each) for each in parameters[:2]] == [
        "playlist (text): id or name",
        "since (day, 7 days ago): the first day",
    ]
    assert str(parameters[-1]) == "order (up or down, up): which way"


@pytest.mark.parametrize(
    "line",
    [
        "parameter x: meaning",
        "parameter x (word): meaning",
        "parameter x (choice): meaning",
        "parameter x (text) meaning",
    ],
)
def test_a_declaration_in_another_form_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="declares no parameter: write `parameter NAME"):
        parse_head(f"-- A query.\n-- {line}\nselect 1")


def test_a_parameter_that_is_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        parse_head("-- parameter x (text): one\n-- parameter x (day): two\n")


def test_texts_and_comments_use_no_parameter() -> None:
    assert used_parameters(SQL) == ["playlist", "since", "playlist", "top", "month", "at", "order"]
    assert with_question_marks("select '$a', $b -- $c") == "select '$a', ? /* b */ -- $c"


def test_defaults_are_of_the_moment_in_utc() -> None:
    assert bound() == {
        "playlist": "x",
        "since": "2026-11-15",
        "top": 10,
        "month": "2026-10",
        "at": NOW,
        "order": "up",
    }


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("since", "yesterday", "2026-11-21"),
        ("since", "today", "2026-11-22"),
        ("since", "1 day ago", "2026-11-21"),
        ("since", "2 weeks ago", "2026-11-08"),
        ("since", date(2026, 1, 2), "2026-01-02"),
        ("top", "-3", -3),
        ("top", 4, 4),
        ("month", "this month", "2026-11"),
        ("order", "down", "down"),
        ("at", "2026-11-20", datetime(2026, 11, 20, 23, 59, 59, 999999, tzinfo=UTC)),
        ("at", "2026-11-20T06:00", datetime(2026, 11, 20, 6, tzinfo=UTC)),
        ("at", "2026-11-20T06:00:00+02:00", datetime(2026, 11, 20, 4, tzinfo=UTC)),
        ("at", NOW, NOW),
    ],
)
def test_values_are_typed(name: str, given: object, value: Value) -> None:
    assert bound(**{name: given})[name] == value


A_DAY = "give a day such as 2026-11-20, today, yesterday, or 7 days ago"
A_MONTH = "give a month such as 2026-11, this month, or last month"
A_TIME = "give a day or a time such as 2026-11-20T06:00:00Z, now, or 7 days ago"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "songs_of needs the parameter playlist, id or name: add --param playlist=…"),
        ({"playlist": ""}, "'' is no text for the parameter playlist: give some text"),
        ({"sinc": "x"}, "songs_of has no parameter sinc: did you mean since?"),
        ({"z": "x"}, "songs_of has no parameter z: it has playlist, since, top, month, at, order"),
        ({"since": "2026-02-30"}, f"'2026-02-30' is no day for the parameter since: {A_DAY}"),
        (
            {"since": "999999 days ago"},
            f"'999999 days ago' is no day for the parameter since: {A_DAY}",
        ),
        (
            {"top": "1.5"},
            "'1.5' is no integer for the parameter top: give a whole number, such as 20",
        ),
        ({"month": "2026-13"}, f"'2026-13' is no month for the parameter month: {A_MONTH}"),
        (
            {"order": "left"},
            "'left' is no choice for the parameter order: give up or down",
        ),
        ({"at": "noon"}, f"'noon' is no timestamp for the parameter at: {A_TIME}"),
    ],
)
def test_what_is_wrong_is_one_sentence(given: dict[str, object], sentence: str) -> None:
    assert refusal(**({"playlist": "x", **given} if given else {})) == sentence


def test_a_query_without_parameters_takes_none() -> None:
    with pytest.raises(CommandError, match="songs has no parameter x: it has none"):
        parse_query("songs", "select 1").bind({"x": "1"}, NOW)


def test_what_a_person_writes_is_split_at_the_first_equals_sign() -> None:
    assert parse_given(["a=b=c", "b="]) == {"a": "b=c", "b": ""}
    for given in (["a"], ["=a"]):
        with pytest.raises(CommandError, match="is no parameter: write --param NAME=VALUE"):
            parse_given(given)
    with pytest.raises(CommandError, match="the parameter a is given twice"):
        parse_given(["a=1", "a=2"])


def test_days_bound_what_is_read() -> None:
    assert QUERY.days(bound(since="2026-01-02")) == Days("2026-01-02")
    until = parse_query("x", "-- parameter until (day): the last\nselect $until")
    assert until.days(until.bind({"until": "2026-01-02"}, NOW)) == Days(None, "2026-01-02")
    assert parse_query("x", "select 1").days({}) is EVERY_DAY


def test_literals_are_quoted() -> None:
    assert literal("it's") == "'it''s'"
    assert literal(-3) == "-3"
    assert literal(NOW) == "timestamp '2026-11-22 02:30:00.000000'"


@dataclass
class FakeAthena:
    """Answers one row, and notes what it was asked."""

    endpoint: str
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def meta(self) -> SimpleNamespace:
        return SimpleNamespace(endpoint_url=self.endpoint)

    def start_query_execution(self, **asked: Any) -> dict[str, str]:  # noqa: ANN401
        self.asked = asked
        return {"QueryExecutionId": "1"}

    def get_query_execution(self, **_: str) -> dict[str, Any]:
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}, "StatementType": "DML"}}

    def get_paginator(self, _: str) -> FakeAthena:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"ResultSet": {"ResultSetMetadata": {"ColumnInfo": []}, "Rows": []}}]


def asked_of(endpoint: str, sql: str, values: dict[str, Value]) -> dict[str, Any]:
    athena = FakeAthena(endpoint)
    database = Database("lake", "group", "s3://results/")
    run_sql(SimpleNamespace(athena=athena, database=database), sql, values)
    return athena.asked


@pytest.mark.parametrize(
    "endpoint", ["https://athena.eu-central-1.amazonaws.com", "https://athena.eu.api.aws"]
)
def test_athena_gets_execution_parameters_in_the_order_of_their_use(endpoint: str) -> None:
    asked = asked_of(endpoint, "select $b, $a, $b", {"a": "it's", "b": 7})
    assert asked["QueryString"] == "select ? /* b */, ? /* a */, ? /* b */"
    assert asked["ExecutionParameters"] == ["7", "'it''s'", "7"]


def test_the_local_athena_gets_the_values_in_the_query() -> None:
    for endpoint in ("http://127.0.0.1:4566", "http://aws:4566", "https://amazonaws.com.evil.eu"):
        asked = asked_of(endpoint, "select $b, '$a', $a", {"a": "it's", "b": 7})
        assert asked["QueryString"] == "select 7, '$a', 'it''s'"
        assert "ExecutionParameters" not in asked


def test_sql_without_values_is_sent_as_it_is() -> None:
    asked = asked_of("https://athena.eu.amazonaws.com", "select '$a'", {})
    assert asked["QueryString"] == "select '$a'"
    assert "ExecutionParameters" not in asked
