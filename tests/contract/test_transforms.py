"""Transforming in other processes gives the same results and errors, and ends cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from landed import bad_entry, entry, part, part_key
from twins.transformer import InlineTransforms
from virtual_time import VirtualTimeLoop

from playlake_transformer.adapters.processes import ProcessTransforms
from playlake_transformer.domain.contents import Change, Figures
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import (
    CorruptZstdError,
    TransformTimeoutError,
    WorkerDiedError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from playlake_transformer.adapters.processes import _Sent
    from playlake_transformer.ports import Transforms

pytestmark = pytest.mark.asyncio(loop_factories=["memory", "aws"])

KEY = part_key()
BODY = part(KEY, [entry(1), bad_entry()])

START_AND_WAIT = """
import asyncio
from datetime import timedelta
from playlake_transformer.adapters.processes import ProcessTransforms

async def main():
    transforms = ProcessTransforms(2, timedelta(minutes=1))
    await transforms.start()
    print("started", flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessTransforms]:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    yield transforms
    transforms.close()


@pytest.fixture
async def transforms(processes: ProcessTransforms) -> AsyncIterator[Transforms]:
    if isinstance(asyncio.get_running_loop(), VirtualTimeLoop):
        yield InlineTransforms()
    else:
        yield processes


async def test_the_result_equals_that_of_transform(transforms: Transforms) -> None:
    transformed, took = await transforms(BODY, KEY)
    assert transformed == transform(BODY, KEY)
    assert took >= timedelta(0)


async def test_a_reject_is_raised_with_its_message(transforms: Transforms) -> None:
    with pytest.raises(CorruptZstdError, match=str(KEY)) as raised:
        await transforms(b"synthetic junk", KEY)
    assert raised.value.info.destination == "reject"


async def test_what_a_part_holds_is_read_and_compared(transforms: Transforms) -> None:
    wanted = {"playlist0": True, "playlist1": False, "another": True}
    body = part(KEY, [entry(1), entry(2)], [entry(3)])
    found = await transforms.held(body, KEY, wanted)
    assert {name: held.figures for name, held in found.items()} == {
        "playlist0": Figures(2, 2, 1, 360_003, 0.0, 1999.0),
        "playlist1": Figures(1, 1, 1, 180_003, 0.0, 1999.0),
    }
    assert found["playlist1"].identities is None
    now = found["playlist0"].identities
    assert now is not None
    before = part(KEY, [entry(2), entry(3), entry(4)])
    assert await transforms.changes(before, KEY, {"playlist0": now}) == {"playlist0": Change(1, 2)}


