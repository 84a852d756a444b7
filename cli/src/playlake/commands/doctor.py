"""`playlake doctor`: what is well, what is not, and what to do about it."""

from datetime import UTC, datetime

import typer

from playlake.commands.options import Account, Lake, Source, ToJson
from playlake.commands.spotify_options import (
    ACCOUNTS_URL,
    API_URL,
    AccountsUrl,
    ApiUrl,
    LikedSongs,
    Location,
)
from playlake.doctor.findings import Findings, Verdict
from playlake.errors import NoLakeYetError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.output.formats import Format
from playlake.output.screen import show_or_write
from playlake.output.table import Field, Kind, Table
from playlake.sources.registered import Looking
from playlake.sources.registry import find_source

EXAMPLES = """\b
playlake doctor
playlake doctor --json
playlake doctor --credentials secretsmanager:spotify
"""


_FINDINGS = (
    Field("verdict", Kind.WORD, 9),
    Field("what", Kind.WORD, 8),
    Field("finding", Kind.PROSE, 7, "how it is, and what to do"),
)


def doctor(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    source: Source = None,
    credentials: Location = None,
    liked_songs: LikedSongs = False,
    account: Account = None,
    lake: Lake = None,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
    to_json: ToJson = False,
) -> None:
    """Look at the login, at the source, at the lake, and at where notices are sent.

    It sends the source up to three requests and changes nothing; a refresh token that Spotify
    replaces is stored. The exit status is 1 when there is a problem.
    """
    from playlake.doctor.lake import RunsOf, look_at_lake
    from playlake.doctor.notices import look_at_notices
    from playlake.login.credentials import unlogged

    here = context.ensure_object(Invocation)
    now = datetime.now(UTC)
    findings = Findings()
    chosen = find_source(source)
    looking = Looking(here.project, now, credentials, accounts_url, api_url, liked_songs, account)
    with unlogged(), here.working(f"Asking {chosen.title}"):
        chosen.look(findings, looking)
    with findings.looking_at("lake"):
        try:
            look_at_lake(findings, open_lake(here, lake), RunsOf(chosen.name, account), now)
        except NoLakeYetError as error:
            findings.warn("lake", str(error))
    with findings.looking_at("notices"):
        look_at_notices(findings, here.project)
    _show(here, findings, Format.JSON if to_json else Format.SCREEN)
    if findings.count(Verdict.PROBLEM):
        raise typer.Exit(1)


def _show(here: Invocation, findings: Findings, chosen: Format) -> None:
    rows = [(each.verdict.value, each.thing, each.text) for each in findings.all]
    problems, warnings = map(findings.count, (Verdict.PROBLEM, Verdict.WARNING))
    counted = f"Problems: {problems}. Warnings: {warnings}."
    show_or_write(here.output, chosen, Table(_FINDINGS, rows, drops=False), counted)
