"""The options of commands that can work on Spark, and what they mean."""

from typing import Annotated, Final

import typer

from playlake.errors import CommandError
from playlake_engines.engine import Engine

DEFAULT_MASTER: Final = "local[*]"

Master = Annotated[
    str,
    typer.Option(
        "--master",
        envvar="PLAYLAKE_SPARK_MASTER",
        metavar="URL",
        help="The master of Spark, such as spark://HOST:7077.",
    ),
]


def spark_master(context: typer.Context, engine: Engine, master: str) -> str | None:
    """The master of Spark; None if the engine is another.

    Raises:
        CommandError: a master was named in the command for another engine.
    """
    if engine is Engine.SPARK:
        return master
    source = context.get_parameter_source("master")
    # A master in the environment is for the commands that are told to work on Spark.
    if source is not None and source.name == "COMMANDLINE":
        raise CommandError("--master names a master of Spark: add --engine spark, or leave it out")
    return None
