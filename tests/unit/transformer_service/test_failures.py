"""After a failure that may pass, the message is delivered again and the worker goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from landed import entry, part, part_key
from twins.aws import S3Twin
from twins.transformer import Faults, World
from virtual_time import passing

from playlake_transformer.adapters.s3_records import S3Failures
from playlake_transformer.errors import AwsUnavailableError, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

BUCKET = "synthetic-curated"
KEY = part_key()
BODY = part(KEY, [entry(1)])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("get", AwsUnavailableError("synthetic outage")),
        ("transform", WorkerDiedError("synthetic death")),
        ("put_new curated/tracks", AwsUnavailableError("synthetic outage")),
        ("delete", AwsUnavailableError("synthetic outage")),
    ],
)
async def test_the_message_stays_and_is_counted(
    world: World, call: str, error: AwsUnavailableError | WorkerDiedError
) -> None:
    faults = Faults()
    faults.fail(call, error)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=0.5)
        assert (len(world.queue.bodies), world.queue.in_flight) == (1, 1)
        assert life.status.retried == 1
        assert life.status.last_error == f"{error.code}: {error}"
        await passing(minutes=1)
    assert world.queue.bodies == []
    assert (life.status.received, life.status.in_flight) == (2, 0)


async def test_a_bug_affects_one_message_and_the_others_are_processed(
    world: World, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("get", ZeroDivisionError("synthetic bug"))
    keys = [part_key(number) for number in range(3)]
    for key in keys:
        world.land(key, part(key, [entry(1)]))
    async with world.transformer(faults=faults) as life:
        await passing(seconds=0.5)
        assert (life.status.committed, life.status.retried) == (2, 1)
        assert life.status.last_error == "ZeroDivisionError: synthetic bug"
        await passing(minutes=1)
    assert life.status.committed == 3
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["message_failed"]


async def test_a_failed_commit_leaves_no_call_running(world: World) -> None:
    faults = Faults()
    faults.fail("put_new curated/playlists")
    faults.delay("put_new curated/tracks", seconds=10)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=5)
        assert (life.status.retried, life.status.in_flight) == (0, 1)
        await passing(seconds=6)
        assert (life.status.retried, life.status.in_flight) == (1, 0)


async def test_a_failed_poll_is_tried_again_after_a_pause(
    world: World, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("receive", times=3)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=14)
        assert (life.faults.calls, life.status.polled_at) == (["receive"] * 3, None)
        assert life.status.last_error == "receive: synthetic failure"
        await passing(seconds=4)
        assert life.status.polled_at is not None
    assert life.status.committed == 1
    assert [log["event"] for log in logs].count("poll_failed") == 3


async def test_a_pause_after_a_failed_poll_ends_with_stop(world: World) -> None:
    faults = Faults()
    faults.fail("receive", times=100)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=1)
    assert life.faults.calls == ["receive"]


async def test_a_bug_in_polling_ends_the_worker(world: World) -> None:
    faults = Faults()
    faults.fail("receive", ZeroDivisionError("synthetic bug"))
    with pytest.raises(ExceptionGroup) as raised:
        async with world.transformer(faults=faults):
            await passing(seconds=1)
    assert raised.group_contains(ZeroDivisionError, match="synthetic bug")


class LosesAnswers(S3Twin):
    """Each write is made twice, as a client does that gets no answer to the first."""

    async def put_object(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401  as the twin
        await super().put_object(**request)
        return await super().put_object(**request)


async def test_a_failure_whose_record_is_written_twice_counts_once() -> None:
    s3: Any = LosesAnswers()
    await s3.create_bucket(Bucket=BUCKET)
    failures = S3Failures(s3, BUCKET)
    assert [await failures.note(KEY, "synthetic") for _ in range(3)] == [1, 2, 3]
