"""`playlake run`: one run of the extractor, with the stored credentials, into the local lake."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Account, Compact, Lake, Source
from playlake.completion import complete_playlist
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import make_lake
from playlake.output.text import safe
from playlake.running.environment import playlists_setting
from playlake.running.extractor import Ended
from playlake.running.snapshot import Wanted, take_snapshot
from playlake.sources.registered import Given
from playlake.sources.registry import find_source

EXAMPLES = """\b
playlake run                                        those of playlists.yaml, or your own
playlake run 2Jcn87NOT9C2h96HKTGu14                 a playlist, by its id, URI or link
playlake run --source listenbrainz --user NAME      of another service
playlake run --full                                 unchanged playlists as well
playlake run --enrich                               details of artists and albums as well
playlake run --covers                               the covers of the playlists as well
playlake run --liked-songs                          your Liked Songs as well
"""


Playlists = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PLAYLIST]",
        autocompletion=complete_playlist,
        help="Ids, URIs or links of playlists, `mine`, or a YAML file of playlists. Default: "
        "playlists.yaml in your data folder if it is there (for another source than Spotify "
        "SOURCE.playlists.yaml), else mine: those that you own or collaborate on.",
    ),
]
User = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Whose playlists are mine, at a source without a login."),
]
Credentials = Annotated[
    str | None,
    typer.Option(
        envvar="PLAYLAKE_SPOTIFY_CREDENTIALS",
        metavar="FILE",
        help="Where the credentials are stored. Default: spotify.json in your data folder.",
    ),
]


def run(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    playlists: Playlists = None,
    source: Source = None,
    user: User = None,
    full: Annotated[
        bool, typer.Option("--full", help="Land playlists that did not change as well.")
    ] = False,
    enrich: Annotated[
        bool, typer.Option("--enrich", help="Ask for details of artists and albums as well.")
    ] = False,
    covers: Annotated[
        bool, typer.Option("--covers", help="Keep the covers of the playlists as well.")
    ] = False,
    liked_songs: Annotated[
        bool, typer.Option("--liked-songs", help="Read Liked Songs as well, if `mine` are read.")
    ] = False,
    credentials: Credentials = None,
    account: Account = None,
    compact: Compact = True,
    lake: Lake = None,
) -> None:
    """Take a snapshot of your playlists, and transform it.

    The extractor and the transformer are the ones that run on AWS. Log in to Spotify first. The
    exit status is the extractor's: 0 when enough playlists were read, 69 when too few could be, 75
    when some are left to the next run, 77 when you have to log in again.
    """
    here = context.ensure_object(Invocation)
    chosen = find_source(source)
    if liked_songs and not chosen.has_liked_songs:
        raise CommandError(f"{chosen.title} has no Liked Songs: leave out --liked-songs")
    asked = playlists_setting(playlists or [], here.project, chosen.name, account)
    settings = chosen.run_settings(here, Given(asked, user, credentials, account))
    options = _flags(full=full, enrich=enrich, covers=covers, liked_songs=liked_songs)
    wanted = Wanted(asked, settings, chosen.name, options, compact, account)
    scheduled_at = datetime.now(UTC).replace(microsecond=0)
    ended = take_snapshot(here, make_lake(here, lake), wanted, scheduled_at)
    _end(here, ended)


def _flags(**asked: bool) -> list[str]:
    return [f"--{name.replace('_', '-')}" for name, is_set in asked.items() if is_set]


def _end(here: Invocation, ended: Ended) -> None:
    if ended.sentence is not None:
        here.say(f"playlake: {safe(ended.sentence)}")
    if ended.status:
        raise typer.Exit(ended.status)
