"""`playlake show`: a playlist as it was."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.history_options import At, PlaylistText
from playlake.commands.options import Lake, Pager, ToJson
from playlake.history.moments import PlaylistAt, is_gone_now, moment_of, playlist_at
from playlake.history.playlists import find_playlist
from playlake.history.reading import history_of
from playlake.invocation import Invocation
from playlake.output import playlist_files, playlists
from playlake.output.formats import Format, one_format, written
from playlake.output.screen import show as show_parts
from playlake.output.screen import write

EXAMPLES = """\b
playlake show Starred
playlake show Starred --at "7 days ago"
playlake show Starred --at 2026-11-21 --urls
playlake show Starred --xspf > starred.xspf
"""


def show(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    playlist: PlaylistText,
    at: At = "now",
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="At most N entries on the screen. Default: all."),
    ] = None,
    to_json: ToJson = False,
    to_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    to_urls: Annotated[
        bool, typer.Option("--urls", help="Write the address of each entry, one a line.")
    ] = False,
    to_xspf: Annotated[bool, typer.Option("--xspf", help="Write XSPF, for players.")] = False,
    to_jspf: Annotated[bool, typer.Option("--jspf", help="Write JSPF, XSPF as JSON.")] = False,
    to_m3u: Annotated[bool, typer.Option("--m3u", help="Write M3U, for players.")] = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show a playlist as it was at any moment.

    A date is the end of that day in UTC. The contents are those of the last run until then that
    read the playlist, or found it unchanged. Positions count from 1 on the screen, and from 0 in
    JSON and CSV, as in the tables of the lake.

    Addresses that are pasted into Spotify's own client make a playlist again.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(
        csv=to_csv, json=to_json, urls=to_urls, xspf=to_xspf, jspf=to_jspf, m3u=to_m3u
    )
    now = datetime.now(UTC)
    with history_of(here, lake) as opened:
        named = find_playlist(opened, playlist)
        found = playlist_at(opened, named, moment_of(opened, named, at, now))
        if chosen is Format.SCREEN:
            is_gone = found.held.is_gone or is_gone_now(opened, named, now)
            parts = playlists.screen(found, limit, is_gone_now=is_gone)
            show_parts(here.output, *parts, pages=pager)
            return
    write(here.output, _WRITERS[chosen](found))
    left = playlist_files.without_address(found)
    if chosen in {Format.URLS, Format.M3U} and left:
        here.say(f"{left:,} entries have no address, such as local files, and are left out.")


def _csv(found: PlaylistAt) -> str:
    return written(playlists.entries_table(found.held.contents), Format.CSV)


_WRITERS: Mapping[Format, Callable[[PlaylistAt], str]] = {
    Format.CSV: _csv,
    Format.JSON: playlists.playlist_json,
    Format.URLS: playlist_files.urls,
    Format.XSPF: playlist_files.xspf,
    Format.JSPF: playlist_files.jspf,
    Format.M3U: playlist_files.m3u,
}
