"""`playlake lake`: the lakes that are known here, whether one is sound, and its repair."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from playlake.commands.options import ToCsv, ToJson, ToMarkdown
from playlake.invocation import Invocation
from playlake.lakes.care import Overview, make_identity, mend, overviews, problems_of
from playlake.lakes.folder import FolderLake
from playlake.lakes.opening import folder_of, open_folder
from playlake.output.formats import Format, one_format
from playlake.output.screen import show, show_or_write
from playlake.output.table import Field, Kind, Table
from playlake_lake.check import Problem
from playlake_lake.results import Value

EXAMPLES = """\b
playlake lake
playlake lake check demo
playlake lake repair /media/copy-of-my-lake
"""

_LAKES = (
    Field("lake", Kind.ID, 9),
    Field("contents", Kind.WORD, 6),
    Field("bytes", Kind.COUNT, 5),
    Field("days", Kind.COUNT, 7),
    Field("last_run", Kind.MOMENT, 8, "last run"),
    Field("problem", Kind.PROSE, 8),
    Field("path", Kind.ID, 4),
)
_PROBLEMS = (
    Field("object", Kind.ID, 9),
    Field("problem", Kind.PROSE, 8),
    Field("can_be_mended", Kind.WORD, 7, "can be mended"),
)
_ON_AWS = "pull it, and name the folder"


class Action(StrEnum):
    """What to do."""

    LIST = "list"
    CHECK = "check"
    REPAIR = "repair"


def lake(
    context: typer.Context,
    *,
    action: Annotated[
        Action, typer.Argument(metavar="[ACTION]", help="list, check or repair.")
    ] = Action.LIST,
    place: Annotated[
        str | None,
        typer.Argument(metavar="[PLACE]", help="A path or a name. Default: the lake `default`."),
    ] = None,
    to_json: ToJson = False,
    to_csv: ToCsv = False,
    to_markdown: ToMarkdown = False,
) -> None:
    """List the lakes that are known here, check every object of one, or repair it.

    check compares the bytes of raw objects and files with the commit marks; whether the rows in
    them keep to the data model, `playlake check` says. repair writes lost and damaged files anew
    from sound raw objects, and can be repeated. Both end with status 1 if a problem is left.
    """
    here = context.ensure_object(Invocation)
    chosen = one_format(csv=to_csv, json=to_json, markdown=to_markdown)
    if action is Action.LIST:
        _list(here, place, chosen)
    elif action is Action.CHECK:
        _check(here, _open(here, place), chosen)
    else:
        _repair(here, place, chosen)


def _list(here: Invocation, place: str | None, chosen: Format) -> None:
    if place is not None:
        raise typer.BadParameter("list takes no place", param_hint="PLACE")
    found = overviews(here.project.lakes, here.project.logs)
    table = Table(_LAKES, [_row(each) for each in found], elsewhere="--json")
    if found or chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table)
    else:
        show(here.output, "There is no lake yet: `playlake run` or `playlake import` makes one.")


def _row(found: Overview) -> tuple[Value, ...]:
    contents = {True: "invented", False: "own", None: "unknown"}[found.is_synthetic]
    last = found.last_run.scheduled_at if found.last_run else None
    root = found.root
    return (root.name, contents, found.size, found.days, last, found.problem, str(root))


def _open(here: Invocation, place: str | None) -> FolderLake:
    return open_folder(here, place, _ON_AWS)


def _repair(here: Invocation, place: str | None, chosen: Format) -> None:
    root = folder_of(here, place, _ON_AWS)
    if make_identity(root):
        here.say(f"{root} had no lake.json; it is taken for a lake of your own music.")
    opened = FolderLake.open(root, here.project.logs)
    problems = problems_of(opened, here.counting)
    with here.working("Mending"):
        mended = mend(opened, problems, here.say)
    here.say(f"Raw objects that were transformed again: {mended:,}.")
    _check(here, FolderLake.open(root, here.project.logs), chosen)


def _check(here: Invocation, opened: FolderLake, chosen: Format) -> None:
    problems = problems_of(opened, here.counting)
    _show(here, problems, opened, chosen)
    if problems:
        raise typer.Exit(1)


def _show(
    here: Invocation, problems: Sequence[Problem], opened: FolderLake, chosen: Format
) -> None:
    rows = [
        (each.object_key, each.what, "yes" if each.can_be_mended else "no") for each in problems
    ]
    table = Table(_PROBLEMS, rows)
    if chosen is not Format.SCREEN:
        show_or_write(here.output, chosen, table)
    elif problems:
        mendable = sum(each.can_be_mended for each in problems)
        show(here.output, table, f"Problems: {len(rows):,}, of which repair mends {mendable:,}.")
    else:
        waiting = len(opened.waiting())
        show(
            here.output,
            f"Every object of {opened.place} is as it was committed.",
            *([f"Waiting to be transformed: {waiting:,} raw objects."] if waiting else []),
        )
