"""`playlake runs`: what the runs said of themselves."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from playlake.commands.options import Port
from playlake.invocation import Invocation
from playlake.manifests import (
    find_manifest,
    manifest_keys,
    raw_manifest,
    read_manifest,
    readable_manifests,
)
from playlake.rendering import print_table
from playlake.runs import parts_table, playlists_table, runs_table, summary
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest

if TYPE_CHECKING:
    from playlake.local import LocalAws

EXAMPLES = """\b
playlake runs
playlake runs 20261121T060000Z-wrjkwl
playlake runs --limit 100 --json
"""


def runs(
    context: typer.Context,
    *,
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run, to see its playlists.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most N runs.")] = 20,
    to_json: Annotated[
        bool, typer.Option("--json", help="Write JSON; of one run its manifest as it is stored.")
    ] = False,
    port: Port = None,
) -> None:
    """Show the newest runs, or what became of every playlist in one.

    This is read from the manifests, with which every run accounts for itself.
    """
    here = context.ensure_object(Invocation)
    with here.local_aws(port) as aws:
        keys = manifest_keys(aws)
        if run_id is not None:
            _show_run(here, aws, find_manifest(keys, run_id), to_json=to_json)
            return
        found = list(readable_manifests(aws, keys[:limit], here.say))
    if to_json:
        here.output.out(_json(found), highlight=False, end="")
    elif found:
        print_table(here.output, runs_table(found))
    else:
        here.output.print("Nothing has run yet.")


def _show_run(here: Invocation, aws: "LocalAws", key: RawKey, *, to_json: bool) -> None:
    if to_json:
        here.output.out(raw_manifest(aws, key).decode(), highlight=False, end="")
        return
    run = read_manifest(aws, key)
    print_table(here.output, playlists_table(run.playlists))
    if run.parts:
        print_table(here.output, parts_table(run))
    here.output.print(summary(run), highlight=False, soft_wrap=True)


def _json(manifests: list[Manifest]) -> str:
    listed = msgspec.json.encode([_overview(run) for run in manifests])
    return msgspec.json.format(listed, indent=2).decode() + "\n"


def _overview(run: Manifest) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(run)
    left_out = {"playlists", "parts"}
    kept = {name: value for name, value in fields.items() if name not in left_out}
    return {**kept, "outcomes": run.counts()}
