"""`playlake transform`: finish what was landed and is not yet in the tables."""

import typer

from playlake.commands.options import Compact, Lake
from playlake.invocation import Invocation
from playlake.lakes.compacting_itself import compact_itself
from playlake.lakes.opening import open_lake
from playlake_contracts.keys import RAW_PREFIX

EXAMPLES = """\b
playlake transform
"""


def transform(context: typer.Context, *, compact: Compact = True, lake: Lake = None) -> None:
    """Transform every raw object that is landed and not yet in the tables.

    A run and an import do so at their end. After one that was interrupted, this completes it. For
    some days, runs or sources alone, on Spark, or for a lake on AWS: `playlake backfill`.
    """
    here = context.ensure_object(Invocation)
    opened = open_lake(here, lake)
    with here.working("Transforming"):
        opened.transform(RAW_PREFIX, here.say)
    here.output.print("Every raw object is committed or rejected.")
    if compact:
        compact_itself(here, opened)
