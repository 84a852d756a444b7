"""`playlake import`: saved files of playlists, as one run of the lake."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from playlake.athena import run_sql
from playlake.commands.options import Port
from playlake.errors import CommandError
from playlake.importing.files import read_files
from playlake.importing.logs import logged_to
from playlake.importing.moments import moment_of
from playlake.invocation import Invocation
from playlake.lake import uncommitted
from playlake.local import LocalAws
from playlake.rendering import plain_table, print_table, safe_text
from playlake.transformer_process import transform_landed
from playlake_contracts.keys import run_prefix
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_extractor.public import (
    LandingFailedError,
    S3RawStore,
    SavedFileError,
    SavedSnapshot,
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
    port: Port = None,
) -> None:
    """Land responses of Spotify that others saved, as one run.

    Files given together are one moment. Pages of one playlist are put together, and what is
    already in the lake is not landed again. Nothing is landed unless every file can be read.
    """
    here = context.ensure_object(Invocation)
    with here.working("Reading the files"):
        snapshots, moment = _read(here, paths, at)
    run_id = run_id_of(SOURCE, snapshots, moment)
    with here.local_aws(port) as aws:
        before = _land(here, aws, snapshots, run_id)
        if wait:
            _transform(here, aws, run_id)
        print_table(here.output, _overview(snapshots))
        here.output.print(f"{'Already imported' if before else 'Imported'} as run {run_id}.")
        here.output.print(f"Playlists: {len(snapshots):,}. Entries: {_entries(snapshots):,}.")
        if wait:
            here.output.print(_committed(aws, run_id))


def _read(
    here: Invocation, paths: list[Path], at: str | None
) -> tuple[list[SavedSnapshot], datetime]:
    files = read_files(paths)
    try:
        snapshots = read_saved(((file.name, file.contents) for file in files), here.say)
    except SavedFileError as error:
        raise CommandError(str(error)) from error
    return snapshots, moment_of(files, at, now=datetime.now(UTC), say=here.say)


def _land(here: Invocation, aws: LocalAws, snapshots: list[SavedSnapshot], run_id: RunId) -> bool:
    """Land the snapshots unless they are landed; whether they were."""
    store = S3RawStore(aws.s3, aws.resources.raw_bucket)
    try:
        with logged_to(here.project.logs / "import.log"):
            before = is_landed(SOURCE, run_id, store)
            if not before:
                land_saved(SOURCE, snapshots, run_id, store)
    except LandingFailedError as error:
        raise CommandError(str(error)) from error
    return before


def _transform(here: Invocation, aws: LocalAws, run_id: RunId) -> None:
    prefix = run_prefix(SOURCE, run_id)
    if not uncommitted(aws, prefix):
        return
    with here.working("Transforming"):
        transform_landed(os.environ, aws, here.project.logs, prefix, say=here.say)


def _overview(snapshots: list[SavedSnapshot]) -> Table:
    table = plain_table("playlist", "id", "entries", "complete", "file")
    for snapshot in snapshots:
        read = snapshot.read
        total = "an unknown number" if read.total is None else f"{read.total:,}"
        table.add_row(
            safe_text(read.name or ""),
            safe_text(snapshot.playlist_id),
            f"{read.tail.entries:,}",
            "yes" if read.tail.complete else f"no, of {total}",
            safe_text(", ".join(snapshot.origins)),
        )
    return table


def _entries(snapshots: list[SavedSnapshot]) -> int:
    return sum(snapshot.read.tail.entries for snapshot in snapshots)


def _committed(aws: LocalAws, run_id: RunId) -> str:
    sql = (
        "SELECT sum(rows_playlist_items), sum(rows_quarantined) "  # noqa: S608 - an id of our own
        f"FROM loads WHERE run_id = '{run_id}'"
    )
    ((items, quarantined),) = run_sql(aws, sql).rows
    return f"Rows in playlist_items: {items:,}. Rows in quarantine: {quarantined:,}."
