"""`playlake runs`: what the runs said of themselves."""

from typing import Annotated, Any

import msgspec
import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToMarkdown
from playlake.completion import complete_run
from playlake.invocation import Invocation
from playlake.lakes.lake import Lake as OpenLake
from playlake.lakes.manifests import (
    find_manifest,
    manifest_keys,
    raw_manifest,
    read_manifest,
    readable_manifests,
)
from playlake.lakes.opening import open_lake
from playlake.output.formats import Format, one_format, written
from playlake.output.runs import parts_table, playlists_table, runs_table, summary
from playlake.output.screen import show, write
from playlake.output.table import Table
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest

EXAMPLES = """\b
playlake runs
playlake runs 20261121T060000Z-wrjkwl
playlake runs --limit 100 --json
"""


def runs(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    run_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", autocompletion=complete_run, help="A run, to see its playlists."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most N runs.")] = 20,
    to_json: Annotated[
        bool, typer.Option("--json", help="Write JSON; of one run its manifest as it is stored.")
    ] = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show the newest runs, or what became of every playlist in one.

    This is read from the manifests, with which every run accounts for itself. Times are in UTC.
    --csv and --markdown of one run write its playlists.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    opened = open_lake(here, lake)
    keys = manifest_keys(opened)
    if run_id is None:
        found = _runs(list(readable_manifests(opened, keys[:limit], here.say)), chosen)
    else:
        found = _run(opened, find_manifest(keys, run_id), chosen)
    if isinstance(found, str):
        write(here.output, found)
    else:
        show(here.output, *found, pages=pager)


def _runs(found: list[Manifest], chosen: Format) -> str | list[Table | str]:
    """What is written of some runs, or shown."""
    if chosen is Format.JSON:
        return _json(found)
    if chosen is not Format.SCREEN:
        return written(runs_table(found), chosen)
    return [runs_table(found) if found else "Nothing has run yet."]


def _run(lake: OpenLake, key: RawKey, chosen: Format) -> str | list[Table | str]:
    """What is written of one run, or shown."""
    if chosen is Format.JSON:
        return raw_manifest(lake, key).decode()
    run = read_manifest(lake, key)
    playlists = playlists_table(run.playlists)
    if chosen is not Format.SCREEN:
        return written(playlists, chosen)
    return [playlists, *([parts_table(run)] if run.parts else []), summary(run)]


def _json(manifests: list[Manifest]) -> str:
    listed = msgspec.json.encode([_overview(run) for run in manifests])
    return msgspec.json.format(listed, indent=2).decode() + "\n"


def _overview(run: Manifest) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(run)
    left_out = {"playlists", "parts"}
    kept = {name: value for name, value in fields.items() if name not in left_out}
    return {**kept, "outcomes": run.counts()}
