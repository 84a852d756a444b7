"""The options that several commands have."""

from typing import Annotated

import typer

from playlake.completion import complete_lake, complete_source
from playlake.sources.registry import SOURCES, VARIABLE
from playlake_contracts.sources.account_names import check_account


def _account(name: str | None) -> str | None:
    try:
        return None if name is None else check_account(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        envvar="PLAYLAKE_LOCAL_PORT",
        metavar="PORT",
        min=1,
        max=65535,
        help="Where to start the local AWS. Default: 4566, or a free one when that is taken.",
    ),
]
Lake = Annotated[
    str | None,
    typer.Option(
        "--lake",
        envvar="PLAYLAKE_LAKE",
        metavar="PLACE",
        autocompletion=complete_lake,
        help="The lake: a folder, a lake's name, or s3://BUCKET of a deployment. Default: the lake "
        "`default` in the folder of your data.",
    ),
]
Compact = Annotated[
    bool,
    typer.Option(
        "--compact/--no-compact",
        envvar="PLAYLAKE_COMPACT",
        help="Whether a lake in a folder is compacted afterwards, at most once an hour.",
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--source",
        envvar=VARIABLE,
        metavar="SOURCE",
        autocompletion=complete_source,
        help=f"Where the playlists come from: {' or '.join(SOURCES)}. Default: spotify.",
    ),
]
Account = Annotated[
    str | None,
    typer.Option(
        "--account",
        envvar="PLAYLAKE_ACCOUNT",
        metavar="NAME",
        help="With which of several accounts, each of which has its own login and state.",
        callback=_account,
    ),
]
ToJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
ToCsv = Annotated[bool, typer.Option("--csv", help="Write CSV.")]
ToMarkdown = Annotated[bool, typer.Option("--markdown", help="Write a Markdown table.")]
Pager = Annotated[
    bool,
    typer.Option(
        "--pager/--no-pager", help="Whether to page what is longer than the terminal, by $PAGER."
    ),
]
