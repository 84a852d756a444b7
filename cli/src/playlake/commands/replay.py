"""`playlake replay`: transform raw objects again."""

from datetime import date, datetime
from typing import Annotated

import typer

from playlake.commands.options import Lake
from playlake.completion import complete_run
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_delivery
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_contracts.selection import Selection

EXAMPLES = """\b
playlake replay --run 20261121T060000Z-wrjkwl
playlake replay --day 2026-11-21 --overwrite
playlake replay --all --overwrite
"""


def replay(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    part: Annotated[
        str | None, typer.Option(metavar="KEY", help="A raw object, by its key.")
    ] = None,
    run_id: Annotated[
        str | None,
        typer.Option("--run", metavar="RUN", autocompletion=complete_run, help="A run, by its id."),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="A day, in UTC."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every raw object.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write files anew that are there already.")
    ] = False,
    lake: Lake = None,
) -> None:
    """Transform raw objects again, whether or not they are committed.

    Without --overwrite this changes nothing that is committed. With it the same files get what
    this version makes of the raw objects: do so after a mended transform, and rows that lay in
    quarantine are in their tables. On AWS the transformer does it. For what was never transformed:
    `playlake backfill`.
    """
    here = context.ensure_object(Invocation)
    selection = _selection(part, run_id, day, everything=everything)
    delivery = open_delivery(here, lake)
    with here.working("Replaying"):
        count = delivery.replay(selection, overwrite=overwrite)
    here.output.print(f"Raw objects that {delivery.replayed}: {count:,}.", highlight=False)


def _selection(
    part: str | None, run_id: str | None, day: datetime | None, *, everything: bool
) -> Selection:
    """What is replayed.

    Raises:
        CommandError: none of the four is given, or several, or what is given is no key or run.
    """
    given = [each for each in (part, run_id, day, everything or None) if each is not None]
    if len(given) != 1:
        raise CommandError("say what to replay: one of --part, --run, --day and --all")
    try:
        return Selection(_by(part, run_id, day))
    except ValueError as error:
        raise CommandError(f"{error}: correct it") from error


def _by(part: str | None, run_id: str | None, day: datetime | None) -> RawKey | RunId | date | None:
    if part is not None:
        return RawKey.parse(part)
    if run_id is not None:
        return RunId.parse(run_id)
    return day.date() if day is not None else None
