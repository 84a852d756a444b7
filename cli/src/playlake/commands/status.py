"""`playlake status`: how the lake is doing."""

from typing import TYPE_CHECKING

import typer

from playlake.athena import run_sql
from playlake.commands.options import Port
from playlake.invocation import Invocation
from playlake.lake import queue_depth
from playlake.rendering import as_table, plain_table, print_table
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from playlake.local import LocalAws

EXAMPLES = """\b
playlake status
"""

SUCCESSES = ", ".join(f"'{outcome}'" for outcome in Outcome if outcome.is_success)
# A run is known by its loads, the commit marks; what became of its playlists comes with the last.
RUNS_SQL = f"""
SELECT loaded.run_id, outcomes.playlists, outcomes.landed, outcomes.unchanged, outcomes.unread,
       loaded.parts, loaded.items, loaded.quarantined, loaded.committed_at
FROM (
    SELECT run_id, sum(CASE WHEN part = 'manifest' THEN 0 ELSE 1 END) AS parts,
           sum(rows_playlist_items) AS items, sum(rows_quarantined) AS quarantined,
           max(committed_at) AS committed_at
    FROM loads GROUP BY run_id
) AS loaded
LEFT JOIN (
    SELECT run_id, count(*) AS playlists,
           sum(CASE WHEN outcome = 'landed' THEN 1 ELSE 0 END) AS landed,
           sum(CASE WHEN outcome = 'unchanged' THEN 1 ELSE 0 END) AS unchanged,
           sum(CASE WHEN outcome IN ({SUCCESSES}) THEN 0 ELSE 1 END) AS unread
    FROM run_outcomes GROUP BY run_id
) AS outcomes ON outcomes.run_id = loaded.run_id
ORDER BY loaded.run_id DESC LIMIT 10
"""  # noqa: S608  the outcomes are the contract's


def status(context: typer.Context, *, port: Port = None) -> None:
    """Show the local AWS, the queues, the crawler and the last runs."""
    from playlake.local.sharing import running_server

    here = context.ensure_object(Invocation)
    server = running_server(here.project)
    with here.local_aws(port) as aws, here.working("Looking"):
        waiting, hidden = queue_depth(aws, aws.queue_url)
        dead, _ = queue_depth(aws, aws.dead_letter_queue_url)
        crawler = _crawler_state(aws)
        runs = run_sql(aws, RUNS_SQL)
    shown = plain_table("what", "how it is")
    shown.add_row("local AWS", f"running on port {server.port}" if server else "not running")
    shown.add_row("queue", f"{waiting} waiting, {hidden} being transformed")
    shown.add_row("dead letters", str(dead))
    shown.add_row("crawler", crawler)
    print_table(here.output, shown)
    if runs.rows:
        print_table(here.output, as_table(runs, len(runs.rows)))
    else:
        here.output.print("No run has been transformed yet.")


def _crawler_state(aws: "LocalAws") -> str:
    crawler = aws.glue.get_crawler(Name=aws.resources.crawler)["Crawler"]
    last = crawler.get("LastCrawl", {}).get("Status", "never")
    return f"{crawler['State'].lower()}, last crawl: {last.lower()}"
