"""`playlake retention`: how long snapshots are kept, what would expire, and its removal."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from playlake.commands.options import Lake, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.opening import open_retained
from playlake.lakes.retaining import Kept
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake.running.environment import refresh_after_days
from playlake_contracts.retention import FOREVER, KeptDays
from playlake_lake.retention.expired import ExpiredDay

EXAMPLES = """\b
playlake retention
playlake retention --keep spotify=400
playlake retention --keep youtube=forever
playlake retention --apply
playlake retention --lake s3://BUCKET
"""

_SOURCES = (
    Field("source", Kind.ID, 9),
    Field("days_kept", Kind.WORD, 8, "days kept"),
    Field("kept_since", Kind.ID, 7, "kept since"),
    Field("oldest_day", Kind.ID, 6, "oldest day"),
    Field("days_held", Kind.COUNT, 5, "days held"),
    Field("days_expired", Kind.COUNT, 4, "days expired"),
)
_DAYS = (
    Field("day", Kind.ID, 9),
    Field("source", Kind.ID, 8),
    Field("age", Kind.COUNT, 7, "days old"),
    Field("state", Kind.WORD, 6),
    Field("objects", Kind.COUNT, 5),
)


def _kept(text: str) -> KeptDays:
    try:
        return KeptDays.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def retention(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    keep: Annotated[
        KeptDays | None,
        typer.Option(
            parser=_kept,
            metavar="SOURCE=DAYS",
            help=f"Keep the snapshots of a source for so many days, or {FOREVER}; several are "
            "separated by commas.",
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Remove what has expired, now and for good.")
    ] = False,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    lake: Lake = None,
) -> None:
    """Show how long snapshots are kept and what would expire, or remove it.

    YouTube's snapshots are kept for 28 days, because its terms ask for that, and others for ever.
    What has expired is removed by itself: in a folder after a run, once a day, and on AWS by a
    schedule. The rows of a day leave all tables first, and its files go at the next look.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    opened = open_retained(here, lake)
    now = datetime.now(UTC)
    if keep is not None:
        opened.keep(keep, refresh_after_days())
    kept = opened.record().kept
    expired = opened.expired(kept, now)
    table = sources_table(opened.kept(kept, now), expired)
    if apply:
        with here.working("Removing"):
            found = opened.expire(kept, now)
        here.say(f"Objects removed: {found.removed:,}. Partitions removed: {found.partitions:,}.")
        expired = opened.expired(kept, now)
        table = sources_table(opened.kept(kept, now), expired)
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table)
    else:
        show(here.output, table, *_of_days(expired, now.date()))


def sources_table(kept: Sequence[Kept], expired: Sequence[ExpiredDay]) -> Table:
    """How long each source is kept, and how many days of it have expired."""
    rows = [
        (
            each.source,
            FOREVER if each.days is None else str(each.days),
            each.since,
            each.oldest,
            each.held,
            sum(day.source == each.source for day in expired),
        )
        for each in kept
    ]
    return Table(_SOURCES, rows, elsewhere="--json")


def _of_days(expired: Sequence[ExpiredDay], today: date) -> list[Table | str]:
    if not expired:
        return ["Nothing has expired."]
    rows = [
        (
            each.day,
            each.source,
            (today - date.fromisoformat(each.day)).days,
            "in the tables" if each.marks else "files left",
            each.objects,
        )
        for each in expired
    ]
    summary = (
        f"Days that have expired: {len(rows):,}. The next look removes them, and "
        "`playlake retention --apply` at once."
    )
    return [Table(_DAYS, rows), summary]
