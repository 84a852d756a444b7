"""`playlake up`: the local AWS for as long as a person wants it."""

import time

import typer

from playlake.commands.options import Port
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.local.sharing import running_server

EXAMPLES = """\b
playlake up
playlake up --port 4600
"""

_LOOK_EVERY_SECONDS = 2.0


def up(context: typer.Context, *, port: Port = None) -> None:
    """Keep the local AWS running until Ctrl-C."""
    here = context.ensure_object(Invocation)
    with here.local_aws(port) as aws:
        here.output.print(f"The local AWS is ready: {aws.endpoint_url}", highlight=False)
        here.output.print("Ctrl-C stops it.")
        while running_server(here.project):
            time.sleep(_LOOK_EVERY_SECONDS)
        raise CommandError(f"the local AWS has ended: see {here.project.logs / 'aws.log'}")
