"""`playlake restore`: makes a new playlist with what an old one held on a day."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.history_options import At, PlaylistText
from playlake.commands.options import Lake
from playlake.commands.spotify_options import (
    ACCOUNTS_URL,
    API_URL,
    AccountsUrl,
    ApiUrl,
    Location,
    NoBrowser,
    RedirectPort,
)
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_folder
from playlake.output.screen import show
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY

if TYPE_CHECKING:
    from playlake.history.moments import PlaylistAt
    from playlake.lakes.folder import FolderLake
    from playlake.restoring.account import Account
    from playlake.restoring.plan import Plan
    from playlake.restoring.record import Progress, Record

EXAMPLES = """\b
playlake restore "On repeat" --at 2026-11-20        shows what it would make
playlake restore "On repeat" --at 2026-11-20 --yes  makes it
playlake restore ID --at 2026-11-20T18:30           by its id, at a time
"""

Name = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The new name. Default: the old name and the date."),
]
Public = Annotated[
    bool, typer.Option("--public", help="Have it on your profile, which takes another scope.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Make it, and do not only show it.")]
Anew = Annotated[
    bool, typer.Option("--anew", help="Start over, instead of going on where it stopped.")
]


def restore(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    playlist: PlaylistText,
    at: At,
    name: Name = None,
    public: Public = False,
    yes: Yes = False,
    anew: Anew = False,
    lake: Lake = None,
    credentials: Location = None,
    port: RedirectPort = 8765,
    no_browser: NoBrowser = False,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
) -> None:
    """Make a new playlist with what an old one held on a day.

    Without --yes it sends nothing, and shows what it would make and what cannot be restored. The
    old playlist is never touched. Spotify asks you to agree each time, and the permission is not
    stored. Interrupted, the same command goes on, and adds nothing twice. The exit status is 75
    when Spotify asks to wait, 77 when you have to agree again.
    """
    from playlake.login.credentials import default_location
    from playlake.restoring.account import Account

    here = context.ensure_object(Invocation)
    advice = "bring it here by `playlake pull`, and restore from that lake"
    opened = open_folder(here, lake, advice)
    old, plan = _planned(opened, playlist, at, name, public=public)
    record = _record(opened, plan, anew=anew and yes)
    progress = None if anew else record.load()
    _show_plan(here, old, plan, progress)
    if not yes:
        here.say("Nothing was sent to Spotify: the same command with --yes makes the playlist.")
        return
    if opened.is_synthetic and api_url == API_URL:
        raise CommandError(
            f"the lake in {opened.place} holds the demonstration's invented songs, which Spotify "
            "does not have: name another lake with --lake"
        )
    account = Account(
        credentials or default_location(here.project), port, no_browser, accounts_url, api_url
    )
    until = None if progress is None else progress.closed_until(datetime.now(UTC))
    if progress is not None and until is not None:
        raise typer.Exit(_closed(here, plan, progress, until))
    status = _carry_out(here, opened, account, plan, record)
    if status:
        raise typer.Exit(status)


def _planned(
    opened: "FolderLake", playlist: str, at: str, name: str | None, *, public: bool
) -> "tuple[PlaylistAt, Plan]":
    from playlake.restoring.plan import plan_of

    if name is not None and not name.strip():
        raise CommandError("the new name is empty: leave --name out, or give one")
    old = _old(opened, playlist, at)
    source = old.named.playlist.source
    if source != SPOTIFY:
        raise CommandError(
            f"{old.name} is a playlist of {source}, and `playlake restore` makes playlists of "
            "Spotify only: `playlake show NAME --jspf` writes a file for other programs"
        )
    plan = plan_of(
        old.held.contents,
        old_name=old.name,
        old_id=old.named.playlist.id,
        day=f"{old.at:%Y-%m-%d}",
        name=name,
        public=public,
    )
    if not plan.wanted:
        raise CommandError(f"{_nothing(plan)} at {old.at:%Y-%m-%d %H:%M} UTC: choose another time")
    return old, plan


def _old(opened: "FolderLake", playlist: str, at: str) -> "PlaylistAt":
    from playlake.history.moments import moment_of, playlist_at
    from playlake.history.playlists import find_playlist
    from playlake.history.reading import check_not_empty, history_lake
    from playlake.lakes.folder import explained

    lake = history_lake(opened)
    with explained():
        check_not_empty(lake)
        named = find_playlist(lake, playlist)
        return playlist_at(lake, named, moment_of(lake, named, at, datetime.now(UTC)))


def _nothing(plan: "Plan") -> str:
    if not plan.left_out:
        return f"{plan.old_name} was empty"
    reasons = "; ".join(dict.fromkeys(each.reason.value for each in plan.left_out))
    count = len(plan.left_out)
    return f"none of the entries of {plan.old_name} ({count:,}) can be restored ({reasons})"


def _record(opened: "FolderLake", plan: "Plan", *, anew: bool) -> "Record":
    from playlake.lakes.folder import explained
    from playlake.restoring.record import Record

    record = Record(opened.folder, plan.digest)
    if anew:
        with explained():
            record.remove()
    return record


def _show_plan(
    here: Invocation, old: "PlaylistAt", plan: "Plan", progress: "Progress | None"
) -> None:
    from playlake.output.restoring import screen
    from playlake.restoring.account import scopes_for

    scope = scopes_for(public=plan.public)[0]
    show(here.output, *screen(plan, old.held.seen.at, scope, progress))


def _closed(here: Invocation, plan: "Plan", progress: "Progress", until: datetime) -> int:
    from playlake.restoring.endings import closed

    return closed(here, plan, progress, until)


def _carry_out(
    here: Invocation, opened: "FolderLake", account: "Account", plan: "Plan", record: "Record"
) -> int:
    """Make the playlist: the exit status."""
    from playlake.login.credentials import unlogged
    from playlake.restoring.account import ask_to_make, closed_groups
    from playlake.restoring.endings import ENDING, status_of
    from playlake.restoring.restorer import Restorer
    from playlake.restoring.waits import telling

    try:
        groups = closed_groups(opened, datetime.now(UTC))
        with unlogged(), telling(here):
            writer = ask_to_make(here, account, public=plan.public)
            writer.respect(groups)
            made = Restorer(plan, writer, record, lambda count: _tell(here, plan, count)).run()
    except ENDING as error:
        return status_of(here, error, plan, record)
    _show_made(here, plan, made)
    return 0


def _tell(here: Invocation, plan: "Plan", count: int) -> None:
    here.say(f"{count:,} of {len(plan.wanted):,} entries are in it.")


def _show_made(here: Invocation, plan: "Plan", made: "Progress") -> None:
    from playlake.output.restoring import left_out_tables, refused

    address = f"https://open.spotify.com/playlist/{made.playlist_id}"
    show(
        here.output,
        *left_out_tables(refused(plan, made)),
        f"Made {plan.name} with {made.added:,} entries: {address}",
    )
