"""`playlake cost`: what a deployment costs a month, line by line, before there is one."""

from datetime import timedelta
from typing import Annotated

import typer

from playlake.completion import complete_preset
from playlake.cost.deployment import read_deployment
from playlake.cost.load import Load
from playlake.cost.prices import PRICED_ON, REGION
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.rendering import plain_table, print_table

EXAMPLES = """\b
playlake cost --playlists 50 --every 24h
playlake cost --preset large --every 1h --changed 0.05
"""


def cost(
    context: typer.Context,
    *,
    preset: Annotated[
        str, typer.Option(autocompletion=complete_preset, help="thrifty, standard or large.")
    ] = "thrifty",
    playlists: Annotated[int, typer.Option(min=1, help="Playlists that are kept.")] = 50,
    every: Annotated[str, typer.Option(help="Time between two runs: 30m, 24h, 2d.")] = "24h",
    entries: Annotated[int, typer.Option(min=1, help="Entries of a playlist, on average.")] = 100,
    changed: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of playlists that changed since the run before."),
    ] = 1.0,
) -> None:
    """Estimate a deployment's monthly bill from its template and AWS's list prices.

    --changed is the share of playlists that change between two runs: the others are known
    to be unchanged by their snapshot id, 50 a request.
    """
    from playlake.cost.estimate import MONTHS_GATHERED, estimate, total

    here = context.ensure_object(Invocation)
    load = Load(playlists, interval(every), entries, changed)
    lines = estimate(read_deployment(here.project.templates, preset), load)
    table = plain_table("line", "quantity", "unit", "USD a month")
    for line in lines:
        table.add_row(line.what, f"{line.quantity:,.2f}", line.price.unit, f"{line.usd:,.2f}")
    table.add_row("together", "", "", f"{total(lines):,.2f}")
    print_table(here.output, table)
    here.output.print(
        f"List prices of {REGION} on {PRICED_ON}, on demand, no free tier; "
        f"storage as in month {MONTHS_GATHERED}.",
        highlight=False,
    )
    if load.fetching > load.every:
        raise CommandError(
            f"a run would ask Spotify for {load.requests:,.0f} responses, which takes "
            f"{load.fetching}: longer than the {every} until the next one; run less often, or "
            "read only what changed"
        )


def interval(text: str) -> timedelta:
    """Parse an interval such as 24h.

    Raises:
        CommandError: it is none.
    """
    from playlake_extractor.public import parse_interval

    try:
        return parse_interval(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
