"""The options of `playlake backfill`, and what they mean."""

from typing import Annotated

import typer

from playlake.completion import complete_run
from playlake_engines.engine import Engine

Runs = Annotated[
    list[str] | None,
    typer.Option(
        "--runs",
        "--run",
        metavar="RUN",
        autocompletion=complete_run,
        help="Only this run, by its id; several times for several.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--sources",
        "--source",
        metavar="SOURCE",
        help="Only this source, such as spotify; several times for several.",
    ),
]
ChosenEngine = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="What transforms: every core of this machine, or Spark, which is slower on one "
        "machine and grows with their number.",
    ),
]
