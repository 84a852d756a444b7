"""`playlake check`: whether the rows of a lake keep to the data model."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_files
from playlake.output.checks import found_table, screen, summary
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake_lake.delivery import recent_dates

EXAMPLES = """\b
playlake check
playlake check --sample 200 --days 30
playlake check --all --lake demo --json
"""

_SAMPLE = 20


def check(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=f"How many parts. Default: {_SAMPLE}.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every part.")] = False,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, metavar="N", help="Only N days up to today, in UTC."),
    ] = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Check the rows of a sample of parts against the data model.

    That is every column's type, nulls, keys and values, what names a row of another table, and the
    numbers of rows. The sample is spread over the days, has the newest part, and is the same every
    time. Whether the files are as they were committed, `playlake lake check` says: it compares
    bytes, of raw objects as well. Status 1 if a rule is broken.
    """
    from playlake.checking.lake import check_lake

    if everything and sample is not None:
        raise CommandError("--sample and --all exclude each other: give one of them")
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    dates = None if days is None else recent_dates(days, datetime.now(UTC))
    files = open_files(here, lake)
    size = None if everything else sample or _SAMPLE
    report = check_lake(files, size, dates, here.counting)
    if chosen is Format.SCREEN:
        show(here.output, *screen(report, files.repair, lake), pages=pager)
    else:
        show_or_write(here.output, chosen, found_table(report, files.repair, lake))
        here.say(summary(report))
    if report.findings:
        raise typer.Exit(1)
