"""Opens the lake that a person names by a path, a name or an s3:// address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.lakes.places import Deployment, find_place

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.project import Project


def folder_of(project: Project, text: str | None, advice: str) -> Path:
    """The folder of a lake that has to be in one.

    Args:
        project: whose home has the lakes with names.
        text: a path or a name; None is the default lake.
        advice: what to do if it is the address of a lake on AWS.

    Raises:
        CommandError: it is such an address.
    """
    place = find_place(text, project.home / "lakes")
    if isinstance(place, Deployment):
        raise CommandError(f"{place} is on AWS: {advice}")
    return place


def open_folder(project: Project, text: str | None, advice: str) -> FolderLake:
    """Open a lake that has to be in a folder; see `folder_of`.

    Raises:
        CommandError: it is on AWS, there is none, or this version cannot use it.
    """
    return FolderLake.open(folder_of(project, text, advice), project.logs)


def open_on_aws(project: Project, text: str) -> AwsLake:
    """The lake of a deployment, by the address of one of its buckets.

    Raises:
        CommandError: the text is no such address.
    """
    from playlake.lakes.aws import AwsLake  # noqa: PLC0415 - only lakes on AWS load boto3

    place = find_place(text, project.home / "lakes")
    if not isinstance(place, Deployment):
        raise CommandError(
            f"{text[:200]} is not on AWS: give the address of a deployment's bucket, such as "
            "s3://playlake-raw-123456789012-eu-central-1"
        )
    return AwsLake.open(place)
