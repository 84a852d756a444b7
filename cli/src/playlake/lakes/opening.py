"""Opens the lake that a command works on; the lake of version 0.1 is taken over at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.lakes.folder_delivery import FolderDelivery
from playlake.lakes.places import DEFAULT, find_place
from playlake.lakes.takeover import former_lakes, take_over
from playlake_aws.deployment import Deployment
from playlake_contracts.keys import RAW_PREFIX
from playlake_contracts.resource_names import ResourceNames

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.erasing.lakes import ErasableLake
    from playlake.invocation import Invocation
    from playlake.lakes.aws import AwsLake
    from playlake.lakes.compacting import CompactableLake
    from playlake.lakes.curated import CuratedFiles
    from playlake.lakes.iceberg import IcebergLake
    from playlake.lakes.lake import Lake
    from playlake.lakes.retaining import RetainedLake
    from playlake_lake.delivery import Delivery


def open_lake(here: Invocation, place: str | None) -> Lake:
    """Open a lake that exists.

    Args:
        here: the invocation.
        place: a path, a name, an s3:// address; None is the default lake.

    Raises:
        CommandError: there is none, or this version cannot use it.
    """
    found = _find(here, place)
    if isinstance(found, Deployment):
        return _on_aws(found)
    return FolderLake.open(found, here.project.logs)


def make_lake(here: Invocation, place: str | None) -> Lake:
    """Open a lake for a person's own playlists, and make a folder's if it is empty or missing.

    Raises:
        CommandError: the folder has other files or invented music, or a lake that this version
            cannot use.
    """
    found = _find(here, place)
    if isinstance(found, Deployment):
        return _on_aws(found)
    lake = FolderLake.make(found, here.project.logs)
    if lake.is_synthetic:
        raise CommandError(
            f"the lake in {lake.place} holds the demonstration's invented playlists: name another "
            "lake with --lake"
        )
    return lake


def open_delivery(here: Invocation, place: str | None) -> Delivery:
    """The delivery of a lake that exists; see `open_lake`.

    Raises:
        CommandError: there is no such lake, or this version cannot use it.
    """
    found = _find(here, place)
    if not isinstance(found, Deployment):
        return FolderDelivery(FolderLake.open(found, here.project.logs), here.say)
    from playlake_aws.delivery import AwsDelivery  # noqa: PLC0415 - loads boto3

    return AwsDelivery(_on_aws(found), here.counting)


def open_files(here: Invocation, place: str | None) -> CuratedFiles:
    """The committed files of a lake that exists; see `open_lake`.

    Raises:
        CommandError: there is no such lake, or this version cannot use it.
    """
    found = _find(here, place)
    if not isinstance(found, Deployment):
        from playlake.lakes.curated import FolderFiles  # noqa: PLC0415 - loads pyarrow

        return FolderFiles(FolderLake.open(found, here.project.logs))
    from playlake_aws.files import AwsFiles  # noqa: PLC0415 - loads boto3

    return AwsFiles(_on_aws(found))


def open_compactable(here: Invocation, place: str | None) -> CompactableLake:
    """A lake that exists, for compaction; see `open_lake`.

    Raises:
        CommandError: there is no such lake, or this version cannot use it.
    """
    from playlake.lakes.compacting import CompactableLake  # noqa: PLC0415 - loads DuckDB

    found = _find(here, place)
    if not isinstance(found, Deployment):
        return CompactableLake.of_folder(FolderLake.open(found, here.project.logs).folder)
    return CompactableLake.on_aws(_on_aws(found))


def open_retained(here: Invocation, place: str | None) -> RetainedLake:
    """A lake that exists, for its retention; see `open_lake`.

    Raises:
        CommandError: there is no such lake, or this version cannot use it.
    """
    from playlake.lakes.retaining import RetainedLake  # noqa: PLC0415 - one command needs it

    found = _find(here, place)
    if not isinstance(found, Deployment):
        return RetainedLake.of_folder(FolderLake.open(found, here.project.logs).folder)
    return RetainedLake.on_aws(_on_aws(found))


def open_erasable(here: Invocation, place: str | None) -> ErasableLake:
    """A lake that exists, for an erasure; see `open_lake`.

    Raises:
        CommandError: there is no such lake, or this version cannot use it.
    """
    from playlake.erasing.lakes import erasable_folder, erasable_on_aws  # noqa: PLC0415 - pyarrow

    found = _find(here, place)
    if not isinstance(found, Deployment):
        return erasable_folder(FolderLake.open(found, here.project.logs), here.say)
    return erasable_on_aws(_on_aws(found), here.say)


def open_iceberg(here: Invocation, place: str | None) -> IcebergLake:
    """The Iceberg tables of a lake that exists; see `open_lake`.

    Raises:
        CommandError: there is no such lake, this version cannot use it, or pyiceberg is missing.
    """
    from playlake.lakes.iceberg import IcebergLake  # noqa: PLC0415 - loads pyarrow

    found = _find(here, place)
    if not isinstance(found, Deployment):
        return IcebergLake.of_folder(FolderLake.open(found, here.project.logs).folder)
    return IcebergLake.on_aws(_on_aws(found))


def folder_of(here: Invocation, place: str | None, advice: str) -> Path:
    """The folder of a lake that has to be in one.

    Args:
        here: the invocation.
        place: a path or a name; None is the default lake.
        advice: what to do if it is the address of a lake on AWS.

    Raises:
        CommandError: it is such an address.
    """
    found = _find(here, place)
    if isinstance(found, Deployment):
        raise CommandError(f"{found} is on AWS: {advice}")
    return found


def open_folder(here: Invocation, place: str | None, advice: str) -> FolderLake:
    """Open a lake that has to be in a folder; see `folder_of`.

    Raises:
        CommandError: it is on AWS, there is none, or this version cannot use it.
    """
    return FolderLake.open(folder_of(here, place, advice), here.project.logs)


def open_on_aws(here: Invocation, address: str) -> AwsLake:
    """The lake of a deployment, by the address of one of its buckets.

    Raises:
        CommandError: the text is no such address.
    """
    found = find_place(address, here.project.lakes)
    if not isinstance(found, Deployment):
        raise CommandError(
            f"{address[:200]} is not on AWS: give the address of a deployment's bucket, such as "
            "s3://playlake-raw-123456789012-eu-central-1"
        )
    return _on_aws(found)


def open_stack(name: str) -> AwsLake:
    """The lake of the deployment with a name, in the account and region of the environment.

    Raises:
        CommandError: AWS does not say which account and region that is.
    """
    from playlake_aws.whereabouts import account_and_region  # noqa: PLC0415 - loads boto3

    return _on_aws(Deployment(ResourceNames(name), *account_and_region()))


def _find(here: Invocation, place: str | None) -> Path | Deployment:
    found = find_place(place, here.project.lakes)
    if found == here.project.lakes / DEFAULT:
        _take_over(here)
    return found


def _take_over(here: Invocation) -> None:
    """Take over the lakes of version 0.1 in the home, and in the clone that this is run from."""
    for former in former_lakes(here.project.former_homes):
        root = take_over(former, here.project.lakes, DEFAULT, here.say)
        with here.working("Transforming what was taken over"):
            FolderLake.open(root, here.project.logs).transform(RAW_PREFIX, here.say)


def _on_aws(deployment: Deployment) -> AwsLake:
    from playlake.lakes.aws import AwsLake  # noqa: PLC0415 - only lakes on AWS load boto3

    return AwsLake.open(deployment)
