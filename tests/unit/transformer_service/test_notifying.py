"""Runs are told once after a burst of commits; what fails is tried again and ends nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from landed import entry, part, part_key
from virtual_time import LoopClock, passing

from playlake_lake.errors import FolderFailedError
from playlake_transformer.daemon_thread import in_daemon_thread
from playlake_transformer.debounce import Debounce
from playlake_transformer.notifying import NoticeTrigger, Told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping

    from twins.transformer import World

QUIET = timedelta(minutes=1)
RUN = "20261121T060000Z-wrjkwl"


class Tells:
    """Tells, or fails: remembers when, and says what it is given, one after the other."""

    def __init__(self, *answers: Told | Exception) -> None:
        self.answers = list(answers)
        self.at: list[float] = []

    async def __call__(self) -> Told:
        self.at.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if self.answers else Told()
        if isinstance(answer, Exception):
            raise answer
        return answer


@asynccontextmanager
async def notifying(tells: Tells | None) -> AsyncIterator[NoticeTrigger]:
    """Run a trigger, starting at 6 in the morning."""
    trigger = NoticeTrigger(tells, Debounce(QUIET, 15 * QUIET), LoopClock())
    running = asyncio.create_task(trigger.run())
    try:
        yield trigger
        assert tells is None or not running.done()
    finally:
        running.cancel()


async def test_nothing_is_told_without_commits() -> None:
    tells = Tells()
    async with notifying(tells):
        await passing(days=3)
    assert tells.at == []


async def test_a_burst_is_told_once_after_a_quiet_time(
    logs: list[MutableMapping[str, Any]],
) -> None:
    tells = Tells(Told([RUN]))
    async with notifying(tells) as trigger:
        for _ in range(10):
            trigger.note()
            await passing(seconds=5)
        await passing(hours=3)
    assert tells.at == [45 + 60]
    assert [(each["event"], each["run_id"]) for each in logs] == [("notice_sent", RUN)]


async def test_commits_that_go_on_do_not_put_it_off_for_ever() -> None:
    tells = Tells()
    async with notifying(tells) as trigger:
        for _ in range(60):
            trigger.note()
            await passing(seconds=30)
    assert tells.at == [900, 1800]


async def test_what_is_noted_while_it_tells_is_told_later() -> None:
    tells = Tells()

    async def slowly() -> Told:
        await passing(seconds=10)
        return await tells()

    trigger = NoticeTrigger(slowly, Debounce(QUIET, 15 * QUIET), LoopClock())
    running = asyncio.create_task(trigger.run())
    trigger.note()
    await passing(seconds=65)
    trigger.note()
    await passing(hours=1)
    running.cancel()
    assert tells.at == [70, 135]


async def test_what_fails_is_one_line_and_tried_again_after_longer_pauses(
    logs: list[MutableMapping[str, Any]],
) -> None:
    failure = FolderFailedError("S3 does not list raw/: it is down")
    tells = Tells(failure, Told(failures=["no"]), RuntimeError("no credentials"), Told([RUN]))
    async with notifying(tells) as trigger:
        trigger.note()
        await passing(hours=3)
    assert tells.at == [60, 120, 240, 480]
    assert [each["event"] for each in logs] == [
        "notices_failed",
        "notice_not_sent",
        "notices_failed",
        "notice_sent",
    ]
    assert logs[0]["reason"] == str(failure)
    assert logs[2]["reason"] == "RuntimeError: no credentials"


async def test_commits_do_not_hasten_what_fails_and_a_pause_is_an_hour_at_most() -> None:
    tells = Tells(*[RuntimeError("no")] * 30)
    async with notifying(tells) as trigger:
        for _ in range(24 * 6):
            trigger.note()
            await passing(minutes=10)
    pauses = [after - before for before, after in zip(tells.at, tells.at[1:], strict=False)]
    assert pauses[:6] == [60, 120, 240, 480, 960, 1920]
    assert set(pauses[6:]) == {3600}


async def test_after_a_success_pauses_are_short_again() -> None:
    failure = RuntimeError("no")
    tells = Tells(failure, failure, Told(), failure)
    async with notifying(tells) as trigger:
        trigger.note()
        await passing(hours=1)
        trigger.note()
        await passing(hours=1)
    assert tells.at == [60, 120, 240, 3660, 3720]


async def test_without_a_topic_nothing_waits() -> None:
    async with notifying(None) as trigger:
        trigger.note()
        await passing(hours=1)
        assert trigger._debounce.due_at() is None


async def test_a_commit_a_repeat_and_a_reject_are_noted_and_a_failure_is_not(world: World) -> None:
    key, junk = part_key(), part_key(1)
    async with world.transformer() as life:
        world.land(key, part(key, [entry(1)]))
        [message] = world.queue.bodies
        await passing(minutes=1)
        assert len(life.done) == 1
        world.queue.send(message)
        await passing(minutes=1)
        assert len(life.done) == 2
        world.land(junk, b"synthetic junk")
        await passing(minutes=1)
        assert len(life.done) == 3
        life.faults.fail("get", times=1)
        world.queue.send(message)
        await passing(minutes=5)
        assert life.status.retried == 1
        assert len(life.done) == 4


def test_no_stop_waits_for_a_thread_that_tells() -> None:
    may_end = Event()

    async def stopped() -> None:
        telling = asyncio.create_task(in_daemon_thread(may_end.wait))
        await asyncio.sleep(0)
        telling.cancel()

    try:
        asyncio.run(stopped())  # with `asyncio.to_thread` it would end after the thread
        assert not may_end.is_set()
    finally:
        may_end.set()


def test_a_thread_gives_what_its_call_gives() -> None:
    def fails() -> None:
        raise FolderFailedError("why")

    assert asyncio.run(in_daemon_thread(partial(int, "7"))) == 7
    with pytest.raises(FolderFailedError, match="why"):
        asyncio.run(in_daemon_thread(fails))


def test_the_service_loads_what_tells_when_it_is_needed() -> None:
    code = (
        "import sys, playlake_transformer.service\n"
        "print([name for name in sys.modules if name.startswith(('playlake_web.notices', "
        "'playlake_web.adapters', 'playlake_aws.clients', 'playlake_lake.history'))])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
