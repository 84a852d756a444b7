"""`playlake snowflake`: the SQL it writes, and what it finds in an account, which is synthetic."""

from __future__ import annotations

import json
import sys
import tomllib
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from playlake.__main__ import run
from playlake.doctor.findings import Findings, Verdict
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.snowflake_account.connecting import Account, Session
from playlake.snowflake_account.looking import look_at_account
from playlake_warehouses.snowflake import Attachment
from playlake_warehouses.snowflake.columns import FILE_COLUMNS, LOADED_TABLES, snowflake_type
from playlake_warehouses.snowflake.committed_views import INCOMPLETE_PARTS
from playlake_warehouses.snowflake.snowpipe import pipe_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRETS = ("SNOWFLAKE_PASSWORD", "SNOWFLAKE_TOKEN", "SNOWFLAKE_PRIVATE_KEY_FILE")
QUEUE = "arn:aws:sqs:eu-central-1:210987654321:sf-snowpipe-synthetic"
BUCKET = "playlake-curated-123456789012-eu-central-1"


class RefusedError(Exception):
    """What the connector raises; `raw_msg` has Snowflake's own words."""

    def __init__(self, words: str) -> None:
        super().__init__(f"002003 (02000): 01b: {words}")
        self.raw_msg = words


class SyntheticAccount:
    """Answers the statements of the check as an account would to which a lake is attached."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.is_closed = False
        self.columns = {
            table.name: {
                **{field.name: snowflake_type(field.type) for field in table.schema},
                **{column.name: column.type for column in FILE_COLUMNS},
            }
            for table in LOADED_TABLES
        }
        self.views = [*self.columns, INCOMPLETE_PARTS]
        self.pipes = {pipe_name(name): "RUNNING" for name in self.columns}
        self.incomplete: list[dict[str, object]] = []
        self.enabled = "true"
        self.hidden: tuple[str, ...] = ()

    def cursor(self) -> SyntheticCursor:
        return SyntheticCursor(self)

    def close(self) -> None:
        self.is_closed = True

    def answer(self, sql: str) -> list[dict[str, object]]:
        self.statements.append(sql)
        for hidden in self.hidden:
            if hidden in sql:
                raise RefusedError(
                    "SQL compilation error:\nObject 'X' does not exist or not authorized."
                )
        for start, found in self._answers().items():
            if sql.startswith(start):
                return found(sql)
        raise AssertionError(sql)

    def _answers(self) -> dict[str, Callable[[str], list[dict[str, object]]]]:
        return {
            "SELECT CURRENT_ACCOUNT": lambda _: [
                {"ACCOUNT": "AB1", "REGION": "AWS_EU", "USER_NAME": "ADA", "ROLE_NAME": "READER"}
            ],
            "DESC INTEGRATION": lambda _: [
                {"PROPERTY": name, "PROPERTY_VALUE": value}
                for name, value in {
                    "ENABLED": self.enabled,
                    "STORAGE_ALLOWED_LOCATIONS": f"s3://{BUCKET}/curated/",
                    "STORAGE_AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
                    "STORAGE_AWS_IAM_USER_ARN": "arn:aws:iam::210987654321:user/u",
                    "STORAGE_AWS_EXTERNAL_ID": "synthetic",
                }.items()
            ],
            "SELECT table_name": self._columns_of,
            "SHOW PIPES": lambda _: [
                {"name": name.upper(), "notification_channel": QUEUE} for name in self.pipes
            ],
            "SELECT SYSTEM$PIPE_STATUS": lambda sql: [
                {"STATUS": json.dumps({"executionState": self.pipes[sql.split("'")[1][16:]]})}
            ],
            "SELECT COUNT": lambda _: [{"PARTS": 12}],
            "SELECT DISTINCT": lambda _: self.incomplete,
        }

    def _columns_of(self, sql: str) -> list[dict[str, object]]:
        if "'LAKE'" in sql:
            return [
                {"TABLE_NAME": view.upper(), "COLUMN_NAME": "SOURCE", "DATA_TYPE": "TEXT"}
                for view in self.views
            ]
        assert "'LANDED'" in sql
        return [
            {
                "TABLE_NAME": table.upper(),
                "COLUMN_NAME": column.upper(),
                "DATA_TYPE": kind.partition("(")[0].replace("VARCHAR", "TEXT"),
            }
            for table, columns in self.columns.items()
            for column, kind in columns.items()
        ]


class SyntheticCursor:
    """A cursor as the connector has it."""

    def __init__(self, account: SyntheticAccount) -> None:
        self._account = account
        self._rows: list[dict[str, object]] = []

    def execute(self, sql: str) -> None:
        self._rows = self._account.answer(sql)

    @property
    def description(self) -> list[tuple[str]]:
        return [(name,) for name in (self._rows[0] if self._rows else ())]

    def fetchall(self) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in self._rows]

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what this machine may know of an account of Snowflake."""
    for name in (*SECRETS, "SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_ROLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def account() -> SyntheticAccount:
    return SyntheticAccount()


def connector(monkeypatch: pytest.MonkeyPatch, connect: Callable[..., Any]) -> None:
    """Put a connector in the place of Snowflake's."""
    made = ModuleType("snowflake.connector")
    made.connect = connect  # type: ignore[attr-defined]  # a module of our own
    made.errors = SimpleNamespace(Error=RefusedError)  # type: ignore[attr-defined]  # likewise
    monkeypatch.setitem(sys.modules, "snowflake", ModuleType("snowflake"))
    monkeypatch.setitem(sys.modules, "snowflake.connector", made)


def snowflake(*arguments: str) -> int:
    return run(["snowflake", *arguments], Invocation(Project.find({})))


def looked_at(account: SyntheticAccount) -> list[tuple[str, Verdict, str]]:
    findings = Findings()
    look_at_account(findings, Session(account, RefusedError), Attachment())
    return [(each.thing, each.verdict, each.text) for each in findings.all]


def test_sql_is_written_for_whoever_reads_it_and_what_is_missing_is_said_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert snowflake("sql", "--bucket", BUCKET) == 0
    written = capsys.readouterr()
    assert f"'s3://{BUCKET}/curated/'" in written.out
    assert written.err == (
        "Fill in ACCOUNT, REGION, EXTERNAL_ID, or give --bucket, --role-arn, --external-id and "
        "--region.\n"
    )


def test_paths_are_read_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert snowflake("sql", "parquet-direct") == 0
    assert "TABLE_FORMAT = HIVE" in capsys.readouterr().out
    assert snowflake("sql", "parquet-direct", "--without-day") == 0
    assert "TABLE_FORMAT = NONE" in capsys.readouterr().out


def test_a_folder_gets_all_files_or_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sql"
    assert snowflake("sql", "--out", str(folder), "--database", "music") == 0
    names = {file.name for file in folder.iterdir()}
    assert names == {"snowpipe.sql", "parquet_direct.sql", "catalog_linked.sql"}
    assert all("music" in file.read_text(encoding="utf-8") for file in folder.iterdir())
    capsys.readouterr()
    assert snowflake("sql", "--out", str(folder)) == 1
    assert "has files: give the name of a new folder" in capsys.readouterr().err


def test_a_name_that_cannot_be_one_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert snowflake("sql", "--out", str(tmp_path / "sql"), "--database", "my-music") == 1
    assert capsys.readouterr().err == (
        "playlake: 'my-music' is no database: write letters, digits and underscores\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "no account of Snowflake is named: set SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER, or give"),
        ({"SNOWFLAKE_ACCOUNT": "o-a"}, "no account of Snowflake is named"),
        (
            {"SNOWFLAKE_ACCOUNT": "o-a", "SNOWFLAKE_USER": "ada"},
            "Snowflake needs one secret of ada, and none is set: set one of SNOWFLAKE_PASSWORD,",
        ),
        (
            {
                "SNOWFLAKE_ACCOUNT": "o-a",
                "SNOWFLAKE_USER": "ada",
                "SNOWFLAKE_PASSWORD": "p",
                "SNOWFLAKE_TOKEN": "t",
            },
            "Snowflake needs one secret of ada, and 2 is set",
        ),
        (
            {"SNOWFLAKE_ACCOUNT": "o-a", "SNOWFLAKE_USER": "ada", "SNOWFLAKE_PASSWORD": "p"},
            "Snowflake's connector is not installed: install Playlake with its extra, as in",
        ),
    ],
)
def test_what_a_check_lacks_is_said_in_one_sentence(
    variables: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "snowflake", None)
    assert snowflake("check") == 1
    (line,) = (
        each for each in capsys.readouterr().err.splitlines() if each.startswith("playlake: ")
    )
    assert sentence in line


