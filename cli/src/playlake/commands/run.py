"""`playlake run`: one run of the extractor, with the stored credentials, into the local lake."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from playlake.athena import run_sql
from playlake.commands.options import Port
from playlake.credentials import default_location, is_in_aws
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lake import wait_until_committed
from playlake.local import LocalAws
from playlake.manifests import manifest_keys, read_manifest
from playlake.rendering import print_table, safe_text
from playlake.running.environment import playlists_setting, run_environment
from playlake.running.extractor import Ended, run_extractor
from playlake.running.progress import shown
from playlake.runs import changed_or_unread, playlists_table, summary
from playlake.transformer_process import transformer
from playlake_contracts.keys import run_prefix
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_contracts.tables import TABLES

EXAMPLES = """\b
playlake run                                        the playlists of playlists.yaml, or your own
playlake run 2Jcn87NOT9C2h96HKTGu14                 a playlist, by its id, URI or link
playlake run --full                                 unchanged playlists as well
playlake run --enrich                               details of artists and albums as well
"""

_COUNTED = tuple(
    name
    for name in TABLES
    if name != "run_outcomes" and f"rows_{name}" in TABLES["loads"].schema.names
)


def run(
    context: typer.Context,
    *,
    playlists: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAYLIST]",
            help="Ids, URIs or links of playlists, `mine`, or a YAML file of playlists. Default: "
            "playlists.yaml in .playlake if it is there, else mine: those that you own or "
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
            help="Where the credentials are stored. Default: spotify.json in .playlake.",
        ),
    ] = None,
    port: Port = None,
) -> None:
    """Take a snapshot of your playlists, and transform it.

    The extractor and the transformer are the ones that run on AWS. Log in first. The exit status
    is the extractor's: 0 when every playlist is accounted for, 75 when some are left to the next
    run, 77 when you have to log in again.
    """
    here = context.ensure_object(Invocation)
    _check_nothing_is_invented(here)
    asked = playlists_setting(playlists or [], here.project)
    options = [flag for flag, is_set in (("--full", full), ("--enrich", enrich)) if is_set]
    file = _file(here, credentials)
    scheduled_at = datetime.now(UTC).replace(microsecond=0)
    run_id = RunId.derive(SOURCE, scheduled_at)
    with here.local_aws(port) as aws:
        environment = run_environment(
            os.environ, aws, playlists=asked, credentials=file, scheduled_at=scheduled_at
        )
        ended = _extract_and_transform(here, aws, run_id, environment, options)
        _show(here, aws, run_id)
    if ended.sentence is not None:
        here.say(f"playlake: {safe_text(ended.sentence).plain}")
    if ended.status:
        raise typer.Exit(ended.status)


def _check_nothing_is_invented(here: Invocation) -> None:
    if here.project.invented.exists():
        raise CommandError(
            f"the lake in {here.project.aws} holds the demonstration's invented playlists: delete "
            "that folder, or set PLAYLAKE_HOME to another one for your own"
        )


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


def _extract_and_transform(
    here: Invocation,
    aws: LocalAws,
    run_id: RunId,
    environment: Mapping[str, str],
    options: Sequence[str],
) -> Ended:
    logs = here.project.logs
    with transformer(os.environ, aws, logs, say=here.say) as worker:
        with shown(here) as tell:
            ended = run_extractor(
                environment, run_id, logs / "extractor.log", tell, options=options
            )
        with here.working("Transforming"):
            wait_until_committed(aws, run_prefix(SOURCE, run_id), check_alive=worker.check_alive)
    return ended


def _show(here: Invocation, aws: LocalAws, run_id: RunId) -> None:
    for key in manifest_keys(aws, run_prefix(SOURCE, run_id)):
        manifest = read_manifest(aws, key)
        if shown := changed_or_unread(manifest):
            print_table(here.output, playlists_table(shown))
        here.output.print(f"Run {run_id}. {summary(manifest)}", highlight=False, soft_wrap=True)
        here.output.print(_rows(aws, run_id), highlight=False, soft_wrap=True)


def _rows(aws: LocalAws, run_id: RunId) -> str:
    sums = ", ".join(f"sum(rows_{name})" for name in _COUNTED)
    sql = (
        f"SELECT sum(rows_quarantined), {sums} "  # noqa: S608 - names and an id of our own
        f"FROM loads WHERE run_id = '{run_id}'"
    )
    ((quarantined, *counts),) = run_sql(aws, sql).rows
    rows = (f"{count:,} {name}" for name, count in zip(_COUNTED, counts, strict=True) if count)
    return f"Rows: {', '.join(rows) or 'none'}; {quarantined:,} in quarantine."
