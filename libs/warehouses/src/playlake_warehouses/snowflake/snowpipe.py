"""The SQL that loads a lake into tables of Snowflake by Snowpipe, as its files are committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_warehouses.snowflake.columns import (
    FILE_COLUMNS,
    FILE_LAST_MODIFIED,
    FILE_ROW_NUMBER,
    LOADED_AT,
    LOADED_TABLES,
    added,
    definitions,
    literal,
)
from playlake_warehouses.snowflake.committed_views import (
    PART,
    reading_of_row,
    version_of_file,
    views,
)
from playlake_warehouses.snowflake.layout import Section, indented, rendered

if TYPE_CHECKING:
    from playlake_contracts.tables import Table
    from playlake_warehouses.snowflake.attachment import Attachment

STAGE: Final = "curated"
FILE_FORMAT: Final = "parquet"
_EACH_SUNDAY: Final = "USING CRON 30 3 * * 0 UTC"
_OPENING: Final = (
    "Snowpipe: loads the tables of a lake into Snowflake as their files are committed.",
    (
        "`playlake snowflake sql` fills in the words in capitals, and "
        "docs/snowflake.md has the steps between the sections. Every statement may be repeated."
    ),
)


def snowpipe(attachment: Attachment) -> str:
    """The SQL as one text."""
    return rendered(
        _OPENING,
        (
            _integration(attachment),
            _stage(attachment),
            Section(
                "A table each for the rows as they are loaded; later versions add columns",
                tuple(text for table in LOADED_TABLES for text in _tables(table, attachment)),
            ),
            views(attachment, read_once=False),
            Section(
                "A pipe for each table. A pipe is never replaced: it remembers what it has loaded",
                tuple(_pipe(table, attachment) for table in LOADED_TABLES),
            ),
            Section(
                "A task for each table removes the rows that the views leave out, once a week",
                tuple(text for table in LOADED_TABLES for text in _tasks(table, attachment)),
            ),
            _last(attachment),
        ),
    )


def pipe_name(table: str) -> str:
    """The name of the pipe of a table."""
    return f"load_{table}"


def _integration(attachment: Attachment) -> Section:
    name = f"{attachment.integration}_s3"
    return Section(
        "Who reads the bucket. Run this first, and deploy the template with the two values "
        "STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID that it shows",
        (
            (
                f"CREATE STORAGE INTEGRATION IF NOT EXISTS {name}\n"
                "  TYPE = EXTERNAL_STAGE\n"
                "  STORAGE_PROVIDER = 'S3'\n"
                "  ENABLED = TRUE\n"
                f"  STORAGE_AWS_ROLE_ARN = {literal(attachment.role_arn)}\n"
                f"  STORAGE_AWS_EXTERNAL_ID = {literal(attachment.external_id)}\n"
                f"  STORAGE_ALLOWED_LOCATIONS = ({literal(attachment.location)})"
            ),
            f"DESC INTEGRATION {name}",
        ),
    )


def _stage(attachment: Attachment) -> Section:
    file_format = attachment.landed(FILE_FORMAT)
    return Section(
        "Where the files are, and what they are",
        (
            f"CREATE DATABASE IF NOT EXISTS {attachment.database}",
            f"CREATE SCHEMA IF NOT EXISTS {attachment.database}.{attachment.landing_schema}",
            (
                f"CREATE FILE FORMAT IF NOT EXISTS {file_format}\n"
                "  TYPE = PARQUET\n"
                "  USE_LOGICAL_TYPE = TRUE"
            ),
            (
                f"CREATE STAGE IF NOT EXISTS {attachment.landed(STAGE)}\n"
                f"  URL = {literal(attachment.location)}\n"
                f"  STORAGE_INTEGRATION = {attachment.integration}_s3\n"
                f"  FILE_FORMAT = (FORMAT_NAME = {literal(file_format)})"
            ),
        ),
    )


def _tables(table: Table, attachment: Attachment) -> list[str]:
    name = attachment.landed(table.name)
    return [
        (
            f"CREATE TABLE IF NOT EXISTS {name} (\n{indented(definitions(table))}\n)\n"
            f"COMMENT = {literal(f'One row is {table.row_is}, as it was loaded.')}"
        ),
        *(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {column}" for column in added(table)),
    ]


def _pipe(table: Table, attachment: Attachment) -> str:
    read = indented(f"{column.name} = {column.metadata}" for column in FILE_COLUMNS)
    return (
        f"CREATE PIPE IF NOT EXISTS {attachment.landed(pipe_name(table.name))}\n"
        "  AUTO_INGEST = TRUE\n"
        "AS\n"
        f"COPY INTO {attachment.landed(table.name)}\n"
        f"FROM @{attachment.landed(STAGE)}/{table.name}/\n"
        f"FILE_FORMAT = (FORMAT_NAME = {literal(attachment.landed(FILE_FORMAT))})\n"
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE\n"
        f"INCLUDE_METADATA = (\n{read}\n)"
    )


def _tasks(table: Table, attachment: Attachment) -> list[str]:
    name = attachment.landed(f"tidy_{table.name}")
    return [
        (
            f"CREATE OR REPLACE TASK {name}\n"
            f"  SCHEDULE = {literal(_EACH_SUNDAY)}\n"
            "  USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'XSMALL'\n"
            f"AS\n{_delete(table.name, attachment.landed(table.name))}"
        ),
        f"ALTER TASK {name} RESUME",
    ]


def _delete(table: str, full_name: str) -> str:
    """Delete what is superseded. Rows that cannot be told apart have the same rank, and stay."""
    row = [*PART, FILE_ROW_NUMBER, FILE_LAST_MODIFIED, LOADED_AT]
    same = "\n  AND ".join(f"{table}.{name} = superseded.{name}" for name in row)
    # Every name in it is of the contracts, or was checked.
    return (
        f"DELETE FROM {full_name}\n"  # noqa: S608
        f"USING (\n  SELECT {', '.join(row)}\n  FROM {full_name}\n"
        f"  QUALIFY {version_of_file()} > 1\n"
        f"    OR {reading_of_row('RANK')} > 1\n) AS superseded\n"
        f"WHERE {same}"
    )


def _last(attachment: Attachment) -> Section:
    return Section(
        "The queue to which S3 sends its events is notification_channel, the same for every pipe. "
        "Deploy the template with it; then let the pipes load what was written before",
        (
            f"SHOW PIPES IN SCHEMA {attachment.database}.{attachment.landing_schema}",
            *(
                f"ALTER PIPE {attachment.landed(pipe_name(table.name))} REFRESH"
                for table in LOADED_TABLES
            ),
        ),
    )
