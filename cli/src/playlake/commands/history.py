"""`playlake history`: the timeline of a playlist, or where a song has been."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToJson
from playlake.completion import complete_playlist_name
from playlake.errors import CommandError
from playlake.history.moments import playlist_at
from playlake.history.playlists import find_playlist
from playlake.history.reading import HistoryLake, history_of
from playlake.history.songs import stays
from playlake.history.timeline import Timeline, timeline
from playlake.invocation import Invocation
from playlake.output import stays as stays_output
from playlake.output import timelines
from playlake.output.screen import Part, show, write

EXAMPLES = """\b
playlake history Starred
playlake history Starred --all --json
playlake history --song "Hollow in Ghent"
"""

_LINES_SHOWN = 20


def history(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    playlist: Annotated[
        str | None,
        typer.Argument(
            metavar="[PLAYLIST]",
            autocompletion=complete_playlist_name,
            help="The playlist: its name, id, URI or link.",
        ),
    ] = None,
    song: Annotated[
        str | None,
        typer.Option("--song", metavar="SONG", help="A song instead: its title, URI or link."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show stretches without a change as well.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="At most N lines. Default: 20 on the screen, else all."
        ),
    ] = None,
    to_json: ToJson = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show the timeline of a playlist, or where a song has been.

    The newest run is first. Each line is a run that changed something: + added, - removed,
    > moved, * taken out and put back, ! no longer available, ^ available again, ~ name and other
    metadata, x gone, o returned. `by` is who added. The calendar has a column for each week.

    Of a song every stay in every playlist is shown, by the days on which runs saw it.
    """
    here = context.ensure_object(Invocation)
    if (playlist is None) == (song is None):
        raise CommandError("give either a playlist or --song")
    if song is not None and every:
        raise CommandError("--all is about a playlist: leave it out with --song")
    with history_of(here, lake) as opened:
        shown = (
            _song(opened, song, limit, to_json=to_json)
            if song is not None
            else (_playlist(opened, playlist or "", limit, every=every, to_json=to_json))
        )
    if isinstance(shown, str):
        write(here.output, shown)
    else:
        show(here.output, *shown, pages=pager)


def _playlist(
    lake: HistoryLake, text: str, limit: int | None, *, every: bool, to_json: bool
) -> str | list[Part]:
    found = _timeline(lake, text)
    if to_json:
        return timelines.timeline_json(found, limit, every=every)
    return timelines.screen(found, limit or _LINES_SHOWN, every=every)


def _timeline(lake: HistoryLake, text: str) -> Timeline:
    named = find_playlist(lake, text)
    found = timeline(lake, named)
    if not found.sizes:
        playlist_at(lake, named, datetime.now(UTC))  # raises, and says why there are no contents
    return found


def _song(lake: HistoryLake, text: str, limit: int | None, *, to_json: bool) -> str | list[Part]:
    found = stays(lake, text)
    if to_json:
        return stays_output.stays_json(found[:limit])
    return stays_output.screen(found, limit or _LINES_SHOWN)
