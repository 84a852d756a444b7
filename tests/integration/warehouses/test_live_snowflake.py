"""An account of Snowflake compiles what needs no bucket, in a database of its own.

It runs where the variables of an account are set, and costs next to nothing there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from snowpiped import PYTHON

from playlake.errors import CommandError
from playlake.snowflake_account.connecting import Account
from playlake_contracts.tables import ADDED_COLUMNS
from playlake_warehouses.snowflake import SCRIPTS, Attachment
from playlake_warehouses.snowflake.layout import statements

RUNNER = Path(__file__).parents[2] / "support" / "live_snowflake.py"
# What reads a bucket, or a right that a user of a test need not have.
_LEFT_OUT = re.compile(r"INTEGRATION|\bSTAGE\b|\bPIPES?\b|^ALTER TASK")


def live_statements(attachment: Attachment) -> list[str]:
    """The statements that need no bucket."""
    every = statements(SCRIPTS["snowpipe"].make(attachment))
    return [one for one in every if not _LEFT_OUT.search(one.partition("\n")[0])]


def test_an_account_compiles_the_tables_the_views_and_the_tasks() -> None:
    variables = os.environ
    asked = Account(
        variables.get("SNOWFLAKE_ACCOUNT"),
        variables.get("SNOWFLAKE_USER"),
        variables.get("SNOWFLAKE_ROLE"),
        variables.get("SNOWFLAKE_WAREHOUSE"),
    )
    try:
        connection = asked.arguments(variables)
    except CommandError as error:
        pytest.skip(f"there is no account of Snowflake to try: {error}")
    database = f"playlake_test_{uuid4().hex[:12]}"
    request = {
        "connection": connection,
        "statements": live_statements(Attachment(database=database)),
        "finally": [f"DROP DATABASE IF EXISTS {database}"],
    }
    subprocess.run([PYTHON, RUNNER], input=json.dumps(request), text=True, check=True)


def test_what_an_account_would_compile_is_every_table_view_and_task() -> None:
    found = [one.partition("\n")[0] for one in live_statements(Attachment())]
    kinds = ("CREATE TABLE", "ALTER TABLE", "VIEW", "TASK", "FILE FORMAT")
    counted = [sum(kind in one for one in found) for kind in kinds]
    added = sum(map(len, ADDED_COLUMNS.values()))
    assert counted == [11, added, 12, 11, 1]
