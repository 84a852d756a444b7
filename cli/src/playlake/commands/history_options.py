"""The argument of the commands that read the history of a playlist."""

from typing import Annotated

import typer

from playlake.completion import complete_playlist_name, complete_run

PlaylistText = Annotated[
    str,
    typer.Argument(
        metavar="PLAYLIST",
        autocompletion=complete_playlist_name,
        help="The playlist: its name, id, URI or link.",
    ),
]
At = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="WHEN",
        autocompletion=complete_run,
        help='A date, a time, a run, or words such as "7 days ago"; all in UTC.',
    ),
]
