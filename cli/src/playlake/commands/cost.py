"""`playlake cost`: what a deployment costs a month, line by line, before there is one."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.cost_options import Changed, FurtherSources, Preset, SettingsFile
from playlake.commands.options import Source, ToCsv, ToJson, ToMarkdown
from playlake.cost.deployment import deployment_of, read_deployment
from playlake.cost.load import Load
from playlake.cost.prices import PRICED_ON, REGION
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.output.formats import Format, json_text, objects, one_format
from playlake.output.screen import show_or_write, write
from playlake.output.table import Field, Kind, Table
from playlake.sources.registry import find_source

if TYPE_CHECKING:
    from playlake.cost.deployment import Deployment
    from playlake.cost.lines import Line

EXAMPLES = """\b
playlake cost --playlists 50 --every 24h
playlake cost --preset large --every 1h --changed 0.05
playlake cost --preset standard --settings lake.toml
"""


_BILL = (
    Field("line", Kind.WORD, 9),
    Field("quantity", Kind.AMOUNT, 7),
    Field("unit", Kind.TEXT, 6),
    Field("usd_a_month", Kind.AMOUNT, 8, "USD a month"),
)


def cost(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    preset: Preset = "thrifty",
    settings: SettingsFile = None,
    playlists: Annotated[int, typer.Option(min=1, help="Playlists that are kept.")] = 50,
    every: Annotated[str, typer.Option(help="Time between two runs: 30m, 24h, 2d.")] = "24h",
    entries: Annotated[int, typer.Option(min=1, help="Entries of a playlist, on average.")] = 100,
    changed: Changed = 1.0,
    further_sources: FurtherSources = 0,
    source: Source = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
) -> None:
    """Estimate a deployment's monthly bill from its template and AWS's list prices.

    --changed is the share of playlists that change between two runs: the others are known
    to be unchanged by their version in a list, which Spotify sends for 50 at once.
    --settings needs a clone with the CDK: `make .venv-infra/stamp`.
    """
    from playlake.cost.estimate import estimate

    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    asked = find_source(source)
    deployment = _deployment(here, preset, settings)
    load = Load(
        playlists,
        interval(every),
        entries,
        changed,
        sources=deployment.sources + further_sources,
        source=asked.requests,
    )
    lines = estimate(deployment, load)
    _show(here, lines, chosen)
    _check_time(load, every, asked.title)


def _deployment(here: Invocation, preset: str, settings: Path | None) -> "Deployment":
    """The priced parts of a preset's template, or of that of a settings file."""
    if settings is None:
        return read_deployment(here.project.templates, preset)
    from playlake.cost.synthesised import synthesised

    with here.working("Making the template"):
        return deployment_of(synthesised(here.project, preset, settings))


def _check_time(load: Load, every: str, source: str) -> None:
    """Refuse a run that would take longer than the time until the next one."""
    if load.fetching > load.every:
        raise CommandError(
            f"a run would ask {source} for {load.requests:,.0f} responses, which takes "
            f"{load.fetching}: longer than the {every} until the next one; run less often, or "
            "read only what changed"
        )


def _show(here: Invocation, lines: "list[Line]", chosen: Format) -> None:
    from playlake.cost.estimate import total
    from playlake.cost.lines import MONTHS_GATHERED

    rows = [(line.what, line.quantity, line.price.unit, line.usd) for line in lines]
    if chosen is Format.JSON:
        bill = objects(Table(_BILL, rows))
        whole = {"lines": bill, "usd_a_month": total(lines), "priced_on": PRICED_ON}
        write(here.output, json_text({**whole, "region": REGION}))
        return
    table = Table(_BILL, [*rows, ("together", None, None, total(lines))])
    basis = (
        f"List prices of {REGION} on {PRICED_ON}, on demand, no free tier; "
        f"storage as in month {MONTHS_GATHERED}."
    )
    show_or_write(here.output, chosen, table, basis)


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
