"""`playlake status`: how the lake is doing."""

from collections.abc import Mapping

import typer

from playlake.commands.options import Lake, ToJson
from playlake.invocation import Invocation
from playlake.lakes.opening import open_lake
from playlake.lakes.results import Result
from playlake.output.formats import json_text, objects
from playlake.output.screen import show, write
from playlake.output.table import Field, Kind, Table
from playlake_contracts.outcomes import Outcome

EXAMPLES = """\b
playlake status
playlake status --json
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


_STATE = (Field("what", Kind.WORD, 9), Field("how_it_is", Kind.PROSE, 8, "how it is"))
_RUNS = (
    Field("run_id", Kind.ID, 9, "run"),
    Field("playlists", Kind.COUNT, 5),
    Field("landed", Kind.COUNT, 7),
    Field("unchanged", Kind.COUNT, 4),
    Field("unread", Kind.COUNT, 8),
    Field("parts", Kind.COUNT, 1),
    Field("items", Kind.COUNT, 6),
    Field("quarantined", Kind.COUNT, 3),
    Field("committed_at", Kind.MOMENT, 2, "committed"),
)


def status(context: typer.Context, *, to_json: ToJson = False, lake: Lake = None) -> None:
    """Show the lake, what waits to be transformed, and the last runs."""
    here = context.ensure_object(Invocation)
    opened = open_lake(here, lake)
    with here.working("Looking"):
        state = {each.thing: each.state for each in opened.condition()}
        runs = opened.query(RUNS_SQL)
    if to_json:
        named = {name.lower().replace(" ", "_"): how_it_is for name, how_it_is in state.items()}
        write(here.output, json_text({**named, "runs": objects(Table(_RUNS, runs.rows))}))
    else:
        show(here.output, *screen(state, runs))


def screen(state: Mapping[str, str], runs: Result) -> tuple[Table, Table | str]:
    """The state of everything, and the last runs as `RUNS_SQL` finds them."""
    last = Table(_RUNS, runs.rows) if runs.rows else "No run has been transformed yet."
    return Table(_STATE, list(state.items())), last
