"""Copies the kept covers of a lake: all of them, because they are small and few.

An image is copied before the links to it, as the extractor lands them.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake_contracts.covers import links_of, media_type_of
from playlake_contracts.keys import COVERS_PREFIX, cover_image_key
from playlake_extractor.public import StopError
from playlake_lake.side_by_side import side_by_side, unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.folder import FolderLake
    from playlake_lake.side_by_side import Progress

_LINK_TYPE = "application/octet-stream"


def pull_covers(source: AwsLake, target: FolderLake, progress: Progress = unseen) -> int:
    """Bring the covers that a folder lacks from a lake on AWS; return the number of images.

    Raises:
        CommandError: AWS or the folder refuses, or an image has other bytes than its key says.
    """
    folder, bucket = target.folder, source.deployment.raw_bucket
    with explained():
        own = set(folder.keys(COVERS_PREFIX))

    def put(key: str, body: bytes) -> None:
        with explained():
            folder.put_new(key, body)

    found = source.keys(bucket, COVERS_PREFIX)
    return _copy(found, own, partial(source.get, bucket), put, progress)


def push_covers(source: FolderLake, target: AwsLake, progress: Progress = unseen) -> int:
    """Land the covers that a lake on AWS lacks from a folder; return the number of images.

    Raises:
        CommandError: AWS or the folder refuses, or an image has other bytes than its key says.
    """
    store = target.raw_store()
    own = set(target.keys(target.deployment.raw_bucket, COVERS_PREFIX))

    def put(key: str, body: bytes) -> None:
        try:
            store.land(key, body, media_type_of(body) or _LINK_TYPE)
        except StopError as error:
            raise CommandError(str(error)) from error

    with explained():
        found = list(source.folder.keys(COVERS_PREFIX))
    return _copy(found, own, source.read, put, progress)


def _copy(
    found: Iterable[str],
    own: set[str],
    read: Callable[[str], bytes],
    put: Callable[[str, bytes], None],
    progress: Progress,
) -> int:
    """Copy what the links among some keys lead to, and then the links."""
    links = [link for link in links_of(found) if str(link) not in own]
    images = sorted({link.image for link in links if cover_image_key(link.image) not in own})

    def copy(image: str) -> None:
        key = cover_image_key(image)
        body = read(key)
        if sha256(body).hexdigest() != image:
            raise CommandError(f"{key} has other bytes than its name says: delete it, and its link")
        put(key, body)

    for _ in side_by_side(images, copy, progress, "Copying covers"):
        pass
    for link in links:
        put(str(link), b"")
    return len(images)
