"""The options of `playlake cost`."""

from pathlib import Path
from typing import Annotated

import typer

from playlake.completion import complete_preset

Preset = Annotated[
    str, typer.Option(autocompletion=complete_preset, help="thrifty, standard or large.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        help="Settings that override the preset's, as `make deploy` takes them.",
    ),
]
Changed = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of playlists that changed since the run before."),
]
FurtherSources = Annotated[
    int,
    typer.Option(
        min=0,
        max=100,
        metavar="NUMBER",
        help="Sources beside Spotify, each read as often and as much.",
    ),
]
