"""`playlake quality`: the quality rules that rows broke, by day."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from playlake.commands.options import Lake, Pager, ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table

EXAMPLES = """\b
playlake quality
playlake quality --days 90 --json
playlake query "SELECT raw FROM quarantine"
"""

_BY_RULE_AND_DAY = """
SELECT snapshot_date, rule, table_name, severity, bool_or(is_alarming) AS alarming,
       sum(rows_broken) AS broken, sum(rows_checked) AS checked, max(examples) AS examples
FROM quality_results
WHERE snapshot_date >= '{since}'
GROUP BY snapshot_date, rule, table_name, severity
ORDER BY snapshot_date DESC, alarming DESC, severity, broken DESC, rule
"""
_FIELDS = (
    Field("snapshot_date", Kind.DATE, 7, "day"),
    Field("rule", Kind.WORD, 9),
    Field("table_name", Kind.WORD, 4, "table"),
    Field("severity", Kind.WORD, 6),
    Field("alarming", Kind.WORD, 5),
    Field("rows_broken", Kind.COUNT, 8, "broken"),
    Field("rows_checked", Kind.COUNT, 3, "of"),
    Field("examples", Kind.PROSE, 2),
)


def quality(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    days: Annotated[int, typer.Option(min=1, metavar="N", help="The last N days, in UTC.")] = 30,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
    pager: Pager = True,
    lake: Lake = None,
) -> None:
    """Show the quality rules that rows broke, by day, with examples.

    A rule that rejects sends the raw JSON of a row to quarantine; a warning changes nothing.
    `alarming` are rules that more rows broke than is tolerated. docs/data-model.md lists all rules.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    since = f"{datetime.now(UTC) - timedelta(days=days - 1):%Y-%m-%d}"
    opened = open_lake(here, lake)
    with here.working("Looking"):
        found = opened.query(_BY_RULE_AND_DAY.format(since=since)).rows
    if found or chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, Table(_FIELDS, found, drops=False), pages=pager)
    else:
        show(here.output, f"No row has broken a rule since {since}.")
