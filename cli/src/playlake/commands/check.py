"""`playlake check`: whether rows keep to the data model, or whether a deployment works."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_files, open_stack
from playlake.output.checks import found_table, screen, summary
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake_lake.delivery import recent_dates

EXAMPLES = """\b
playlake check
playlake check --sample 200 --days 30
playlake check --all --lake demo --json
playlake check --stack playlake
"""

_SAMPLE = 20
_STEPS = (
    Field("step", Kind.WORD, 9),
    Field("seconds", Kind.NUMBER, 8),
    Field("found", Kind.PROSE, 7),
)


Sample = Annotated[
    int | None, typer.Option(min=1, metavar="N", help=f"How many parts. Default: {_SAMPLE}.")
]
Days = Annotated[
    int | None,
    typer.Option(min=1, max=3650, metavar="N", help="Only N days up to today, in UTC."),
]
Stack = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Instead, follow a synthetic part through this deployment, from its landing to a "
        "row, and remove it.",
    ),
]
Wait = Annotated[
    float,
    typer.Option(min=1, max=3600, metavar="SECONDS", help="How long a step of --stack may take."),
]


def check(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    sample: Sample = None,
    everything: Annotated[bool, typer.Option("--all", help="Every part.")] = False,
    days: Days = None,
    stack: Stack = None,
    wait: Wait = 600,
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
    if stack is not None:
        if lake is not None:
            raise CommandError("--stack names the lake already: leave out --lake")
        _check_stack(here, stack, timedelta(seconds=wait), chosen)
        return
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


def _check_stack(here: Invocation, name: str, wait: timedelta, chosen: Format) -> None:
    from playlake.checking.stack import StackCheck, Step

    steps: list[Step] = []

    def done(step: Step) -> None:
        steps.append(step)
        here.say(f"{step.name}: {step.found}, {step.seconds:g} s")

    with here.working("Following a part"):
        StackCheck.of(open_stack(name), wait).run(done)
    rows = [(each.name, each.seconds, each.found) for each in steps]
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, Table(_STEPS, rows))
    else:
        show(here.output, f"The deployment {name} works: a part became rows, and is removed.")
