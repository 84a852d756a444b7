"""Whether a lake is attached to an account of Snowflake: it only reads.

What is not visible to the role is a problem, and nothing that depends on it is looked at.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from playlake.snowflake_account.connecting import SnowflakeError
from playlake_warehouses.snowflake.columns import FILE_COLUMNS, LOADED_TABLES, snowflake_type
from playlake_warehouses.snowflake.committed_views import INCOMPLETE_PARTS
from playlake_warehouses.snowflake.snowpipe import pipe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake.doctor.findings import Findings
    from playlake.snowflake_account.connecting import Session
    from playlake_warehouses.snowflake import Attachment

# The words of INFORMATION_SCHEMA for the types of columns.
_WORDS: Final = {"VARCHAR": "TEXT"}
_NAMED: Final = 3
_RUN: Final = "run the SQL of `playlake snowflake sql`, or another role that may see it"


def look_at_account(
    findings: Findings, session: Session, attachment: Attachment
) -> dict[str, object]:
    """Look at the user's rights, the integration, the tables, the pipes, the views and the rows.

    Returns:
        What the setting `snowflake` of the template has to say of the account, as far as it is
        known, by its names.
    """
    settings: dict[str, object] = {}
    with findings.looking_at("account"):
        (who,) = session.rows(
            "SELECT CURRENT_ACCOUNT() AS account, CURRENT_REGION() AS region, "
            "CURRENT_USER() AS user_name, CURRENT_ROLE() AS role_name"
        )
        findings.ok(
            "account",
            f"{who['account']} in {who['region']}, as {who['user_name']} with the role "
            f"{who['role_name']}",
        )
    with findings.looking_at("integration"):
        settings |= _look_at_integration(findings, session, attachment)
    with findings.looking_at("tables"):
        if _look_at_tables(findings, session, attachment):
            settings |= _look_further(findings, session, attachment)
    return settings


def _look_further(
    findings: Findings, session: Session, attachment: Attachment
) -> dict[str, object]:
    settings: dict[str, object] = {}
    with findings.looking_at("pipes"):
        settings = _look_at_pipes(findings, session, attachment)
    with findings.looking_at("views"):
        if _look_at_views(findings, session, attachment):
            _look_at_rows(findings, session, attachment)
    return settings


def _look_at_integration(
    findings: Findings, session: Session, attachment: Attachment
) -> dict[str, object]:
    name = f"{attachment.integration}_s3"
    found = {
        str(row["property"]): str(row["property_value"])
        for row in session.rows(f"DESC INTEGRATION {name}")
    }
    findings.ok(
        "integration",
        f"{name} reads {found.get('STORAGE_ALLOWED_LOCATIONS')} by the role "
        f"{found.get('STORAGE_AWS_ROLE_ARN')}",
    )
    if found.get("ENABLED", "").lower() != "true":
        findings.problem(
            "integration", f"{name} is off: ALTER STORAGE INTEGRATION {name} SET ENABLED = TRUE"
        )
    return {
        "external_id": found.get("STORAGE_AWS_EXTERNAL_ID", ""),
        "user_arns": [found.get("STORAGE_AWS_IAM_USER_ARN", "")],
    }


def _look_at_tables(findings: Findings, session: Session, attachment: Attachment) -> bool:
    """Whether each table is there with its columns."""
    found = _columns(session, attachment.database, attachment.landing_schema)
    problems = list(_wrong_columns(found))
    if problems:
        findings.problem("tables", f"{_some(problems)}: {_RUN}")
        return False
    findings.ok("tables", f"all {len(LOADED_TABLES)} have the columns of this version")
    return True


def _wrong_columns(found: dict[tuple[str, str], str]) -> Iterator[str]:
    tables = {table for table, _ in found}
    for table in LOADED_TABLES:
        if table.name.upper() not in tables:
            yield f"there is no table {table.name}"
            continue
        wanted = {field.name: snowflake_type(field.type) for field in table.schema}
        wanted |= {column.name: column.type for column in FILE_COLUMNS}
        for column, kind in wanted.items():
            word = kind.partition("(")[0]
            there = found.get((table.name.upper(), column.upper()))
            if there != _WORDS.get(word, word):
                yield f"{table.name}.{column} is {there or 'missing'}, not {word}"


def _columns(session: Session, database: str, schema: str) -> dict[tuple[str, str], str]:
    """By table and column, the word for its type."""
    rows = session.rows(
        # Both names were checked.
        "SELECT table_name, column_name, data_type "  # noqa: S608
        f"FROM {database}.INFORMATION_SCHEMA.COLUMNS WHERE table_schema = '{schema.upper()}'"
    )
    return {
        (str(row["table_name"]), str(row["column_name"])): str(row["data_type"]) for row in rows
    }


def _look_at_pipes(
    findings: Findings, session: Session, attachment: Attachment
) -> dict[str, object]:
    schema = f"{attachment.database}.{attachment.landing_schema}"
    rows = session.rows(f"SHOW PIPES IN SCHEMA {schema}")
    queues = {str(row["name"]).lower(): str(row["notification_channel"]) for row in rows}
    wanted = [pipe_name(table.name) for table in LOADED_TABLES]
    if missing := [name for name in wanted if name not in queues]:
        findings.problem("pipes", f"there is no pipe {_some(missing)}: {_RUN}")
        return {}
    findings.ok("pipes", f"all {len(wanted)} are there")
    for name in wanted:
        state = _state(session, attachment.landed(name))
        if state != "RUNNING":
            findings.problem(
                "pipes",
                f"{name} is {state}: SELECT SYSTEM$PIPE_STATUS('{attachment.landed(name)}') has "
                "the reason",
            )
    return {"queue_arn": queues[wanted[0]]}


def _state(session: Session, pipe: str) -> str:
    (row,) = session.rows(f"SELECT SYSTEM$PIPE_STATUS('{pipe}') AS status")
    try:
        return str(json.loads(str(row["status"]))["executionState"])
    except (ValueError, KeyError, TypeError) as error:
        raise SnowflakeError(f"the status of the pipe {pipe} cannot be read: {error}") from error


def _look_at_views(findings: Findings, session: Session, attachment: Attachment) -> bool:
    """Whether each view is there."""
    found = {table for table, _ in _columns(session, attachment.database, attachment.schema)}
    wanted = [*(table.name for table in LOADED_TABLES), INCOMPLETE_PARTS]
    if missing := [name for name in wanted if name.upper() not in found]:
        findings.problem("views", f"there is no view {_some(missing)}: {_RUN}")
        return False
    findings.ok("views", f"all {len(wanted)} are there")
    return True


def _look_at_rows(findings: Findings, session: Session, attachment: Attachment) -> None:
    with findings.looking_at("rows"):
        # Every name in them is of the contracts, or was checked.
        (marks,) = session.rows(
            f"SELECT COUNT(*) AS parts FROM {attachment.view('loads')}"  # noqa: S608
        )
        incomplete = session.rows(
            f"SELECT DISTINCT run_id, part FROM {attachment.view(INCOMPLETE_PARTS)}"  # noqa: S608
        )
        if incomplete:
            first = f"{incomplete[0]['part']} of {incomplete[0]['run_id']}"
            findings.warn(
                "rows",
                f"{len(incomplete)} of {marks['parts']} committed parts lack rows, such as "
                f"{first}: wait for the pipes, then see docs/snowflake.md",
            )
        else:
            findings.ok("rows", f"all rows of {marks['parts']} committed parts are there")


def _some(names: Iterable[str]) -> str:
    """The first few of some names, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
