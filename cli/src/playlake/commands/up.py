"""`playlake up`: the local AWS for as long as a person wants it."""

import os
import time

import typer

from playlake.commands.options import Port
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.local_aws import LocalAws
from playlake.local_aws.backlog import queue_depth, uncommitted
from playlake.local_aws.environments import aws_settings
from playlake.local_aws.server import running_server
from playlake.local_aws.transformer import transform_queued

EXAMPLES = """\b
playlake up
playlake up --port 4600
"""

_LOOK_EVERY_SECONDS = 2.0


def up(context: typer.Context, *, port: Port = None) -> None:
    """Keep the local AWS running until Ctrl-C.

    What was landed and not transformed is transformed first.
    """
    here = context.ensure_object(Invocation)
    with here.local_aws(port) as aws:
        here.output.print(f"The local AWS is ready: {aws.endpoint_url}", highlight=False)
        here.output.print("Commands reach its lake with --lake and these variables:")
        for name, text in aws_settings(aws).items():
            here.output.print(f"  export {name}={text}", highlight=False, soft_wrap=True)
        here.output.print(f"  --lake s3://{aws.resources.raw_bucket}", highlight=False)
        here.output.print("Ctrl-C stops it.")
        _go_on(here, aws)
        while running_server(here.project):
            time.sleep(_LOOK_EVERY_SECONDS)
        raise CommandError(f"the local AWS has ended: see {here.project.logs / 'aws.log'}")


def _go_on(here: Invocation, aws: LocalAws) -> None:
    if not (any(queue_depth(aws, aws.queue_url)) and uncommitted(aws)):
        return
    try:
        with here.working("Transforming what was landed before"):
            transform_queued(os.environ, aws, here.project.logs, say=here.say)
    except CommandError as error:
        here.say(f"playlake: {error}")
    else:
        here.say("What was landed before is transformed.")
