"""Opens the place that a run lands in: a bucket on S3, or a lake in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from playlake_contracts.bucket_owner import expect_owner
from playlake_extractor.adapters.folder_stores import FolderRawStore, FolderStateStore, open_folder
from playlake_extractor.adapters.s3_raw_store import S3RawStore, s3_client
from playlake_extractor.adapters.s3_state_store import S3StateStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playlake_extractor.ports import RawStore, StateStore


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run lands its objects.

    Attributes:
        raw: the store of raw objects.
        state: opens the store of the state under a key.
    """

    raw: RawStore
    state: Callable[[str], StateStore]


def open_place(lake: Path | None, bucket: str | None, owner: str | None) -> Place:
    """Open the lake in a folder if one is given, else the bucket.

    Raises:
        ConfigurationError: the folder or AWS's own variables cannot be used.
        LandingFailedError: the system refused, or the source of the credentials does not answer.
    """
    return open_bucket(bucket or "", owner) if lake is None else open_lake(lake)


def open_bucket(bucket: str, owner: str | None) -> Place:
    """Open a bucket; AWS's own environment variables configure the client.

    Args:
        bucket: its name.
        owner: the account that it has to belong to; None allows any.

    Raises:
        ConfigurationError: the variables do not configure a client.
        LandingFailedError: the source of the credentials does not answer.
    """
    client = s3_client()
    expect_owner(client.meta.events, owner)
    return Place(S3RawStore(client, bucket), partial(S3StateStore, client, bucket))


def open_lake(root: Path) -> Place:
    """Open the lake in a folder, and make one if the folder is empty or missing.

    Raises:
        ConfigurationError: the folder has other files, or a lake that this version cannot use.
        LandingFailedError: the system refused.
    """
    folder = open_folder(root)
    return Place(FolderRawStore(folder), partial(FolderStateStore, folder))
