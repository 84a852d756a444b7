"""`playlake powerbi`: a project with which Power BI reads the lake."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.options import Lake
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.folder import FolderLake
from playlake.lakes.places import find_place
from playlake.output.files import new_folder
from playlake_aws.deployment import Deployment

if TYPE_CHECKING:
    from playlake_warehouses.powerbi import Place

EXAMPLES = """\b
playlake powerbi my-report
playlake powerbi my-report --lake my-lake
"""


def powerbi(
    context: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    lake: Lake = None,
) -> None:
    """Write a Power BI project that reads the lake: a model with measures, and a report.

    A lake in a folder is read as files, one on AWS through Athena. The project has parameters by
    which it reads another lake, or one in Snowflake. Nothing is overwritten.
    """
    from playlake_warehouses.powerbi import PROJECT_FILE, write_project

    here = context.ensure_object(Invocation)
    place, reading = _place(here, folder, lake)
    try:
        with new_folder(folder) as aside:
            files = write_project(aside, place)
    except ValueError as error:
        raise CommandError(str(error)) from error
    here.output.print(
        f"Wrote {files} files to {folder}. Open {folder / PROJECT_FILE} in Power BI Desktop.\n"
        f"{reading}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _place(here: Invocation, folder: Path, lake: str | None) -> tuple["Place", str]:
    """The lake for the parameters, and what a person has to know of them."""
    from playlake_warehouses.powerbi import AthenaDatabase, LakeFolder

    found = find_place(lake, here.project.lakes)
    if isinstance(found, Deployment):
        name = found.names.glue_database
        return AthenaDatabase(name), (
            f"It reads the database {name} of Athena by the ODBC data source Playlake: make one, "
            "or change the parameter AthenaDsn."
        )
    root = FolderLake.open(found, here.project.logs).folder.root.absolute()
    if folder.absolute().is_relative_to(root):
        raise CommandError(f"{folder} is in the lake itself: name a folder elsewhere")
    return LakeFolder(str(root)), (
        f"It reads {root}. If Power BI sees that folder under another name, change the "
        "parameter LakeFolder."
    )
