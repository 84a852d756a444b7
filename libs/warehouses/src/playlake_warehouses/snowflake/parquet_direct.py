"""The SQL of read-only tables over the files of a lake where they are, by Parquet Direct.

Parquet Direct is a preview of Snowflake since October 2026.
https://docs.snowflake.com/en/user-guide/tables-iceberg-parquet-direct
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from playlake_warehouses.snowflake.columns import LOADED_TABLES, literal
from playlake_warehouses.snowflake.committed_views import views
from playlake_warehouses.snowflake.layout import Section, rendered

if TYPE_CHECKING:
    from playlake_contracts.tables import Table
    from playlake_warehouses.snowflake.attachment import Attachment


class TableFormat(StrEnum):
    """What Snowflake makes of the folders `day=2026-11-21`."""

    HIVE = "hive"
    NONE = "none"


VOLUME: Final = "curated"
_OPENING: Final = (
    "Parquet Direct: read-only tables over the files of a lake where they are. Nothing is copied.",
    "PREVIEW: Snowflake offers it as a preview, and may change it.",
    (
        "`playlake snowflake sql parquet-direct` fills in the words in capitals, and "
        "docs/snowflake.md has the steps between the sections. Every statement may be repeated."
    ),
)
_FORMATS: Final = {
    TableFormat.HIVE: "TABLE_FORMAT = HIVE: each table has the column day, from the paths of its "
    "files, and queries that filter by it read fewer files. --without-day leaves it out",
    TableFormat.NONE: "TABLE_FORMAT = NONE: the columns are those of the files. The paths are not "
    "read, and the statistics of snapshot_date in each file say which files a query needs",
}


def parquet_direct(attachment: Attachment, table_format: TableFormat = TableFormat.HIVE) -> str:
    """The SQL as one text.

    Args:
        attachment: the names.
        table_format: what becomes of the folders of days.
    """
    catalog = f"{attachment.integration}_{table_format}"
    return rendered(
        _OPENING,
        (
            volume(attachment, VOLUME, attachment.location),
            Section(
                _FORMATS[table_format],
                (
                    (
                        f"CREATE CATALOG INTEGRATION IF NOT EXISTS {catalog}\n"
                        "  CATALOG_SOURCE = OBJECT_STORE\n"
                        f"  TABLE_FORMAT = {table_format.upper()}\n"
                        "  ENABLED = TRUE"
                    ),
                ),
            ),
            _tables(attachment, catalog),
            views(attachment, read_once=True),
        ),
    )


def volume(attachment: Attachment, suffix: str, location: str) -> Section:
    """The external volume, by which Snowflake reads a location without writing to it."""
    name = f"{attachment.integration}_{suffix}"
    return Section(
        "Who reads the bucket. Run this first, and deploy the template with the two values "
        "STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID that it shows",
        (
            (
                f"CREATE EXTERNAL VOLUME IF NOT EXISTS {name}\n"
                "  STORAGE_LOCATIONS = ((\n"
                f"    NAME = {literal(name)}\n"
                "    STORAGE_PROVIDER = 'S3'\n"
                f"    STORAGE_BASE_URL = {literal(location)}\n"
                f"    STORAGE_AWS_ROLE_ARN = {literal(attachment.role_arn)}\n"
                f"    STORAGE_AWS_EXTERNAL_ID = {literal(attachment.external_id)}\n"
                "  ))\n"
                "  ALLOW_WRITES = FALSE"
            ),
            f"DESC EXTERNAL VOLUME {name}",
        ),
    )


def _tables(attachment: Attachment, catalog: str) -> Section:
    return Section(
        "A table each over the files. Snowflake finds the columns, and those that come later. "
        "AUTO_REFRESH needs the events of S3, as a pipe does",
        (
            f"CREATE DATABASE IF NOT EXISTS {attachment.database}",
            f"CREATE SCHEMA IF NOT EXISTS {attachment.database}.{attachment.landing_schema}",
            *(_table(table, attachment, catalog) for table in LOADED_TABLES),
        ),
    )


def _table(table: Table, attachment: Attachment, catalog: str) -> str:
    return (
        f"CREATE ICEBERG TABLE IF NOT EXISTS {attachment.landed(table.name)}\n"
        f"  EXTERNAL_VOLUME = {literal(f'{attachment.integration}_{VOLUME}')}\n"
        f"  CATALOG = {literal(catalog)}\n"
        f"  BASE_LOCATION = {literal(f'{table.name}/')}\n"
        "  AUTO_REFRESH = TRUE\n"
        "  ENABLE_SCHEMA_EVOLUTION = TRUE\n"
        f"  COMMENT = {literal(f'One row is {table.row_is}, as it lies on S3.')}"
    )
