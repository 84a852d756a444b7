"""`python -m playlake_compactor` compacts the lake of the environment once, and ends.

SIGTERM ends it before its next step. A step that is killed is made again by the next compaction.
"""

from __future__ import annotations

import signal
import sys

import structlog

from playlake_compactor.errors import StopError
from playlake_compactor.logs import configure_logs
from playlake_compactor.settings import load_settings

log = structlog.get_logger()


class Signals:
    """Remembers a signal to stop."""

    def __init__(self) -> None:
        self._number: int | None = None

    def receive(self, number: int, _frame: object = None) -> None:
        """Take note of a signal."""
        self._number = number

    def check(self) -> None:
        """Exit with the status of a program that the signal ended, if there was one."""
        if self._number is not None:
            log.warning("compaction_interrupted", signal=signal.Signals(self._number).name)
            sys.exit(128 + self._number)


def main(signals: Signals) -> int:
    """Compact once; return 0, or the exit status of the error's code.

    After an error stderr has one sentence.
    """
    configure_logs()
    try:
        settings = load_settings()
        configure_logs(settings.log_level)
        # Imported here, because DuckDB and Arrow take half a second, which a wrong setting spares.
        from playlake_compactor.compacting import compact_once  # noqa: PLC0415

        compact_once(settings, signals.check)
    except StopError as error:
        log.error("compaction_stopped", code=error.code, reason=str(error))  # noqa: TRY400 - the sentence says it all
        sys.stderr.write(f"playlake-compactor: {error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    received = Signals()
    # Python does not handle SIGTERM; as a container's first process it would ignore it.
    signal.signal(signal.SIGTERM, received.receive)
    sys.exit(main(received))
