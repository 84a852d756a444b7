"""The site: what the page and the API are served from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.version import VERSION
from playlake_lake.errors import LakeError
from playlake_web.answers import Answers
from playlake_web.facts.health import Health, health_of
from playlake_web.facts.pipeline import Schedule, Status
from playlake_web.lookout import Lookout
from playlake_web.operations import Operations
from playlake_web.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from playlake_web.access.tokens import Tokens
    from playlake_web.facts.pipeline import Operation
    from playlake_web.facts.process import ProcessState
    from playlake_web.pipeline import Pipeline
    from playlake_web.process import Process
    from playlake_web.reader import Reader

# What was committed is seen so much later, or later where a look costs much.
_LOOK_EVERY: Final = timedelta(seconds=5)
# What surrounds the lake costs some requests to AWS.
_SURROUNDINGS_EVERY: Final = timedelta(seconds=5)
# Every page asks for it.
_PROCESS_EVERY: Final = timedelta(seconds=1)
# It changes with the version, of which the day is a part.
_A_DAY: Final = timedelta(days=1)
_NO_ANSWER: Final = "the lake did not answer"


@dataclass(frozen=True, slots=True)
class Site:
    """What is served, and to whom.

    Attributes:
        reader: the lake.
        is_synthetic: whether it holds invented music.
        pipeline: what surrounds it.
        tokens: who is let in; None lets everybody in, which is for addresses of this machine alone.
        hosts: the names under which it may be asked for, without a port.
        is_secure: whether browsers reach it by HTTPS alone.
        clock: the present time, UTC.
        has_documentation: whether /docs is a page that describes the API.
        schedule: the runs that this process starts; None if it starts none.
        process: the transformer in whose process it is served; None if it is none.
    """

    reader: Reader
    is_synthetic: bool
    pipeline: Pipeline
    tokens: Tokens | None
    hosts: Collection[str]
    is_secure: bool
    clock: Callable[[], datetime]
    has_documentation: bool = True
    schedule: Callable[[], Schedule | None] = lambda: None
    process: Process | None = None
    answers: Answers = field(default_factory=Answers)
    operations: Operations = field(default_factory=Operations)
    readiness: Readiness = field(default_factory=Readiness)
    _version: Lookout[str] = field(default_factory=lambda: Lookout(_LOOK_EVERY))
    _commits: Lookout[datetime | None] = field(default_factory=lambda: Lookout(_A_DAY))
    _status: Lookout[Status] = field(default_factory=lambda: Lookout(_SURROUNDINGS_EVERY))
    _state: Lookout[ProcessState] = field(default_factory=lambda: Lookout(_PROCESS_EVERY))

    @property
    def today(self) -> date:
        """The present day, UTC."""
        return self.clock().date()

    def version(self) -> str:
        """A text that changes when the committed rows of the lake change, or the day."""
        now = self.clock()
        return f"{now.date()}:{self._version.get(self.reader.version, now)}"

    def known_version(self) -> str | None:
        """The version at once; None if the lake has to be looked at."""
        now = self.clock()
        found = self._version.peek(now)
        return None if found is None else f"{now.date()}:{found}"

    def status(self) -> Status:
        """How the lake is doing, as of a few seconds ago; the process as of one."""
        now, operation = self.clock(), self.operations.last
        found = self._status.get(lambda: self._look(now, operation), now, of=operation)
        if self.process is None:
            return found
        state = self._state.get(self.process.state, now)
        unknown = {name: why for name, why in found.unknown.items() if name != "breaker"}
        own = {"process": state, "breaker": state.breaker, "unknown": unknown}
        return found.model_copy(update=own)

    def health(self) -> Health:
        """How the lake and the process are doing: one line a watchdog."""
        return health_of(self.status(), whole=True)

    def _look(self, now: datetime, operation: Operation | None) -> Status:
        around = self.pipeline.surroundings()
        found = dict(around)
        try:
            committed = self._commits.get(self.reader.last_commit_at, now, of=self.version())
        except LakeError:
            committed, unread = None, "last_commit_at"
            found["unknown"] = {**around.unknown, unread: _NO_ANSWER}
            found["unreadable"] = (*around.unreadable, unread)
        return Status(
            **found,
            at=now,
            last_commit_at=committed,
            operation=operation,
            schedule=self.schedule(),
            version=VERSION,
            process=None,
        )
