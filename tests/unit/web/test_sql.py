"""The queries of the page are in the SQL that Athena and DuckDB share."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
import sqlglot

import playlake_web

MODULES = [
    found.name
    for found in pkgutil.walk_packages(playlake_web.__path__, f"{playlake_web.__name__}.")
    if not found.ispkg
]
QUERIES = {
    f"{module}:{name}": value
    for module in MODULES
    for name, value in vars(importlib.import_module(module)).items()
    if isinstance(value, str)
    and value.lstrip().lower().startswith(("select ", "select\n", "with "))
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("dialect", ["athena", "duckdb"])
def test_a_query_is_understood(name: str, dialect: str) -> None:
    (statement,) = sqlglot.parse(
        QUERIES[name].format(in_days="day >= '2026-11-01'", wanted="run_id = 'x'"), read=dialect
    )
    assert statement is not None


def test_the_queries_are_found() -> None:
    assert len(QUERIES) > 20
