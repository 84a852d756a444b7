"""Every example in pages, help and messages is taken by the parser that takes the real thing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlglot
import typer
from sqlglot.optimizer.qualify import qualify
from typer.core import TyperGroup
from written import PLACEHOLDER, command_lines, found, texts

from playlake.app import app
from playlake.commands.cost import interval
from playlake.cost.deployment import read_deployment
from playlake.importing.moments import BY_CHANGE, BY_NAME
from playlake.lakes.parameters import parse_given
from playlake.lakes.queries import find_query, named_queries
from playlake.login.credentials import is_in_aws
from playlake.project import Project
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import hive_type
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify_references import parse_reference
from playlake_contracts.tables import TABLES
from playlake_extractor.run.playlist_selection import parse_file
from playlake_extractor.run.schedule import parse_interval
from playlake_extractor.settings import parse_playlists
from playlake_extractor.sources.registry import SOURCES
from playlake_lake.asking.when import parse_when

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROJECT = Project.find({})
COMMAND = typer.main.get_command(app)
LINES = command_lines()
YAML = re.compile(r"^```yaml\n(?P<file>.*?)^```$", re.MULTILINE | re.DOTALL)
# A mention of a command, such as `playlake import`, is no example of it.
EXAMPLES = [line for line in LINES if len(line) > 1 and line[0] != PLACEHOLDER]


def parse_playlist_file(text: str) -> object:
    """Parse a YAML file of Spotify's playlists."""
    return parse_file(text, parse_reference)


def tried(examples: list[str], parse: Callable[[str], object]) -> None:
    """Parse examples, of which there have to be some."""
    assert examples
    for example in examples:
        parse(example)


def test_run_ids() -> None:
    tried(found(r"[0-9]{8}T[0-9]{6}Z-\w+"), RunId.parse)


def test_raw_keys() -> None:
    tried(found(r"raw/source=[\w=./-]++(?![<{…*\0])"), RawKey.parse)


def test_uris_and_links_of_playlists() -> None:
    uri, link = r"spotify:playlist:\w+", r"(?:https?://)?open\.spotify\.com/playlist/[\w?=&-]+"
    tried(found(f"{uri}|{link}"), parse_reference)


def test_files_of_playlists() -> None:
    files = [match["file"] for text in texts() for match in YAML.finditer(text)]
    tried([file for file in files if "playlists:" in file], parse_playlist_file)


def test_intervals() -> None:
    tried(found(r"(?<![\w.-])[0-9]+[mhd](?![\w-])"), parse_interval)


def test_times() -> None:
    tried(found(r"\b\d{4}-\d{2}-\d{2}(?:T[\w:.+-]+)?(?![\w-])"), datetime.fromisoformat)


def test_every_command_that_is_mentioned_exists() -> None:
    assert isinstance(COMMAND, TyperGroup)
    mentioned = {name for name, *_ in LINES if not name.startswith("-")} - {PLACEHOLDER}
    assert mentioned == COMMAND.commands.keys()


@pytest.mark.parametrize("line", EXAMPLES, ids=" ".join)
def test_command_lines(line: tuple[str, ...]) -> None:
    name, *arguments = line
    assert isinstance(COMMAND, TyperGroup)
    parsed = COMMAND.commands[name].make_context(name, arguments).params
    for option, check in CHECKS.get(name, {}).items():
        given = parsed[option]
        for value in given if isinstance(given, tuple | list) else [given]:
            if value is not None and PLACEHOLDER not in str(value):
                check(value)


def test_parameters_of_named_queries() -> None:
    assert isinstance(COMMAND, TyperGroup)
    checked = 0
    for _, *arguments in [line for line in EXAMPLES if line[0] == "query" and "--param" in line]:
        parsed = COMMAND.commands["query"].make_context("query", arguments).params
        query = find_query(named_queries(PROJECT.queries), parsed["name"])
        query.bind(parse_given(parsed["given"]), datetime.now(UTC))
        checked += 1
    assert checked


def test_sql_that_names_no_column_of_a_table_is_found() -> None:
    with pytest.raises(sqlglot.errors.OptimizeError, match="nam"):
        check_sql("SELECT nam FROM playlists")
    with pytest.raises(KeyError, match="playlist"):
        check_sql("SELECT name FROM playlist")


def check_sql(sql: str) -> None:
    """Check that every table and column of a query exists."""
    if sql == "-":
        return
    query = sqlglot.parse_one(sql, dialect="athena")
    for table in query.find_all(sqlglot.exp.Table):
        _READ[table.name]
    qualify(query, schema=SCHEMA, dialect="athena", validate_qualify_columns=True)


def check_playlists(text: str) -> None:
    """Check that some source takes a text for playlists."""
    errors: list[str] = []
    for source in SOURCES:
        try:
            parse_playlists(text, source)
        except ValueError as error:
            errors.append(str(error))
    assert len(errors) < len(SOURCES), errors


def check_secret(location: str) -> None:
    """Check that a location names a secret on AWS."""
    assert is_in_aws(location)


def check_when(text: str) -> None:
    """Check that a text is a moment."""
    parse_when(text, datetime.max.replace(tzinfo=UTC))


def check_saved_at(text: str) -> None:
    """Check that a text is a moment at which files were saved."""
    if text not in {BY_CHANGE, BY_NAME}:
        datetime.fromisoformat(text)


_READ = {**TABLES, **HISTORY_TABLES}
SCHEMA: dict[str, object] = {
    name: {field.name: hive_type(field.type) for field in table.schema}
    for name, table in _READ.items()
}
CHECKS: Mapping[str, Mapping[str, Callable[[str], object]]] = {
    "cost": {
        "preset": lambda preset: read_deployment(PROJECT.templates, preset),
        "every": interval,
    },
    "diff": {"first": check_when, "last": check_when},
    "doctor": {"credentials": check_secret},
    "import": {"at": check_saved_at},
    "login": {"to": check_secret},
    "query": {
        "sql": check_sql,
        "name": lambda name: find_query(named_queries(PROJECT.queries), name),
    },
    "run": {"playlists": check_playlists},
    "runs": {"run_id": RunId.parse},
    "show": {"at": check_when},
    "tables": {"name": _READ.__getitem__},
}