async def test_a_part_that_cannot_be_read_is_a_reject(transforms: Transforms) -> None:
    with pytest.raises(CorruptZstdError, match=str(KEY)):
        await transforms.held(b"synthetic junk", KEY, {"playlist0": False})


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_part_is_transformed_in_another_process(processes: ProcessTransforms) -> None:
    await processes.start()
    assert len(processes.pids) == 1
    assert os.getpid() not in processes.pids


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_that_dies_fails_one_call_and_is_replaced() -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    try:
        await transforms.start()
        [dead] = transforms.pids
        os.kill(dead, signal.SIGSTOP)
        call = asyncio.create_task(transforms(BODY, KEY))
        await asyncio.sleep(0.1)
        os.kill(dead, signal.SIGKILL)
        with pytest.raises(WorkerDiedError, match=f"the process transforming {KEY} died"):
            await call
        transformed, _ = await transforms(BODY, KEY)
        assert transformed == transform(BODY, KEY)
        assert dead not in transforms.pids
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_goes_on_with_the_next_part_without_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    [worker] = transforms._workers
    results, really_send = [], worker._send

    def send(call: Callable[[], Any]) -> _Sent[Any]:
        sent = really_send(call)
        results.append(sent.result)
        return sent

    monkeypatch.setattr(worker, "_send", send)
    try:
        await transforms.start()
        calls = [asyncio.create_task(transforms(BODY, KEY)) for _ in range(2)]
        await asyncio.sleep(0)
        _, second = results
        transformed, _ = second.result(timeout=60)  # blocks the event loop
        assert transformed == transform(BODY, KEY)
        await asyncio.gather(*calls)
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
@pytest.mark.parametrize("fault", ["death", "deadline", "cancelled"])
async def test_a_part_behind_one_that_fails_is_transformed(fault: str) -> None:
    transforms = ProcessTransforms(1, timedelta(seconds=1 if fault == "deadline" else 60))
    try:
        await transforms.start()
        [hung] = transforms.pids
        os.kill(hung, signal.SIGSTOP)
        first = asyncio.create_task(transforms(BODY, KEY))
        await asyncio.sleep(0)
        transforms._deadline = timedelta(minutes=1)
        second = asyncio.create_task(transforms(BODY, KEY))
        await asyncio.sleep(0.1)
        if fault == "death":
            os.kill(hung, signal.SIGKILL)
        elif fault == "cancelled":
            first.cancel()
        with pytest.raises((WorkerDiedError, TransformTimeoutError, asyncio.CancelledError)):
            await first
        transformed, _ = await second
        assert transformed == transform(BODY, KEY)
        assert hung not in transforms.pids
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_does_not_stay_at_a_part_that_nobody_waits_for() -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    try:
        await transforms.start()
        [stopped] = transforms.pids
        os.kill(stopped, signal.SIGSTOP)
        first, forsaken = (asyncio.create_task(transforms(BODY, KEY)) for _ in range(2))
        await asyncio.sleep(0.1)
        forsaken.cancel()
        os.kill(stopped, signal.SIGCONT)
        for call in (first, transforms(BODY, KEY)):
            transformed, _ = await call
            assert transformed == transform(BODY, KEY)
        assert stopped not in transforms.pids
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_no_part_waits_for_a_busy_process_while_another_is_idle() -> None:
    transforms = ProcessTransforms(2, timedelta(minutes=1))
    try:
        await transforms.start()
        for pid in transforms.pids:
            os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(transforms(BODY, KEY))
        await asyncio.sleep(0.1)
        os.kill(transforms.pids[1], signal.SIGCONT)
        for _ in range(3):
            transformed, _ = await transforms(BODY, KEY)
            assert transformed == transform(BODY, KEY)
        assert not waiting.done()
        os.kill(transforms.pids[0], signal.SIGCONT)
        await waiting
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_that_died_while_it_was_idle_fails_no_call() -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    try:
        await transforms.start()
        [dead] = transforms.pids
        os.kill(dead, signal.SIGKILL)
        with pytest.raises(ProcessLookupError):
            await _ended(dead)
        transformed, _ = await transforms(BODY, KEY)
        assert transformed == transform(BODY, KEY)
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_of_a_cancelled_call_is_killed_though_it_hangs() -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=1))
    try:
        await transforms.start()
        [hung] = transforms.pids
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await transforms(BODY, KEY)
        with pytest.raises(ProcessLookupError):
            await _ended(hung)
        assert transforms.busy_for() == timedelta(0)
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_call_in_progress_tells_how_long_it_takes() -> None:
    transforms = ProcessTransforms(2, timedelta(minutes=1))
    try:
        await transforms.start()
        assert transforms.busy_for() == timedelta(0)
        for pid in transforms.pids:
            os.kill(pid, signal.SIGSTOP)
        call = asyncio.create_task(transforms(BODY, KEY))
        await asyncio.sleep(0.2)
        assert transforms.busy_for() >= timedelta(seconds=0.1)
        for pid in transforms.pids:
            os.kill(pid, signal.SIGCONT)
        await call
        assert transforms.busy_for() == timedelta(0)
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_that_hangs_is_killed_at_the_deadline_and_replaced() -> None:
    transforms = ProcessTransforms(1, timedelta(seconds=1))
    try:
        await transforms.start()
        [hung] = transforms.pids
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(TransformTimeoutError, match=f"transforming {KEY} took longer than 1 s"):
            await transforms(BODY, KEY)
        with pytest.raises(ProcessLookupError):
            await _ended(hung)
        transforms._deadline = timedelta(minutes=1)
        transformed, _ = await transforms(BODY, KEY)
        assert transformed == transform(BODY, KEY)
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_that_dies_does_not_affect_another() -> None:
    transforms = ProcessTransforms(2, timedelta(minutes=1))
    try:
        await transforms.start()
        dead, _ = transforms.pids
        os.kill(dead, signal.SIGSTOP)
        calls = [asyncio.create_task(transforms(BODY, KEY)) for _ in range(2)]
        await asyncio.sleep(0.1)
        os.kill(dead, signal.SIGKILL)
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["WorkerDiedError", "tuple"]
    finally:
        transforms.close()


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_closing_kills_a_process_that_hangs() -> None:
    transforms = ProcessTransforms(1, timedelta(minutes=10))
    await transforms.start()
    [hung] = transforms.pids
    os.kill(hung, signal.SIGSTOP)
    waiting = asyncio.ensure_future(transforms(BODY, KEY))
    await asyncio.sleep(0)
    transforms.close()
    with pytest.raises((WorkerDiedError, asyncio.CancelledError)):
        await waiting
    with pytest.raises(ProcessLookupError):
        await _ended(hung)
    transforms.close()


async def _ended(pid: int) -> None:
    """Wait for the end of a process, which raises ProcessLookupError."""
    while True:
        os.kill(pid, 0)
        await asyncio.sleep(0.01)


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_closing_leaves_no_process() -> None:
    transforms = ProcessTransforms(2, timedelta(minutes=1))
    await transforms.start()
    started = transforms.pids
    assert len(started) == 2
    transforms.close()
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_process_leaves_signals_to_its_parent(processes: ProcessTransforms) -> None:
    await processes.start()
    [pid] = processes.pids
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    transformed, _ = await processes(BODY, KEY)
    assert transformed == transform(BODY, KEY)
    assert processes.pids == [pid]


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_processes_end_when_their_parent_is_killed() -> None:
    command = [sys.executable, "-c", START_AND_WAIT]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: ASYNC220 - nothing else runs
    assert parent.stdout is not None
    with parent.stdout as said:
        assert said.readline() == b"started\n"
        parent.kill()
        parent.wait()
        # Every process of the pool keeps the pipe open while it lives.
        assert said.read() == b""
