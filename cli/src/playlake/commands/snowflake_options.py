"""The options of `playlake snowflake`: the names in its SQL, and who asks an account."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Action(StrEnum):
    """What to do."""

    SQL = "sql"
    CHECK = "check"


class ScriptName(StrEnum):
    """Which file of SQL."""

    SNOWPIPE = "snowpipe"
    PARQUET_DIRECT = "parquet-direct"
    CATALOG_LINKED = "catalog-linked"


Chosen = Annotated[Action, typer.Argument(metavar="ACTION", help="sql or check.")]
Script = Annotated[
    ScriptName,
    typer.Argument(metavar="[SCRIPT]", help="snowpipe, parquet-direct or catalog-linked. For sql."),
]
Bucket = Annotated[str | None, typer.Option(help="The curated bucket.")]
RoleArn = Annotated[str | None, typer.Option(help="The ARN of the role that Snowflake assumes.")]
ExternalId = Annotated[
    str | None, typer.Option(help="What Snowflake says when it assumes the role.")
]
Region = Annotated[str | None, typer.Option(help="The region of the bucket.")]
IcebergDatabase = Annotated[
    str | None, typer.Option(help="The database of Glue with the Iceberg tables.")
]
Integration = Annotated[str | None, typer.Option(help="What the names of integrations begin with.")]
Database = Annotated[str | None, typer.Option(help="The database in Snowflake.")]
Schema = Annotated[str | None, typer.Option(help="The schema of the views.")]
LandingSchema = Annotated[
    str | None, typer.Option(help="The schema of the tables that the views read.")
]
WithoutDay = Annotated[
    bool,
    typer.Option(
        "--without-day", help="Read no paths: TABLE_FORMAT = NONE. For sql parquet-direct."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Write all files into a new folder instead. For sql."),
]
AccountName = Annotated[
    str | None,
    typer.Option(
        "--account", envvar="SNOWFLAKE_ACCOUNT", help="The account of Snowflake. For check."
    ),
]
User = Annotated[str | None, typer.Option(envvar="SNOWFLAKE_USER", help="The user. For check.")]
Role = Annotated[
    str | None, typer.Option(envvar="SNOWFLAKE_ROLE", help="The user's role. For check.")
]
Warehouse = Annotated[
    str | None,
    typer.Option(envvar="SNOWFLAKE_WAREHOUSE", help="The warehouse that counts. For check."),
]
