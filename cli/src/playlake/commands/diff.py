"""`playlake diff`: what changed in a playlist between two moments."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.history_options import PlaylistText
from playlake.commands.options import Lake, Pager, ToJson
from playlake.completion import complete_playlist_name
from playlake.history.comparing import Compared, compare, compare_two, moments
from playlake.history.moments import moment_of, playlist_at
from playlake.history.playlists import find_playlist
from playlake.history.reading import HistoryLake, history_of
from playlake.invocation import Invocation
from playlake.output.changes import changes_json, screen
from playlake.output.screen import show, write

EXAMPLES = """\b
playlake diff Starred
playlake diff Starred "7 days ago"
playlake diff Starred 2026-11-01 2026-11-21
playlake diff Starred --with "Road trip"
"""


def diff(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    playlist: PlaylistText,
    first: Annotated[
        str | None,
        typer.Argument(metavar="[FROM]", help="The moment before. Default: the last change."),
    ] = None,
    last: Annotated[
        str | None, typer.Argument(metavar="[TO]", help="The moment after. Default: now.")
    ] = None,
    other: Annotated[
        str | None,
        typer.Option(
            "--with",
            metavar="OTHER",
            autocompletion=complete_playlist_name,
            help="Compare with another playlist, at the same moment or at TO.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="At most N lines on the screen. Default: all."),
    ] = None,
    to_json: ToJson = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show what changed in a playlist between two moments.

    FROM and TO are a date, a time, a run, or words such as "7 days ago", in UTC; a date is the end
    of that day. Without them it is the last change.

    + added, - removed, > moved, * taken out and put back, ! no longer available, ^ available
    again, ~ name and other metadata, x gone, o returned.
    """
    here = context.ensure_object(Invocation)
    now = datetime.now(UTC)
    with history_of(here, lake) as opened:
        if other is None:
            named = find_playlist(opened, playlist)
            found = compare(opened, named, *moments(opened, named, first, last, now))
        else:
            found = _two(opened, (playlist, other), (first or "now", last or first or "now"), now)
    if to_json:
        write(here.output, changes_json(found))
    else:
        show(here.output, *screen(found, limit), pages=pager)


def _two(
    lake: HistoryLake, texts: tuple[str, str], whens: tuple[str, str], now: datetime
) -> Compared:
    """Compare two playlists, each at its moment."""
    old, new = (
        playlist_at(lake, named, moment_of(lake, named, when, now))
        for named, when in zip((find_playlist(lake, text) for text in texts), whens, strict=True)
    )
    return compare_two(old, new)
