"""`playlake reconcile`: go on with what was landed and left."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Lake
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_delivery
from playlake.output.screen import show
from playlake.output.table import Field, Kind, Table
from playlake_contracts.deployed_settings import RECONCILE_DAYS
from playlake_lake.delivery import Reconciled, recent_dates

EXAMPLES = """\b
playlake reconcile
playlake reconcile --days 30
playlake reconcile --all --lake s3://BUCKET
"""

_MISSING = (Field("part", Kind.ID, 9), Field("manifest", Kind.ID, 8, "manifest that names it"))


def reconcile(
    context: typer.Context,
    *,
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=3650,
            metavar="N",
            help=f"Look at N days up to today, in UTC. Default: {RECONCILE_DAYS}.",
        ),
    ] = None,
    every_day: Annotated[bool, typer.Option("--all", help="Look at every day.")] = False,
    lake: Lake = None,
) -> None:
    """Find raw objects that were landed and left, and go on with them.

    On AWS they are announced to the transformer again, once they are ten minutes old; the
    transformer does the same every hour. In a folder all of them are transformed at once. A part
    that a manifest names and nobody landed is listed, and the command ends with status 1.
    """
    if every_day and days is not None:
        raise CommandError("--days and --all exclude each other: give one of them")
    here = context.ensure_object(Invocation)
    delivery = open_delivery(here, lake)
    dates = None if every_day else recent_dates(days or RECONCILE_DAYS, datetime.now(UTC))
    with here.working("Comparing raw objects with commit marks"):
        found = delivery.reconcile(dates)
    show(here.output, *screen(found))
    if found.missing:
        raise typer.Exit(1)


def screen(found: Reconciled) -> list[Table | str]:
    """What a comparison has found, and what was done."""
    if not found.missing:
        return [found.sentence]
    rows = [(part, manifest) for manifest, part in found.missing]
    return [
        Table(_MISSING, rows),
        f"Parts that a manifest names and nobody landed: {len(rows):,}. Nothing can mend them.",
        found.sentence,
    ]
