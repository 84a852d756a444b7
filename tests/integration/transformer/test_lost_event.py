"""`python -m playlake_transformer` finds what no event announces."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from landed import entry, part

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playlake.local_aws import LocalAws

    Start = Callable[..., AbstractContextManager[Any]]


def test_an_object_whose_event_was_lost_is_committed(start: Start, aws: LocalAws) -> None:
    key = RawKey.of_part("spotify", RunId.derive("spotify", datetime.now(UTC)), 0)
    body = part(key, [entry(1), entry(2)])
    aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=str(key), Body=body)
    aws.sqs.purge_queue(QueueUrl=aws.queue_url)
    settings = {"PLAYLAKE_RECONCILE_SECONDS": "1", "PLAYLAKE_RECONCILE_GRACE_SECONDS": "0"}
    with start(**settings) as found:
        status = found.until(
            lambda seen: str(key.run_id) in {one["run_id"] for one in seen["latest_loads"]}
        )
    assert status["objects_reannounced"] >= 1