def test_whom_snowflake_does_not_let_in_gets_its_words_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise RefusedError("Incorrect username or password was specified.")

    connector(monkeypatch, refuse)
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "a-secret")
    assert snowflake("check", "--account", "o-a", "--user", "ada") == 1
    said = capsys.readouterr().err
    assert "Snowflake does not let ada in on o-a: Incorrect username or password was" in said
    assert "a-secret" not in said


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file or directory", "k.p8"),
        TypeError("Password was not given but private key is encrypted"),
        ValueError("Unable to load PEM file"),
    ],
)
def test_a_key_that_cannot_be_read_is_no_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read_key(**_: object) -> None:
        raise error

    connector(monkeypatch, read_key)
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_FILE", "k.p8")
    assert snowflake("check", "--account", "o-a", "--user", "ada") == 1
    said = capsys.readouterr().err
    assert "playlake: the key of SNOWFLAKE_PRIVATE_KEY_FILE cannot be read, correct its" in said
    assert "Traceback" not in said


def test_a_token_and_a_key_are_given_as_the_connector_takes_them() -> None:
    asked = Account("o-a", "ada", role="READER")
    token = asked.arguments({"SNOWFLAKE_TOKEN": "t"})
    assert (token["token"], token["authenticator"]) == ("t", "PROGRAMMATIC_ACCESS_TOKEN")
    key = {"SNOWFLAKE_PRIVATE_KEY_FILE": "k.p8", "SNOWFLAKE_PRIVATE_KEY_FILE_PWD": "p"}
    assert asked.arguments(key) == {
        "account": "o-a",
        "user": "ada",
        "role": "READER",
        "private_key_file": "k.p8",
        "private_key_file_pwd": "p",
    }


