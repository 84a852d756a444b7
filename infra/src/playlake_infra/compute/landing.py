"""What the task of any extractor may do with raw objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import CONFIG_PREFIX, ERASURES_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3

    from playlake_infra.compute.task import Task


def allow_landing(task: Task, raw: s3.Bucket, written: Sequence[str], reason: str) -> None:
    """Allow landing objects and keeping state; nothing may be deleted.

    Args:
        task: the task of an extractor.
        raw: the bucket of raw objects.
        written: the prefixes that it writes under.
        reason: why the names of the objects are not fixed.
    """
    anywhere = [f"{prefix}*" for prefix in written]
    task.allow(
        ["s3:GetObject", "s3:PutObject"],
        [raw.arn_for_objects(each) for each in anywhere],
        wildcard_reason=reason,
    )
    task.allow(
        ["s3:GetObject"],
        [raw.arn_for_objects(f"{CONFIG_PREFIX}*")],
        wildcard_reason="the user names the file of playlists, under the one prefix",
    )
    # What was erased says so by the keys of its tombstones.
    task.allow(
        ["s3:ListBucket"],
        [raw.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [*anywhere, f"{ERASURES_PREFIX}*"]}},
    )
