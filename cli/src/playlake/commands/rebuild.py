"""`playlake rebuild`: make the tables of the lake anew from its raw objects."""

import os

import typer

from playlake.commands.options import Port
from playlake.invocation import Invocation
from playlake.lake import uncommitted
from playlake.layout import announce, remove_former
from playlake_contracts.keys import RAW_PREFIX

EXAMPLES = """\b
playlake rebuild
"""


def rebuild(context: typer.Context, *, port: Port = None) -> None:
    """Transform every raw object that is not in the tables, and remove tables of version 0.1.

    Run it once on a lake that version 0.1 wrote. Raw objects stay as they are. Files of the former
    layout are removed after every raw object is committed, so the command can be repeated.
    """
    from playlake.transformer_process import transform_landed

    here = context.ensure_object(Invocation)
    with here.local_aws(port, any_layout=True) as aws:
        waiting = uncommitted(aws)
        if waiting:
            announce(aws, waiting)
            with here.working(f"Transforming {len(waiting):,} raw objects"):
                transform_landed(os.environ, aws, here.project.logs, RAW_PREFIX, say=here.say)
        removed = remove_former(aws)
    here.output.print(f"Raw objects transformed: {len(waiting):,}.")
    here.output.print(f"Files of the former layout removed: {removed:,}.")