def test_a_check_reads_alone_closes_what_it_opened_and_says_what_the_template_needs(
    account: SyntheticAccount,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    connector(monkeypatch, lambda **_: account)
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "a-secret")
    assert snowflake("check", "--account", "o-a", "--user", "ada", "--json") == 0
    assert account.is_closed
    assert {one.split()[0] for one in account.statements} == {"SELECT", "DESC", "SHOW"}
    written = capsys.readouterr()
    found = {row["what"]: row["finding"] for row in json.loads(written.out)}
    assert list(found) == ["account", "integration", "tables", "pipes", "views", "rows"]
    settings = tomllib.loads(written.err.partition("says it:\n")[2])
    assert settings["snowflake"] == {
        "external_id": "synthetic",
        "user_arns": ["arn:aws:iam::210987654321:user/u"],
        "queue_arn": QUEUE,
    }
    assert found["rows"] == "all rows of 12 committed parts are there"

    account.enabled = "false"
    assert snowflake("check", "--account", "o-a", "--user", "ada") == 1
    assert "Problems: 1. Warnings: 0." in capsys.readouterr().out


def test_what_the_role_may_not_see_is_a_problem_and_nothing_that_needs_it_is_asked(
    account: SyntheticAccount,
) -> None:
    account.hidden = ("INFORMATION_SCHEMA", "DESC INTEGRATION")
    found = looked_at(account)
    assert [(thing, verdict) for thing, verdict, _ in found] == [
        ("account", Verdict.OK),
        ("integration", Verdict.PROBLEM),
        ("tables", Verdict.PROBLEM),
    ]
    assert found[-1][2] == "Object 'X' does not exist or not authorized"
    assert not any("PIPE" in one for one in account.statements)


def test_a_table_or_a_column_that_is_missing_or_another_is_named(
    account: SyntheticAccount,
) -> None:
    del account.columns["albums"]
    account.columns["tracks"]["name"] = "NUMBER"
    del account.columns["loads"]["rows_playlist_daily"]
    thing, verdict, text = looked_at(account)[-1]
    assert (thing, verdict) == ("tables", Verdict.PROBLEM)
    assert text == (
        "tracks.name is NUMBER, not VARCHAR, there is no table albums, loads.rows_playlist_daily "
        "is missing, not NUMBER: run the SQL of `playlake snowflake sql`, or another role that may "
        "see it"
    )


def test_pipes_that_are_missing_or_stand_still_and_views_that_are_missing_are_named(
    account: SyntheticAccount,
) -> None:
    account.pipes["load_loads"] = "STALLED_INTEGRATION_ERROR"
    account.views.remove("albums")
    found = looked_at(account)
    problems = [(thing, text) for thing, verdict, text in found if verdict is Verdict.PROBLEM]
    assert problems == [
        (
            "pipes",
            (
                "load_loads is STALLED_INTEGRATION_ERROR: SELECT SYSTEM$PIPE_STATUS("
                "'playlake.landed.load_loads') has the reason"
            ),
        ),
        (
            "views",
            (
                "there is no view albums: run the SQL of `playlake snowflake sql`, or another role "
                "that may see it"
            ),
        ),
    ]
    del account.pipes["load_albums"]
    assert "there is no pipe load_albums" in looked_at(account)[3][2]


def test_an_integration_that_is_off_and_rows_that_are_missing_are_named(
    account: SyntheticAccount,
) -> None:
    account.enabled = "false"
    account.incomplete = [{"RUN_ID": "r1", "PART": f"part-000{number}"} for number in range(5)]
    found = {(thing, verdict): text for thing, verdict, text in looked_at(account)}
    assert "playlake_s3 is off" in found["integration", Verdict.PROBLEM]
    assert found["rows", Verdict.WARNING] == (
        "5 of 12 committed parts lack rows, such as part-0000 of r1: wait for the pipes, then see "
        "docs/snowflake.md"
    )
