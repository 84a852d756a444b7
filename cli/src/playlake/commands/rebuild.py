"""`playlake rebuild`: make the tables of the lake anew from its raw objects."""

import os
from datetime import timedelta

import typer

from playlake.commands.options import Port
from playlake.invocation import Invocation
from playlake.lake import uncommitted, wait_until_committed
from playlake.layout import announce, remove_former
from playlake.transformer_process import transformer

EXAMPLES = """\b
playlake rebuild
"""

COMMITTED_WITHIN = timedelta(minutes=30)


def rebuild(context: typer.Context, *, port: Port = None) -> None:
    """Transform every raw object that is not in the tables, and remove tables of version 0.1.

    Run it once on a lake that version 0.1 wrote. Raw objects stay as they are. Files of the former
    layout are removed after every raw object is committed, so the command can be repeated.
    """
    here = context.ensure_object(Invocation)
    with here.local_aws(port, any_layout=True) as aws:
        waiting = uncommitted(aws)
        if waiting:
            announce(aws, waiting)
            with (
                here.working(f"Transforming {len(waiting):,} raw objects"),
                transformer(os.environ, aws, here.project.logs, say=here.say),
            ):
                wait_until_committed(aws, within=COMMITTED_WITHIN)
        removed = remove_former(aws)
    here.output.print(f"Raw objects transformed: {len(waiting):,}.")
    here.output.print(f"Files of the former layout removed: {removed:,}.")
