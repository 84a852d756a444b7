"""The argument of the commands that read the history of a playlist."""

from typing import Annotated

import typer

from playlake.completion import complete_playlist_name

PlaylistText = Annotated[
    str,
    typer.Argument(
        metavar="PLAYLIST",
        autocompletion=complete_playlist_name,
        help="The playlist: its name, id, URI or link.",
    ),
]
