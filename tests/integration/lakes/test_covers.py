"""Kept covers go with a lake: from AWS to a folder, and from a folder to AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kept_covers import (
    FIRST_ADDRESS,
    FIRST_IMAGE,
    SECOND_ADDRESS,
    SECOND_IMAGE,
    digest_of,
    keep_cover,
)

from playlake.errors import CommandError
from playlake.lakes.copying_covers import pull_covers, push_covers
from playlake.lakes.folder import FolderLake
from playlake_aws.covers import AwsCovers
from playlake_contracts.keys import COVERS_PREFIX, cover_image_key
from playlake_web.adapters.folder import FolderCovers

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.lakes.aws import AwsLake


@pytest.fixture
def own(tmp_path: Path) -> FolderLake:
    """A lake in a folder that keeps one image of two addresses, and another one."""
    lake = FolderLake.make(tmp_path / "own", tmp_path / "logs")
    keep_cover(lake.folder, FIRST_ADDRESS, FIRST_IMAGE)
    keep_cover(lake.folder, "https://i.scdn.co/image/same", FIRST_IMAGE)
    keep_cover(lake.folder, SECOND_ADDRESS, SECOND_IMAGE)
    return lake


@pytest.fixture
def other(tmp_path: Path) -> FolderLake:
    """Another lake in a folder, which is empty."""
    return FolderLake.make(tmp_path / "other", tmp_path / "logs")


def covers_of(lake: FolderLake) -> dict[str, bytes | None]:
    return {key: lake.folder.read(key) for key in lake.folder.keys(COVERS_PREFIX)}


def test_covers_are_pushed_read_there_and_pulled(
    own: FolderLake, on_aws: AwsLake, other: FolderLake
) -> None:
    assert push_covers(own, on_aws) == 2
    assert push_covers(own, on_aws) == 0
    covers = AwsCovers(on_aws)
    for address, image in ((FIRST_ADDRESS, FIRST_IMAGE), (SECOND_ADDRESS, SECOND_IMAGE)):
        digest = covers.kept().image_at("spotify", address)
        assert digest == digest_of(image)
        assert covers.image(digest) == image
    assert covers.image("c" * 64) is None
    head = on_aws.aws.s3.head_object(
        Bucket=on_aws.deployment.raw_bucket, Key=cover_image_key(digest_of(FIRST_IMAGE))
    )
    assert head["ContentType"] == "image/png"
    assert list(on_aws.raw_keys()) == []
    assert pull_covers(on_aws, other) == 2
    assert pull_covers(on_aws, other) == 0
    assert covers_of(other) == covers_of(own)
    assert FolderCovers(other.folder).kept().image_at("spotify", FIRST_ADDRESS)


def test_a_damaged_image_is_not_copied(own: FolderLake, on_aws: AwsLake) -> None:
    own.folder.overwrite(cover_image_key(digest_of(FIRST_IMAGE)), b"other bytes")
    with pytest.raises(CommandError, match="other bytes than its name says"):
        push_covers(own, on_aws)


def test_a_lake_without_covers_has_none_to_copy(own: FolderLake, on_aws: AwsLake) -> None:
    assert pull_covers(on_aws, own) == 0
    assert not AwsCovers(on_aws).kept()
