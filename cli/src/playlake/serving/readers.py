"""Lakes as the page reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.lakes.folder import FolderLake

if TYPE_CHECKING:
    from playlake.lakes.aws import AwsLake
    from playlake.lakes.lake import Lake
    from playlake_web.reader import Reader


def reader_of(lake: Lake) -> Reader:
    """What the page reads of a lake, wherever it is."""
    if isinstance(lake, FolderLake):
        from playlake_web.adapters.folder import FolderReader  # noqa: PLC0415 - loads DuckDB

        return FolderReader(lake.folder)
    from playlake_web.adapters.athena import AthenaReader  # noqa: PLC0415 - loads boto3

    on_aws: AwsLake = lake  # type: ignore[assignment]  # there is no third place
    return AthenaReader(on_aws)
