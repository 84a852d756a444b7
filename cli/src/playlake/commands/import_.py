"""`playlake import`: saved files of playlists, as one run of the lake."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from playlake.commands.options import Compact, Lake
from playlake.errors import CommandError
from playlake.importing.files import read_files
from playlake.importing.logs import logged_to
from playlake.importing.moments import moment_of
from playlake.invocation import Invocation
from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.lake import Lake as OpenLake
from playlake.lakes.opening import make_lake
from playlake.output.screen import show
from playlake.output.table import Field, Kind, Table
from playlake_contracts.keys import run_prefix
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_extractor.public import (
    SavedFileError,
    SavedSnapshot,
    StopError,
    is_landed,
    land_saved,
    read_saved,
    run_id_of,
)

EXAMPLES = """\b
playlake import playlist.json
playlake import 2024-03-01/*.json.gz --at 2024-03-01
playlake import page-*.json --at 2024-03-01T06:00:00+01:00
"""


_SNAPSHOTS = (
    Field("name", Kind.TEXT, 8, "playlist"),
    Field("playlist_id", Kind.ID, 9, "id"),
    Field("entries", Kind.COUNT, 7),
    Field("complete", Kind.WORD, 6),
    Field("file", Kind.PROSE, 5),
)


def import_files(
    context: typer.Context,
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="A playlist, a page of playlist items, or a JSON array of either; "
            "plain, gzip or zstd.",
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When the files were saved: an ISO 8601 date or time, in UTC unless it names a "
            "time zone. Default: the time that the newest file was last changed.",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Whether to transform what was landed.")
    ] = True,
    compact: Compact = True,
    lake: Lake = None,
) -> None:
    """Land responses of Spotify that others saved, as one run.

    Files given together are one moment. Pages of one playlist are put together, and what is
    already in the lake is not landed again. Nothing is landed unless every file can be read.
    """
    here = context.ensure_object(Invocation)
    with here.working("Reading the files"):
        snapshots, moment = _read(here, paths, at)
    run_id = run_id_of(SOURCE, snapshots, moment)
    opened = make_lake(here, lake)
    before = _land(here, opened, snapshots, run_id)
    if wait:
        with here.working("Transforming"):
            opened.transform(run_prefix(SOURCE, run_id), here.say)
    show(here.output, _overview(snapshots))
    here.output.print(f"{'Already imported' if before else 'Imported'} as run {run_id}.")
    here.output.print(f"Playlists: {len(snapshots):,}. Entries: {_entries(snapshots):,}.")
    if wait:
        here.output.print(_committed(opened, run_id))
        if compact:
            compact_itself(here, opened)


def _read(
    here: Invocation, paths: list[Path], at: str | None
) -> tuple[list[SavedSnapshot], datetime]:
    files = read_files(paths)
    try:
        snapshots = read_saved(((file.name, file.contents) for file in files), here.say)
    except SavedFileError as error:
        raise CommandError(str(error)) from error
    return snapshots, moment_of(files, at, now=datetime.now(UTC), say=here.say)


def _land(here: Invocation, lake: OpenLake, snapshots: list[SavedSnapshot], run_id: RunId) -> bool:
    """Land the snapshots unless they are landed; whether they were."""
    store = lake.raw_store()
    try:
        with logged_to(here.project.logs / "import.log"):
            before = is_landed(SOURCE, run_id, store)
            if not before:
                land_saved(SOURCE, snapshots, run_id, store)
    except StopError as error:
        raise CommandError(str(error)) from error
    return before


def _overview(snapshots: list[SavedSnapshot]) -> Table:
    rows = []
    for snapshot in snapshots:
        read = snapshot.read
        total = "an unknown number" if read.total is None else f"{read.total:,}"
        complete = "yes" if read.tail.complete else f"no, of {total}"
        named = (read.name, snapshot.playlist_id)
        rows.append((*named, read.tail.entries, complete, ", ".join(snapshot.origins)))
    return Table(_SNAPSHOTS, rows, elsewhere="the output in a pipe")


def _entries(snapshots: list[SavedSnapshot]) -> int:
    return sum(snapshot.read.tail.entries for snapshot in snapshots)


def _committed(lake: OpenLake, run_id: RunId) -> str:
    sql = (
        "SELECT sum(rows_playlist_items), sum(rows_quarantined) "  # noqa: S608 - an id of our own
        f"FROM loads WHERE run_id = '{run_id}'"
    )
    ((items, quarantined),) = lake.query(sql).rows
    return f"Rows in playlist_items: {items:,}. Rows in quarantine: {quarantined:,}."
