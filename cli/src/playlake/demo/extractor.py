"""The extractor as the demonstration runs it: a run a day, in one process."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.demo import extractor_loop
from playlake.services.processes import service_environment, start, stop

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TextIO


@dataclass(frozen=True, slots=True)
class Extractor:
    """A process that waits for environments, and runs the extractor with each.

    Attributes:
        inherited: the environment that runs start from.
        log: what runs log.
    """

    inherited: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes]
    _connection: socket.socket
    _statuses: TextIO

    def run(self, environment: Mapping[str, str]) -> int:
        """Run the extractor: its exit status; that of the process if it ended meanwhile."""
        try:
            self._connection.sendall(f"{json.dumps(dict(environment))}\n".encode())
            status = self._statuses.readline()
        except (BrokenPipeError, ConnectionResetError):
            status = ""
        return int(status) if status else self._process.wait()


@contextmanager
def extractor(inherited: Mapping[str, str], logs: Path) -> Iterator[Extractor]:
    """Start the process, which loads the extractor meanwhile, and stop it after the block.

    Args:
        inherited: the environment that runs start from, `os.environ`.
        logs: the folder for the log.
    """
    ours, theirs = socket.socketpair()
    log = logs / "extractor.log"
    with ours, ours.makefile("r", encoding="utf-8") as statuses:
        with theirs:
            command = [sys.executable, "-m", extractor_loop.__name__, str(theirs.fileno())]
            environment = service_environment(inherited, {})
            process = start(command, environment, log, keep=(theirs.fileno(),))
        try:
            yield Extractor(inherited, log, process, ours, statuses)
        finally:
            stop(process)
