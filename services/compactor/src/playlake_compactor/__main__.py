"""`python -m playlake_compactor` compacts the lake of the environment once, and ends.

`python -m playlake_compactor iceberg` brings its Iceberg tables up to date instead, and
`python -m playlake_compactor retention` removes what has expired. SIGTERM ends each of them before
its next step. A step that is killed is made again the next time.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import structlog

from playlake_compactor.errors import StopError
from playlake_compactor.logs import configure_logs
from playlake_compactor.settings import (
    IcebergSettings,
    RetentionSettings,
    Settings,
    load_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """What is done.

    Attributes:
        do: does it once; its argument is called between two steps.
        interrupted: the log event if a signal ends it.
        stopped: the log event if an error ends it.
    """

    do: Callable[[Callable[[], None]], None]
    interrupted: str
    stopped: str


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
            log.warning(work.interrupted, signal=signal.Signals(self._number).name)
            sys.exit(128 + self._number)


def main(signals: Signals, arguments: Sequence[str] = ()) -> int:
    """Do what the arguments say, once; return 0, or the exit status of the error's code.

    After an error stderr has one sentence.
    """
    configure_logs()
    work = _work(arguments)
    try:
        work.do(lambda: signals.check(work))
    except StopError as error:
        log.error(work.stopped, code=error.code, reason=str(error))  # noqa: TRY400 - the sentence says it all
        sys.stderr.write(f"playlake-compactor: {error}\n")
        return error.exit_status
    return 0


def _work(arguments: Sequence[str]) -> Work:
    parser = argparse.ArgumentParser("playlake-compactor", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=[name for name in _WORKS if name is not None],
        help="bring the Iceberg tables up to date, or remove what has expired, and do not compact",
    )
    return _WORKS[parser.parse_args(arguments).command]


# What follows loads DuckDB, Arrow and pyiceberg, which takes a second that a wrong setting spares.
def _compact(between: Callable[[], None]) -> None:
    settings = load_settings(Settings)
    configure_logs(settings.log_level)
    from playlake_compactor.compacting import compact_once  # noqa: PLC0415

    compact_once(settings, between)


def _sync(between: Callable[[], None]) -> None:
    settings = load_settings(IcebergSettings)
    configure_logs(settings.log_level)
    from playlake_compactor.syncing import sync_once  # noqa: PLC0415

    sync_once(settings, between)


def _retain(between: Callable[[], None]) -> None:
    settings = load_settings(RetentionSettings)
    configure_logs(settings.log_level)
    from playlake_compactor.retaining import retain_once  # noqa: PLC0415

    retain_once(settings, between)


_WORKS: Final[Mapping[str | None, Work]] = MappingProxyType(
    {
        None: Work(_compact, "compaction_interrupted", "compaction_stopped"),
        "iceberg": Work(_sync, "iceberg_sync_interrupted", "iceberg_sync_stopped"),
        "retention": Work(_retain, "retention_interrupted", "retention_stopped"),
    }
)


if __name__ == "__main__":
    received = Signals()
    # Python does not handle SIGTERM; as a container's first process it would ignore it.
    signal.signal(signal.SIGTERM, received.receive)
    sys.exit(main(received, sys.argv[1:]))
