"""What the page and the API may do, beside queries and what a commit needs.

They send dead letters back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import REJECTED_PREFIX

if TYPE_CHECKING:
    from playlake_infra.compute.task import Task
    from playlake_infra.data.resources import Data

_NAMED_AT_RUN_TIME = "objects are named at run time, under fixed prefixes"


def allow_page(task: Task, data: Data) -> None:
    """Allow the task to send dead letters back."""
    task.allow(
        [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
        [data.events.dead_letters.queue_arn],
    )
    # The record of a message that is sent back, and of which no commit mark will ever tell.
    task.allow(
        ["s3:DeleteObject"],
        [data.storage.curated.arn_for_objects(f"{REJECTED_PREFIX}*")],
        wildcard_reason=_NAMED_AT_RUN_TIME,
    )
