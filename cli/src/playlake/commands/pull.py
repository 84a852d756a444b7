"""`playlake pull`: bring a lake on AWS to a folder."""

from typing import Annotated

import typer

from playlake.commands.lake_options import DaysText, Lake, days_of
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.copying_covers import pull_covers
from playlake.lakes.folder import FolderLake
from playlake.lakes.opening import folder_of, open_on_aws
from playlake.lakes.transfer import Pulled, Wanted
from playlake.lakes.transfer import pull as pull_lake
from playlake_contracts.tables import TABLES
from playlake_extractor.public import parse_playlists
from playlake_lake.refusals import known_tables

EXAMPLES = """\b
playlake pull s3://playlake-raw-123456789012-eu-west-1
"""


def pull(
    context: typer.Context,
    *,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="s3:// and a bucket of a deployment.")
    ],
    lake: Lake = None,
    days: DaysText = None,
    playlists: Annotated[
        list[str] | None,
        typer.Option(
            "--playlist", metavar="ID", help="Only parts that have this playlist. Repeatable."
        ),
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="Only this table. Repeatable."),
    ] = None,
) -> None:
    """Bring what a lake on AWS has committed to a lake in a folder.

    Only what is missing is copied, so the command can be repeated and interrupted. Raw objects are
    copied as well, whatever tables are chosen, and so are the kept covers of all playlists.
    """
    here = context.ensure_object(Invocation)
    wanted = Wanted(days_of(days), _playlists(playlists), _tables(tables))
    aws = open_on_aws(here, source)
    root = folder_of(here, lake, "a pull needs the folder of a lake, so give its path")
    with here.working(f"Looking at {aws.place}"):
        next(aws.keys(aws.deployment.curated_bucket, ""), None)
    target = FolderLake.make(root, here.project.logs, tables=wanted.tables)
    if target.is_synthetic:
        raise CommandError(
            f"the lake in {root} holds the demonstration's invented music: name another with --lake"
        )
    pulled = pull_lake(aws, target, wanted, here.counting)
    covers = pull_covers(aws, target, here.counting)
    said = [f"Covers brought: {covers:,}."] if covers else []
    for sentence in [*_sentences(pulled, target.place), *said]:
        here.output.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _playlists(given: list[str] | None) -> frozenset[str]:
    try:
        return frozenset(_playlist_id(each) for each in given or ())
    except ValueError as error:
        raise CommandError(str(error)) from error


def _playlist_id(text: str) -> str:
    """The id in a URI or a link; an id of another source, or of an import, is taken as it is."""
    if ":" not in text and "/" not in text:
        return text
    selected = parse_playlists(text)
    if isinstance(selected, tuple) and len(selected) == 1:
        return selected[0]
    raise ValueError(f"{text[:80]!r} is not one playlist: repeat --playlist for each")


def _tables(given: list[str] | None) -> frozenset[str] | None:
    for name in given or ():
        if name not in TABLES:
            raise CommandError(f"there is no table {name[:80]}: {known_tables(name)}")
    return frozenset({*given, "loads"}) if given else None


def _sentences(pulled: Pulled, place: str) -> list[str]:
    copied = pulled.copied
    said = [
        f"Copied {copied.objects:,} objects ({copied.size / 1e6:,.1f} MB) to {place}.",
        f"Commits: {copied.new:,} brought, {copied.parts - copied.new:,} were there already.",
    ]
    if copied.without_raw:
        said.append(
            f"Of {copied.without_raw:,} commits the source no longer has the raw object; their "
            "tables are here."
        )
    if pulled.uncommitted:
        said.append(
            f"Left out, because they are landed and not committed: {pulled.uncommitted:,} raw "
            "objects."
        )
    return said
