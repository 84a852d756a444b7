"""The `playlake` command: its options; the commands are in the table."""

from typing import Annotated

import typer

from playlake.invocation import Invocation
from playlake.lazy_commands import HELP_NAMES, LazyGroup
from playlake_contracts.version import VERSION

EXAMPLES = """\
playlake demo                             watch it work
playlake login                            connect Spotify
playlake run                              take a snapshot
playlake query "SELECT * FROM playlists"  ask the lake
"""

app = typer.Typer(
    name="playlake",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings=HELP_NAMES,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"playlake {VERSION}")
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
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
