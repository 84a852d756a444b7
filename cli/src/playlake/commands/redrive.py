"""`playlake redrive`: have what was rejected processed anew."""

from typing import Annotated

import typer

from playlake.commands.options import Lake
from playlake.completion import complete_code
from playlake.invocation import Invocation
from playlake.lakes.opening import open_delivery
from playlake_lake.delivery import Chosen

EXAMPLES = """\b
playlake redrive
playlake redrive --code crashes_transformer
playlake redrive --lake s3://BUCKET
"""


def redrive(
    context: typer.Context,
    *,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            autocompletion=complete_code,
            help="Only this code; `none` is what SQS moved by itself.",
        ),
    ] = None,
    part: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only this object, by its key.")
    ] = None,
    lake: Lake = None,
) -> None:
    """Have what was rejected processed anew, after its cause is mended.

    On AWS dead letters go back to the queue, each sent before it is deleted, so nothing is lost
    when this is killed. What is rejected again is listed by `playlake dlq` again.
    """
    here = context.ensure_object(Invocation)
    delivery = open_delivery(here, lake)
    with here.working("Redriving"):
        count = delivery.redrive(Chosen(code, None if part is None else {part}))
    here.output.print(f"Redriven: {count:,}.", highlight=False)
