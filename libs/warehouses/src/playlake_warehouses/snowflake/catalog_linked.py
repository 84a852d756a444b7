"""The SQL of a database that follows the Iceberg tables of a lake in the Glue Data Catalog.

https://docs.snowflake.com/en/user-guide/tables-iceberg-configure-catalog-integration-rest-glue
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_warehouses.snowflake.columns import literal
from playlake_warehouses.snowflake.layout import Section, rendered
from playlake_warehouses.snowflake.parquet_direct import volume

if TYPE_CHECKING:
    from playlake_warehouses.snowflake.attachment import Attachment

VOLUME: Final = "lake"
_OPENING: Final = (
    (
        "A catalog-linked database: the Iceberg tables of a lake in the Glue Data Catalog, as a "
        "database that follows the catalog by itself. Nothing is copied."
    ),
    "An Iceberg table has committed parts only, each row once, so no views are needed.",
    (
        "`playlake snowflake sql catalog-linked` fills in the words in capitals, and "
        "docs/snowflake.md has the steps between the sections. Every statement but the last CREATE "
        "may be repeated."
    ),
)


def catalog_linked(attachment: Attachment) -> str:
    """The SQL as one text."""
    return rendered(
        _OPENING,
        (
            volume(attachment, VOLUME, f"s3://{attachment.bucket}/"),
            _catalog(attachment),
            _database(attachment),
        ),
    )


def _catalog(attachment: Attachment) -> Section:
    name = f"{attachment.integration}_glue"
    return Section(
        "Who reads the Glue Data Catalog. The template's setting iceberg gives the role its rights",
        (
            (
                f"CREATE CATALOG INTEGRATION IF NOT EXISTS {name}\n"
                "  CATALOG_SOURCE = ICEBERG_REST\n"
                "  TABLE_FORMAT = ICEBERG\n"
                f"  CATALOG_NAMESPACE = {literal(attachment.iceberg_database)}\n"
                "  REST_CONFIG = (\n"
                f"    CATALOG_URI = 'https://glue.{attachment.region}.amazonaws.com/iceberg'\n"
                "    CATALOG_API_TYPE = AWS_GLUE\n"
                f"    CATALOG_NAME = {literal(attachment.account)}\n"
                "  )\n"
                "  REST_AUTHENTICATION = (\n"
                "    TYPE = SIGV4\n"
                f"    SIGV4_IAM_ROLE = {literal(attachment.role_arn)}\n"
                f"    SIGV4_SIGNING_REGION = {literal(attachment.region)}\n"
                f"    SIGV4_EXTERNAL_ID = {literal(attachment.external_id)}\n"
                "  )\n"
                "  ENABLED = TRUE"
            ),
            f"DESC CATALOG INTEGRATION {name}",
            f"SELECT SYSTEM$VERIFY_CATALOG_INTEGRATION({literal(name)})",
        ),
    )


def _database(attachment: Attachment) -> Section:
    name = f"{attachment.database}_iceberg"
    return Section(
        "The database. Its schema is the database of Glue",
        (
            (
                f"CREATE DATABASE {name}\n"
                "  LINKED_CATALOG = (\n"
                f"    CATALOG = {literal(f'{attachment.integration}_glue')},\n"
                f"    ALLOWED_NAMESPACES = ({literal(attachment.iceberg_database)}),\n"
                "    ALLOWED_WRITE_OPERATIONS = NONE\n"
                "  ),\n"
                f"  EXTERNAL_VOLUME = {literal(f'{attachment.integration}_{VOLUME}')}\n"
                "  CATALOG_CASE_SENSITIVITY = CASE_INSENSITIVE"
            ),
            f"SELECT SYSTEM$CATALOG_LINK_STATUS({literal(name)})",
        ),
    )
