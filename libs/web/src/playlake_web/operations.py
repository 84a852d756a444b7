"""Does one operation at a time: a short one while its request waits, a long one behind it."""

from __future__ import annotations

import logging
import secrets
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from playlake_web.facts.pipeline import Operation
from playlake_web.pipeline import NoSuchRunError, NotHereError, NothingToDoError, PipelineError
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playlake_web.facts.pipeline import OperationName

_log: Final = logging.getLogger(__name__)
WAIT_SECONDS: Final = 6.0
_CODES: Final[dict[type[PipelineError], ProblemCode]] = {
    NothingToDoError: ProblemCode.NOTHING_TO_DO,
    NoSuchRunError: ProblemCode.NO_SUCH_RUN,
    NotHereError: ProblemCode.NO_SUCH_OPERATION,
}


def problem_of(error: PipelineError) -> ProblemError:
    """The problem that an error of the pipeline is."""
    code = _CODES.get(type(error), ProblemCode.OPERATION_FAILED)
    return ProblemError(code, str(error))


class Operations:
    """The operations of this process.

    Args:
        wait_seconds: how long a request waits for its operation to end.
    """

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._last: Operation | None = None
        self._error: PipelineError | None = None

    @property
    def last(self) -> Operation | None:
        """The operation that runs, or that ended last."""
        return self._last

    def begin(
        self, name: OperationName, work: Callable[[], str], clock: Callable[[], datetime]
    ) -> Operation:
        """Begin an operation, and wait for a while; it goes on if that is too short.

        Args:
            name: what is done.
            work: does it, and says what was done.
            clock: the present time, UTC.

        Raises:
            ProblemError: another one runs, or this one was not done.
        """
        with self._lock:
            if self._last is not None and self._last.state == "running":
                raise ProblemError(
                    ProblemCode.BUSY,
                    f"the operation {self._last.name} has not ended: /status says when it has",
                )
            begun = Operation(
                id=secrets.token_hex(8),
                name=name,
                state="running",
                began_at=clock(),
                ended_at=None,
                said="",
            )
            self._last, self._error = begun, None
        thread = Thread(target=self._do, args=(begun, work, clock), name=name, daemon=True)
        thread.start()
        thread.join(self._wait_seconds)
        return self._outcome(begun)

    def _outcome(self, begun: Operation) -> Operation:
        with self._lock:
            found, error = self._last, self._error
        if found is None or found.id != begun.id:  # it ended, and another one began meanwhile
            return begun
        if error is not None:
            raise problem_of(error) from error
        return found

    def _do(self, begun: Operation, work: Callable[[], str], clock: Callable[[], datetime]) -> None:
        error: PipelineError | None = None
        try:
            said = work()
        except PipelineError as raised:
            said, error = str(raised), raised
        except Exception:  # noqa: BLE001 - whatever it is, it is logged, and nobody is left waiting
            _log.exception("the operation %s has failed", begun.name)
            said = "the operation has failed: the log of Playlake says why"
            error = PipelineError(said)
        state = "done" if error is None else "failed"
        ended = {"state": state, "ended_at": clock(), "said": said}
        with self._lock:
            self._last, self._error = begun.model_copy(update=ended), error
