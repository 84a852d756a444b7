"""`playlake dlq`: what was rejected, and why."""

from collections.abc import Sequence
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.opening import open_delivery
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake_lake.delivery import NO_CODE, Rejected

EXAMPLES = """\b
playlake dlq
playlake dlq --json
playlake dlq --dismissed
playlake dlq --lake s3://BUCKET
"""

_REJECTED = (
    Field("code", Kind.WORD, 9),
    Field("reason", Kind.PROSE, 8),
    Field("rejected_at", Kind.MOMENT, 6, "rejected"),
    Field("key", Kind.ID, 7),
)
_DISMISSED = (
    *_REJECTED[:3],
    Field("dismissed_at", Kind.MOMENT, 6, "dismissed"),
    Field("by", Kind.TEXT, 7),
    Field("because", Kind.PROSE, 8),
    _REJECTED[3],
)


def dlq(  # noqa: PLR0913 - its options
    context: typer.Context,
    *,
    dismissed: Annotated[
        bool, typer.Option("--dismissed", help="What `playlake dismiss` has dismissed instead.")
    ] = False,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """List what was rejected, with the reasons.

    That is what the records under rejected/ say, on AWS also what lies in the dead-letter queue
    without a record. `playlake redrive` has it processed anew, and what `playlake dismiss` has
    dismissed is left out. Times are in UTC.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    delivery = open_delivery(here, lake)
    with here.working("Looking"):
        found = delivery.dismissed() if dismissed else delivery.rejects()
    table = dismissed_table(found) if dismissed else rejected_table(found)
    if found or chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table, pages=pager)
    else:
        show(here.output, f"Nothing is {'dismissed' if dismissed else 'rejected'}.")


def rejected_table(found: Sequence[Rejected]) -> Table:
    """A table of what was rejected, one a row."""
    rows = [(each.code or NO_CODE, each.reason, each.rejected_at, each.key) for each in found]
    return Table(_REJECTED, rows, drops=False)


def dismissed_table(found: Sequence[Rejected]) -> Table:
    """A table of what was dismissed, one a row."""
    rows = [
        (
            each.code or NO_CODE, each.reason, each.rejected_at, each.dismissed.at,
            each.dismissed.by, each.dismissed.reason, each.key,
        )
        for each in found
        if each.dismissed is not None
    ]  # fmt: skip
    return Table(_DISMISSED, rows, drops=False)
