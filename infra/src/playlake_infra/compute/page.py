"""What the page and the API may do, beside queries and what a commit needs.

They show covers, send dead letters back, and count what the overwriter has not done yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import COVERS_PREFIX, REJECTED_PREFIX

if TYPE_CHECKING:
    from playlake_infra.compute.task import Task
    from playlake_infra.data.resources import Data

_NAMED_AT_RUN_TIME = "objects are named at run time, under fixed prefixes"


def allow_page(task: Task, data: Data) -> None:
    """Allow the task what its page shows and does."""
    task.allow(
        [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
        [data.events.dead_letters.queue_arn],
    )
    task.allow(["sqs:GetQueueAttributes"], [data.events.overwrites.queue_arn])
    _allow_covers(task, data)
    # The record of a message that is sent back, and of which no commit mark will ever tell.
    task.allow(
        ["s3:DeleteObject"],
        [data.storage.curated.arn_for_objects(f"{REJECTED_PREFIX}*")],
        wildcard_reason=_NAMED_AT_RUN_TIME,
    )


def _allow_covers(task: Task, data: Data) -> None:
    """Allow showing the covers that are kept."""
    raw = data.storage.raw
    task.allow(
        ["s3:GetObject"],
        [raw.arn_for_objects(f"{COVERS_PREFIX}*")],
        wildcard_reason=_NAMED_AT_RUN_TIME,
    )
    task.allow(
        ["s3:ListBucket"],
        [raw.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{COVERS_PREFIX}*"]}},
    )
