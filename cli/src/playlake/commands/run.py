"""`playlake run`: one run of the extractor, with the stored credentials, into the local lake."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from playlake.commands.options import Lake
from playlake.completion import complete_playlist
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.lake import Lake as OpenLake
from playlake.lakes.manifests import manifest_keys, read_manifest
from playlake.lakes.opening import make_lake
from playlake.login.credentials import default_location, is_in_aws
from playlake.output.runs import changed_or_unread, playlists_table, summary
from playlake.output.screen import show
from playlake.output.text import safe
from playlake.running.environment import playlists_setting, run_environment
from playlake.running.extractor import run_extractor
from playlake.running.progress import shown
from playlake_contracts.keys import RAW_PREFIX, run_prefix
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_contracts.tables import MANIFEST_TABLES, TABLES

EXAMPLES = """\b
playlake run                                        those of playlists.yaml, or your own
playlake run 2Jcn87NOT9C2h96HKTGu14                 a playlist, by its id, URI or link
playlake run --full                                 unchanged playlists as well
playlake run --enrich                               details of artists and albums as well
"""

_OF_MANIFESTS = {table.name for table in MANIFEST_TABLES}
_COUNTED = tuple(
    name
    for name in TABLES
    if name not in _OF_MANIFESTS and f"rows_{name}" in TABLES["loads"].schema.names
)


def run(
    context: typer.Context,
    *,
    playlists: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAYLIST]",
            autocompletion=complete_playlist,
            help="Ids, URIs or links of playlists, `mine`, or a YAML file of playlists. Default: "
            "playlists.yaml in your data folder if it is there, else mine: those that you own or "
            "collaborate on.",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Land playlists that did not change as well.")
    ] = False,
    enrich: Annotated[
        bool, typer.Option("--enrich", help="Ask for details of artists and albums as well.")
    ] = False,
    credentials: Annotated[
        str | None,
        typer.Option(
            envvar="PLAYLAKE_SPOTIFY_CREDENTIALS",
            metavar="FILE",
            help="Where the credentials are stored. Default: spotify.json in your data folder.",
        ),
    ] = None,
    lake: Lake = None,
) -> None:
    """Take a snapshot of your playlists, and transform it.

    The extractor and the transformer are the ones that run on AWS. Log in first. The exit status
    is the extractor's: 0 when enough playlists were read, 69 when too few could be, 75 when some
    are left to the next run, 77 when you have to log in again.
    """
    here = context.ensure_object(Invocation)
    asked = playlists_setting(playlists or [], here.project)
    options = [flag for flag, is_set in (("--full", full), ("--enrich", enrich)) if is_set]
    file = _file(here, credentials)
    scheduled_at = datetime.now(UTC).replace(microsecond=0)
    run_id = RunId.derive(SOURCE, scheduled_at)
    opened = make_lake(here, lake)
    environment = run_environment(
        os.environ,
        opened.settings(),
        playlists=asked,
        credentials=file,
        scheduled_at=scheduled_at,
    )
    with shown(here) as tell:
        log = here.project.logs / "extractor.log"
        ended = run_extractor(environment, run_id, log, tell, options=options)
    with here.working("Transforming"):
        opened.transform(RAW_PREFIX, here.say)
    _show(here, opened, run_id)
    if ended.sentence is not None:
        here.say(f"playlake: {safe(ended.sentence)}")
    if ended.status:
        raise typer.Exit(ended.status)


def _file(here: Invocation, credentials: str | None) -> str:
    location = credentials or default_location(here.project)
    if is_in_aws(location):
        raise CommandError(
            f"{location} is on AWS, which a run on this machine does not reach: store credentials "
            "in a file by `playlake login`"
        )
    if not Path(location).is_file():
        raise CommandError(
            f"there are no Spotify credentials in {location}: store them by `playlake login`"
        )
    return location


def _show(here: Invocation, lake: OpenLake, run_id: RunId) -> None:
    for key in manifest_keys(lake, run_prefix(SOURCE, run_id)):
        manifest = read_manifest(lake, key)
        listed = changed_or_unread(manifest)
        tables = [playlists_table(listed, elsewhere=f"`playlake runs {run_id}`")] if listed else []
        show(here.output, *tables, f"Run {run_id}. {summary(manifest)}", _rows(lake, run_id))


def _rows(lake: OpenLake, run_id: RunId) -> str:
    sums = ", ".join(f"sum(rows_{name})" for name in _COUNTED)
    sql = (
        f"SELECT sum(rows_quarantined), {sums} "  # noqa: S608 - names and an id of our own
        f"FROM loads WHERE run_id = '{run_id}'"
    )
    ((quarantined, *counts),) = lake.query(sql).rows
    rows = (f"{count:,} {name}" for name, count in zip(_COUNTED, counts, strict=True) if count)
    return f"Rows: {', '.join(rows) or 'none'}; {quarantined:,} in quarantine."
