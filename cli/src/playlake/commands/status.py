"""`playlake status`: how the lake is doing, once or as long as somebody watches."""

from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.options import Lake, ToJson
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake

if TYPE_CHECKING:
    from playlake.watching.status import Watched

EXAMPLES = """\b
playlake status
playlake status --watch
playlake status --json
playlake status --watch --json      an object a line, when something changes
"""

_INTERVAL_SECONDS = 5.0


def status(
    context: typer.Context,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")
    ] = False,
    interval: Annotated[
        float | None,
        typer.Option(
            min=1, max=3600, metavar="SECONDS", help="How often --watch looks. Default: 5."
        ),
    ] = None,
    to_json: ToJson = False,
    lake: Lake = None,
) -> None:
    """Show how the lake is doing, what needs a look, and the last runs.

    It says what the page of `playlake up` says under /status. With `--watch` a terminal shows it
    live; what is no terminal gets a block, or with `--json` a line, each time something changes.
    """
    here = context.ensure_object(Invocation)
    if interval is not None and not watch:
        raise CommandError("--interval is how often --watch looks: add --watch")
    from playlake.watching.status import Watched

    watched = Watched.of(open_lake(here, lake), here.say)
    if watch:
        _watch(here, watched, interval or _INTERVAL_SECONDS, to_json=to_json)
        return
    from playlake.output.screen import show, write
    from playlake.watching.shown import parts_of, status_json

    with here.working("Looking"):
        seen = watched.look()
    if to_json:
        write(here.output, status_json(seen))
    else:
        show(here.output, *parts_of(seen))


def _watch(here: Invocation, watched: "Watched", interval: float, *, to_json: bool) -> None:
    from playlake.watching.live import watch_as_lines, watch_on_terminal

    try:
        if here.output.is_terminal and not to_json:
            watch_on_terminal(here.output, watched, interval)
        else:
            watch_as_lines(here.output, watched, interval, to_json=to_json)
    except KeyboardInterrupt:  # that is how watching ends
        return
