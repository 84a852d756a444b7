"""Remembers in the lake which runs were told, so that each is told once, whoever tells.

A notice is claimed, sent, and then marked as sent. A process that dies in between leaves a claim,
which ends; the notice is then sent again. So a message may come twice and is not lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import msgspec
from msgspec.structs import replace

from playlake_contracts.keys import NOTICES_KEY
from playlake_contracts.runs import RunId
from playlake_lake.errors import ContendedError, DamagedLakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake_lake.folder import Held
    from playlake_web.notices.findings import EndedRun, Stopped

# A run is told so long after its scheduled time at most, and remembered for longer.
LOOK_BACK: Final = timedelta(days=7)
_REMEMBERED: Final = timedelta(days=30)
# No notice takes as long to send.
LEASE: Final = timedelta(minutes=10)
_ATTEMPTS: Final = 20

_Utc = Annotated[datetime, msgspec.Meta(tz=True)]


class Objects(Protocol):
    """The objects of a lake, under their keys. Each method may raise a `LakeError`."""

    def folders(self, prefix: str) -> list[str]:
        """The names directly under a prefix that ends with a slash, in order."""

    def keys(self, prefix: str) -> Iterable[str]:
        """The keys under a prefix, in order."""

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""

    def held(self, key: str) -> Held | None:
        """The bytes and the ETag of an object; None if there is none."""

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        """Replace the object whose ETag is `held`, or put it if that is None.

        Returns:
            False if the key holds another object by now.
        """


class StoppedRun(msgspec.Struct, frozen=True):
    """Why a run ended without a manifest, and whose run it was."""

    code: str
    reason: str
    whose: str = ""


class RunTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the notice of a run is.

    Attributes:
        sent: the channels by which it was sent.
        claimed_by: the process that sends it.
        claimed_until: when its claim ends, UTC.
        is_done: whether nothing of it is left to send.
        stopped: why the run ended without a manifest, if it did.
    """

    sent: tuple[str, ...] = ()
    claimed_by: str | None = None
    claimed_until: _Utc | None = None
    is_done: bool = False
    stopped: StoppedRun | None = None

    def is_claimed(self, now: datetime) -> bool:
        """Whether a process sends it now."""
        return self.claimed_until is not None and now < self.claimed_until


class Told(msgspec.Struct, frozen=True):
    """What was told of a lake.

    Attributes:
        since: runs that were scheduled before are not told: when notices began, UTC.
        runs: how far each run is.
        troubles: by whose runs it is, the code with which they have stopped since the last one
            with a manifest, and which was told.
    """

    since: _Utc
    runs: dict[str, RunTold] = {}
    troubles: dict[str, str] = {}
    schema: str = "playlake.notices/1"

    def of(self, run_id: str) -> RunTold:
        """How far a run is."""
        return self.runs.get(run_id, RunTold())

    def with_run(self, run_id: str, told: RunTold) -> Told:
        """The same with another state of a run."""
        return replace(self, runs={**self.runs, run_id: told})


class Ledger:
    """What was told of a lake, in an object of it.

    Args:
        objects: the objects of the lake.
        process: what distinguishes this process from others that tell the same lake.

    Every method may raise a `LakeError`.
    """

    def __init__(self, objects: Objects, process: str) -> None:
        self._objects = objects
        self._process = process

    def begun(self, since: datetime) -> Told:
        """What was told; of a lake of which nothing was ever told, it begins at a time."""
        return self._change(lambda told: told, since)

    def note_stopped(self, run_id: str, stopped: Stopped, now: datetime) -> None:
        """Note that a run ended without a manifest, so that its notice is not lost."""
        noted = StoppedRun(stopped.code, stopped.reason, stopped.whose)
        self._change(
            lambda told: told.with_run(run_id, replace(told.of(run_id), stopped=noted)), now
        )

    def claim(self, run_id: str, now: datetime) -> RunTold | None:
        """Claim the notice of a run; None if it is done, or another process has claimed it."""
        told = self._change(lambda told: self._claimed(told, run_id, now), now)
        found = told.of(run_id)
        return found if found.claimed_by == self._process and not found.is_done else None

    def mark_sent(self, run_id: str, channel: str, now: datetime) -> None:
        """Remember that a notice was sent by a channel."""

        def marked(told: Told) -> Told:
            run = told.of(run_id)
            return told.with_run(run_id, replace(run, sent=(*run.sent, channel)))

        self._change(marked, now)

    def mark_done(self, run: EndedRun, now: datetime) -> None:
        """Remember that nothing of the notice of a run is left to send."""

        def done(told: Told) -> Told:
            of_run = RunTold(told.of(run.run_id).sent, is_done=True)
            others = {whose: code for whose, code in told.troubles.items() if whose != run.whose}
            own = {} if run.stopped is None else {run.whose: run.stopped.code}
            changed = replace(told.with_run(run.run_id, of_run), troubles={**others, **own})
            return _forgetting(changed, now)

        self._change(done, now)

    def release(self, run_id: str, now: datetime) -> None:
        """Give up a claim, so that the notice can be sent by whoever tells next."""

        def released(told: Told) -> Told:
            run = told.of(run_id)
            if run.claimed_by != self._process:
                return told
            return told.with_run(run_id, replace(run, claimed_by=None, claimed_until=None))

        self._change(released, now)

    def _claimed(self, told: Told, run_id: str, now: datetime) -> Told:
        run = told.of(run_id)
        if run.is_done or run.is_claimed(now):
            return told
        claim = replace(run, claimed_by=self._process, claimed_until=now + LEASE)
        return told.with_run(run_id, claim)

    def _change(self, change: Callable[[Told], Told], since: datetime) -> Told:
        """Change what is remembered, whoever changes it at the same time."""
        for _ in range(_ATTEMPTS):
            held = self._objects.held(NOTICES_KEY)
            told = Told(since) if held is None else _decoded(held.body)
            changed = change(told)
            if held is not None and changed == told:
                return told
            body = msgspec.json.encode(changed)
            if self._objects.replace(NOTICES_KEY, body, None if held is None else held.etag):
                return changed
        raise ContendedError(
            f"others write {NOTICES_KEY} again and again: what is left is told with the next run"
        )


def _decoded(body: bytes) -> Told:
    try:
        return msgspec.json.decode(body, type=Told)
    except msgspec.DecodeError as error:
        raise DamagedLakeError(
            f"{NOTICES_KEY} is no record of notices ({error}): delete it, and notices begin anew "
            "with the next run"
        ) from error


def _forgetting(told: Told, now: datetime) -> Told:
    """The same without the runs that are too old to be told."""
    first = now - _REMEMBERED
    kept = {
        run_id: run
        for run_id, run in told.runs.items()
        if RunId.parse(run_id).scheduled_at >= first or run.is_claimed(now)
    }
    return replace(told, runs=kept)
