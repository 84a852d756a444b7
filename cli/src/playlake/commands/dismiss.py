"""`playlake dismiss`: let what was rejected count and alarm no more."""

from typing import Annotated

import typer

from playlake.commands.options import Lake
from playlake.completion import complete_code
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_delivery
from playlake_lake.delivery import Chosen

EXAMPLES = """\b
playlake dismiss --part KEY --reason 'a test'
playlake dismiss --code invalid_key --reason 'not ours'
playlake dismiss --all --reason known --lake s3://BUCKET
"""


def dismiss(  # noqa: PLR0913 - its options
    context: typer.Context,
    *,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why nobody has to look at it any more; it is kept.")
    ],
    part: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only this object, by its key.")
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            autocompletion=complete_code,
            help="Only this code; `none` is what SQS moved by itself.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that is rejected.")] = False,
    by: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who says so; it is kept. Your user name if left out."),
    ] = None,
    lake: Lake = None,
) -> None:
    """Let what was rejected count and alarm no more.

    Raw objects stay in the lake. Who, when and why is kept with the record under rejected/, and
    `playlake dlq --dismissed` lists it. A redrive or replay that names it takes it back.
    """
    import getpass
    from datetime import UTC, datetime

    from playlake_contracts.rejects import Dismissal

    here = context.ensure_object(Invocation)
    if every == (part is not None or code is not None):
        raise CommandError("say what to dismiss: --part or --code, or --all")
    if not reason.strip():
        raise CommandError("say why: --reason is empty")
    who = (by or getpass.getuser()).strip()
    dismissal = Dismissal(at=datetime.now(UTC), by=who, reason=reason.strip())
    delivery = open_delivery(here, lake)
    with here.working("Dismissing"):
        count = delivery.dismiss(Chosen(code, None if part is None else {part}), dismissal)
    here.output.print(f"Dismissed: {count:,}.", highlight=False)
