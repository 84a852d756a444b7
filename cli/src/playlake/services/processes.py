"""The services as processes: started with their logs in a file, awaited, and always stopped.

Each gets a session of its own, so Ctrl-C reaches only the command, which stops them in order. A
service that serves ends by itself if the command is killed.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playlake.errors import CommandError
from playlake.services import attached_service
from playlake.services.ports import HOST
from playlake.services.watching import STUCK_AFTER, watch
from playlake_contracts.environment import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from socket import socket

# A service refuses names that it does not know, and nothing local reaches the user's AWS account.
_NEVER_INHERITED = (PREFIX, "AWS_")
_NO_PROXY = f"{HOST},localhost"

STOP_GRACE = timedelta(seconds=15)
_ANSWER_WITHIN = timedelta(seconds=5)
_POLL = timedelta(milliseconds=20)
_MAX_ANSWER_BYTES = 65536


def service_environment(inherited: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """What a service inherits, less all `PLAYLAKE_` and `AWS_` names, plus exactly its own."""
    kept = {n: v for n, v in inherited.items() if not n.upper().startswith(_NEVER_INHERITED)}
    unproxied = ",".join(filter(None, [kept.get("NO_PROXY"), kept.get("no_proxy"), _NO_PROXY]))
    return {**kept, "NO_PROXY": unproxied, "no_proxy": unproxied, **own}


@contextmanager
def service(
    name: str,
    environment: Mapping[str, str],
    health_url: str,
    *,
    logs: Path,
    listening: socket | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service `playlake_<name>` until the block ends, its log in `<logs>/<name>.log`.

    Args:
        name: sandbox, transformer.
        environment: everything that the service sees of ours.
        health_url: answers 200 once the service is ready; http only.
        logs: a folder, made when it is not there.
        listening: a socket that the service inherits; closed here, so that it ends with it.

    Raises:
        CommandError: the service ended as it started, or lives and is never ready.
    """
    log = logs / f"{name}.log"
    with listening or nullcontext():
        kept = (listening.fileno(),) if listening else ()
        process = start(service_command(name), environment, log, keep=kept, stdin=subprocess.PIPE)
    try:
        wait_until_ready(process, name, health_url, log)
        yield process
    finally:
        stop(process)


def run_to_end(name: str, environment: Mapping[str, str], *, logs: Path) -> int:
    """Run the service `playlake_<name>` that ends by itself, such as extractor: its exit status."""
    process = start(module_command(name), environment, logs / f"{name}.log")
    try:
        return process.wait()
    finally:
        stop(process)


def module_command(name: str) -> list[str]:
    """The command that starts the service `playlake_<name>` with this very Python."""
    return [sys.executable, "-m", f"playlake_{name}"]


def service_command(name: str) -> list[str]:
    """The same, for a service that ends with the standard input that it is given."""
    return [sys.executable, "-m", attached_service.__name__, f"playlake_{name}"]


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    keep: tuple[int, ...] = (),
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a process that writes to the end of a log.

    Args:
        command: the program and its arguments.
        environment: the whole environment of the process.
        log: a file; it and its folder are made when they are not there.
        keep: file descriptors that the process holds until it ends.
        stdin: its standard input: nothing, or a pipe that closes when this command ends.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - the commands are this project's own
            command,
            env=dict(environment),
            stdin=stdin,
            stdout=sink,
            stderr=sink,
            pass_fds=keep,
            start_new_session=True,
        )


def wait_until_ready(
    process: subprocess.Popen[bytes], name: str, health_url: str, log: Path
) -> None:
    """Wait until a process answers its health URL with 200, however long it takes to start.

    Raises:
        CommandError: it ended before, or does not answer after `STUCK_AFTER`; the message names
            the log.
    """
    wait_until(partial(is_ready, health_url), process, name, log)


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path
) -> None:
    """Wait until a process is ready, however long it takes to start.

    Raises:
        CommandError: it ended before, or is not ready after `STUCK_AFTER`; the message names the
            log.
    """
    for is_so, waited in watch(ready, every=_POLL):
        # Asked second: only of a process that lives now is it sure that the answer was its own.
        if (status := process.poll()) is not None:
            raise CommandError(f"the {name} ended with status {status} as it started: see {log}")
        if is_so:
            return
        if waited > STUCK_AFTER:
            minutes = STUCK_AFTER // timedelta(minutes=1)
            raise CommandError(f"the {name} runs but is not ready after {minutes} min: see {log}")


def is_ready(health_url: str) -> bool:
    """Whether a URL on this machine answers 200, whatever proxy the environment names."""
    return answer_of(health_url) is not None


def answer_of(url: str) -> bytes | None:
    """What a URL on this machine answers with 200, whatever proxy the environment names."""
    parts = urlsplit(url)
    timeout = _ANSWER_WITHIN.total_seconds()
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)) as connection:
        try:
            connection.request("GET", parts.path or "/")
            answer = connection.getresponse()
            return answer.read(_MAX_ANSWER_BYTES) if answer.status == HTTPStatus.OK else None
        except (OSError, HTTPException):
            return None


def stop(process: subprocess.Popen[bytes], *, grace: timedelta = STOP_GRACE) -> None:
    """Ask a process to end with SIGTERM, and end it with SIGKILL after a grace."""
    process.terminate()
    try:
        process.wait(grace.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
