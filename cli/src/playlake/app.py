"""The `playlake` command: its options, and its commands by name."""

from importlib.metadata import version
from typing import Annotated

import typer

from playlake.commands import (
    cost,
    demo,
    doctor,
    export,
    import_,
    lake,
    login,
    pull,
    push,
    query,
    rebuild,
    run,
    runs,
    status,
    tables,
    up,
)
from playlake.invocation import Invocation

EXAMPLES = """\b
playlake demo                               watch it work, with no account
playlake login                              let it read your playlists
playlake run                                take a snapshot of them
playlake import playlists/*.json.gz          bring what was saved before
playlake tables                             list the tables
playlake query "SELECT * FROM playlists"    ask it
playlake status                             how the lake is doing
playlake doctor                             what is wrong, and what to do
"""

app = typer.Typer(
    name="playlake",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(epilog=demo.EXAMPLES)(demo.demo)
app.command(epilog=login.EXAMPLES)(login.login)
app.command(epilog=run.EXAMPLES)(run.run)
app.command(epilog=runs.EXAMPLES)(runs.runs)
app.command("import", epilog=import_.EXAMPLES)(import_.import_files)
app.command(epilog=query.EXAMPLES)(query.query)
app.command(epilog=tables.EXAMPLES)(tables.tables)
app.command(epilog=status.EXAMPLES)(status.status)
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)
app.command(epilog=up.EXAMPLES)(up.up)
app.command(epilog=rebuild.EXAMPLES)(rebuild.rebuild)
app.command(epilog=lake.EXAMPLES)(lake.lake)
app.command(epilog=pull.EXAMPLES)(pull.pull)
app.command(epilog=push.EXAMPLES)(push.push)
app.command(epilog=export.EXAMPLES)(export.export)
app.command(epilog=cost.EXAMPLES)(cost.cost)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"playlake {version('playlake-cli')}")
        raise typer.Exit


@app.callback(epilog=EXAMPLES)
def playlake(
    context: typer.Context,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and end."
        ),
    ] = False,
) -> None:
    """Keep the history of your playlists, and ask it questions."""
    context.ensure_object(Invocation).debug = debug
