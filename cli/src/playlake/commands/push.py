"""`playlake push`: land a folder's raw objects on AWS."""

from typing import Annotated

import typer

from playlake.commands.lake_options import DaysText, Lake, days_of
from playlake.invocation import Invocation
from playlake.lakes.copying_covers import push_covers
from playlake.lakes.opening import open_folder, open_on_aws
from playlake.lakes.pushing import push as push_lake

_EVENTS = (
    "The events of S3 tell the transformer there, which commits them: nothing else is to be done."
)

EXAMPLES = """\b
playlake push s3://playlake-raw-123456789012-eu-west-1
"""


def push(
    context: typer.Context,
    *,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="s3:// and a bucket of a deployment.")
    ],
    lake: Lake = None,
    days: DaysText = None,
) -> None:
    """Land the raw objects of a lake in a folder on AWS, where they are transformed.

    Only what is missing there is landed, and then the kept covers of all days. An object that is
    there with other bytes ends the command before it lands anything.
    """
    here = context.ensure_object(Invocation)
    chosen = days_of(days)
    aws = open_on_aws(here, target)
    source = open_folder(here, lake, "name the folder whose raw objects are to be landed")
    pushed = push_lake(source, aws, chosen, here.counting)
    covers = push_covers(source, aws, here.counting)
    said = [
        f"Landed {pushed.landed:,} raw objects in {aws.place}. It had {pushed.there:,} already.",
        *([f"Covers landed there: {covers:,}."] if covers else []),
        *([_EVENTS] if pushed.landed else []),
    ]
    if pushed.rejected:
        said.append(f"Left out, because they were rejected here: {pushed.rejected:,} raw objects.")
    for sentence in said:
        here.output.print(sentence, markup=False, highlight=False, soft_wrap=True)
