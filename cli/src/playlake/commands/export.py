"""`playlake export`: the tables as files for people."""

from pathlib import Path
from typing import Annotated

import typer

from playlake.commands.lake_options import DaysText, Lake, days_of
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.export import FileFormat, choose, tables_of
from playlake.lakes.export import export as export_lake
from playlake.lakes.opening import open_folder
from playlake.lakes.queries import named_queries

EXAMPLES = """\b
playlake export playlists-as-csv
playlake export excel --xlsx --table current_songs
playlake export late --parquet --day 2026-11-01..
"""


def export(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    to_csv: Annotated[bool, typer.Option("--csv", help="Write CSV, as by default.")] = False,
    to_parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet.")] = False,
    to_xlsx: Annotated[bool, typer.Option("--xlsx", help="Write Excel files.")] = False,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="Only this table. Repeatable."),
    ] = None,
    days: DaysText = None,
    lake: Lake = None,
) -> None:
    """Write every table of a lake to a file of its own.

    current_songs, current_albums and current_artists are written as well: the newest row of each.
    Times are in UTC. Nothing is overwritten.
    """
    here = context.ensure_object(Invocation)
    chosen = _format(csv=to_csv, parquet=to_parquet, xlsx=to_xlsx)
    period = days_of(days)
    source = open_folder(here, lake, "run `playlake pull` first, and export from its lake")
    files = choose(named_queries(here.project.queries), tables or [], tables_of(source))
    export_lake(source, folder, files, chosen, period, here.counting)
    here.output.print(
        f"Wrote {len(files)} files to {folder}. Times are in UTC.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _format(**wanted: bool) -> FileFormat:
    formats = [FileFormat(name) for name, is_wanted in wanted.items() if is_wanted]
    if len(formats) > 1:
        options = " and ".join(f"--{each}" for each in formats)
        raise CommandError(f"{options} exclude each other: give one of them")
    return formats[0] if formats else FileFormat.CSV
