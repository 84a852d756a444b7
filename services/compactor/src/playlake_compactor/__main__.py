"""`python -m playlake_compactor` compacts the lake of the environment once, and ends.

`python -m playlake_compactor iceberg` brings its Iceberg tables up to date instead. SIGTERM ends
either before its next step. A step that is killed is made again by the next compaction or sync.
"""

from __future__ import annotations

import argparse
import signal
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from playlake_compactor.errors import StopError
from playlake_compactor.logs import configure_logs
from playlake_compactor.settings import IcebergSettings, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = structlog.get_logger()


class Work(StrEnum):
    """What is done; its log events begin with the word."""

    COMPACTION = "compaction"
    ICEBERG_SYNC = "iceberg_sync"


class Signals:
    """Remembers a signal to stop."""

    def __init__(self) -> None:
        self._number: int | None = None

    def receive(self, number: int, _frame: object = None) -> None:
        """Take note of a signal."""
        self._number = number

    def check(self, work: Work) -> None:
        """Exit with the status of a program that the signal ended, if there was one."""
        if self._number is not None:
            log.warning(f"{work}_interrupted", signal=signal.Signals(self._number).name)
            sys.exit(128 + self._number)


def main(signals: Signals, arguments: Sequence[str] = ()) -> int:
    """Compact or sync once; return 0, or the exit status of the error's code.

    After an error stderr has one sentence.
    """
    configure_logs()
    work = _work(arguments)
    try:
        _do(work, lambda: signals.check(work))
    except StopError as error:
        log.error(f"{work}_stopped", code=error.code, reason=str(error))  # noqa: TRY400 - the sentence says it all
        sys.stderr.write(f"playlake-compactor: {error}\n")
        return error.exit_status
    return 0


def _work(arguments: Sequence[str]) -> Work:
    parser = argparse.ArgumentParser("playlake-compactor", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["iceberg"],
        help="bring the Iceberg tables up to date, instead of compacting",
    )
    command = parser.parse_args(arguments).command
    return Work.COMPACTION if command is None else Work.ICEBERG_SYNC


def _do(work: Work, between: Callable[[], None]) -> None:
    # Imported here, because DuckDB, Arrow and pyiceberg take a second, which a wrong setting spares.
    match work:
        case Work.COMPACTION:
            settings = load_settings(Settings)
            configure_logs(settings.log_level)
            from playlake_compactor.compacting import compact_once  # noqa: PLC0415

            compact_once(settings, between)
        case Work.ICEBERG_SYNC:
            of_iceberg = load_settings(IcebergSettings)
            configure_logs(of_iceberg.log_level)
            from playlake_compactor.syncing import sync_once  # noqa: PLC0415

            sync_once(of_iceberg, between)


if __name__ == "__main__":
    received = Signals()
    # Python does not handle SIGTERM; as a container's first process it would ignore it.
    signal.signal(signal.SIGTERM, received.receive)
    sys.exit(main(received, sys.argv[1:]))
