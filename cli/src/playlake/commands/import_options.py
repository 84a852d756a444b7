"""The arguments and options of `playlake import`."""

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="Files that hold playlists, or folders of them; plain, gzip, zstd or zip. With "
        "--git, files or folders in the repository.",
    ),
]
SavedAt = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="When the files were saved: an ISO 8601 date or time, in UTC unless it names a time "
        "zone; `mtime`: when they were last changed; `name`: the dates in their names. "
        "Default: now.",
    ),
]
OfPlaylist = Annotated[
    str | None,
    typer.Option(
        "--playlist",
        metavar="ID",
        help="The playlist that the files are of, if they do not say it: an id, URI or link.",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="The name of that playlist. Without --playlist and an id in the files, equal names "
        "are one playlist.",
    ),
]
Git = Annotated[
    Path | None,
    typer.Option(
        "--git",
        metavar="REPO",
        help="A local git repository: each commit that changed the files is a run at the "
        "commit's time.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Land nothing if any file is refused.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Whether to transform what was landed.")
]
