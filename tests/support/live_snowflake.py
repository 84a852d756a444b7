"""Runs statements on an account of Snowflake, in `.venv-snowflake`, which has its connector.

It reads the arguments of the connection and the statements as JSON from standard input.
"""

from __future__ import annotations

import json
import sys

import snowflake.connector


def main() -> None:
    """Run each statement; the last ones run also if one before them fails."""
    asked = json.load(sys.stdin)
    connection = snowflake.connector.connect(**asked["connection"], login_timeout=30)
    cursor = connection.cursor()
    try:
        for statement in asked["statements"]:
            cursor.execute(statement)
    finally:
        for statement in asked["finally"]:
            cursor.execute(statement)
        connection.close()


if __name__ == "__main__":
    main()
