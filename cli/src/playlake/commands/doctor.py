"""`playlake doctor`: what is well, what is not, and what to do about it."""

from datetime import UTC, datetime

import typer

from playlake.commands.options import Port
from playlake.commands.spotify_options import (
    ACCOUNTS_URL,
    API_URL,
    AccountsUrl,
    ApiUrl,
    Location,
)
from playlake.doctor.findings import Findings, Verdict
from playlake.invocation import Invocation
from playlake.rendering import plain_table, print_table, safe_text

EXAMPLES = """\b
playlake doctor
playlake doctor --credentials secretsmanager:spotify
"""


def doctor(
    context: typer.Context,
    *,
    credentials: Location = None,
    port: Port = None,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
) -> None:
    """Look at the login, at Spotify, and at the local lake.

    It sends Spotify three requests and changes nothing; a refresh token that Spotify replaces is
    stored. The exit status is 1 when there is a problem.
    """
    from playlake.credentials import default_location, unlogged
    from playlake.doctor.lake import look_at_lake
    from playlake.doctor.spotify import Spotify, look_at_spotify

    here = context.ensure_object(Invocation)
    now = datetime.now(UTC)
    findings = Findings()
    spotify = Spotify(credentials or default_location(here.project), accounts_url, api_url)
    with unlogged(), here.working("Asking Spotify"):
        look_at_spotify(findings, spotify, now.date())
    with findings.looking_at("local AWS"), here.local_aws(port) as aws:
        findings.ok("local AWS", aws.endpoint_url)
        look_at_lake(findings, aws, now)
    _show(here, findings)
    if findings.count(Verdict.PROBLEM):
        raise typer.Exit(1)


def _show(here: Invocation, findings: Findings) -> None:
    table = plain_table("verdict", "what", "how it is, and what to do")
    for finding in findings.all:
        table.add_row(finding.verdict, finding.thing, safe_text(finding.text))
    print_table(here.output, table)
    problems, warnings = map(findings.count, (Verdict.PROBLEM, Verdict.WARNING))
    here.output.print(f"Problems: {problems}. Warnings: {warnings}.", highlight=False)
