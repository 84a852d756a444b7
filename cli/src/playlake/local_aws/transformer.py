"""The transformer service as a process on this machine."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from playlake.errors import CommandError
from playlake.local_aws.backlog import landed_sentence, uncommitted, wait_until_committed
from playlake.local_aws.environments import transformer_environment
from playlake.services.http import ask
from playlake.services.ports import HOST, listen_near, port_of
from playlake.services.processes import service
from playlake.services.watching import STUCK_AFTER, watch
from playlake_aws.queues import queue_depth
from playlake_contracts.deployed_settings import HTTP_PORT

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playlake.local_aws import LocalAws

PREFERRED_PORT = HTTP_PORT
CRAWLER_QUIET = timedelta(seconds=1)

_LOOK_EVERY = timedelta(milliseconds=200)
_LOADED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Transformer:
    """A running transformer: its process, the port of its API, and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def check_alive(self) -> None:
        """Raise an error once the process has ended.

        Raises:
            CommandError: it has ended; the message names the log.
        """
        if (status := self.process.poll()) is not None:
            raise CommandError(f"the transformer ended with status {status}: see {self.log}")

    def state(self) -> dict[str, Any]:
        """Read what `/status` says of this process.

        Raises:
            CommandError: the process has ended, or does not answer.
        """
        self.check_alive()
        try:
            found: dict[str, Any] = _status(self.port)["process"]
        except OSError as error:
            self.check_alive()
            raise CommandError(f"the transformer does not answer: see {self.log}") from error
        self.check_alive()  # while it lives the port is its own, so the answer is too
        return found


def _status(port: int) -> dict[str, Any]:
    # The first request loads the page and the API.
    found: dict[str, Any] = ask(port, "GET", "/status", within=_LOADED_WITHIN)
    return found


@contextmanager
def transformer(
    inherited: Mapping[str, str], aws: LocalAws, logs: Path, *, say: Callable[[str], None]
) -> Iterator[Transformer]:
    """Run the transformer service while a block lasts."""
    listening = listen_near(PREFERRED_PORT, "transformer", say)
    port = port_of(listening)
    own = transformer_environment(
        inherited, aws, http_port=port, crawler_quiet=CRAWLER_QUIET, http_socket=listening
    )
    health = f"http://{HOST}:{port}/readyz"
    with service("transformer", own, health, logs=logs, listening=listening) as process:
        yield Transformer(process, port, logs / "transformer.log")


def transform_landed(
    inherited: Mapping[str, str],
    aws: LocalAws,
    logs: Path,
    prefix: str,
    *,
    say: Callable[[str], None],
) -> None:
    """Run the transformer until every raw object under a prefix is committed.

    Raises:
        CommandError: it did not start, ended, or does nothing; the message says how to go on.
    """
    with ExitStack() as running:
        try:
            started = running.enter_context(transformer(inherited, aws, logs, say=say))
        except CommandError as error:
            raise CommandError(f"{error}; {landed_sentence(uncommitted(aws, prefix))}") from error
        wait_until_committed(aws, prefix, check_alive=started.check_alive)


def transform_queued(
    inherited: Mapping[str, str], aws: LocalAws, logs: Path, *, say: Callable[[str], None]
) -> None:
    """Run the transformer until no message is left in its queue.

    Raises:
        CommandError: it did not start, ended, or does nothing.
    """
    with transformer(inherited, aws, logs, say=say) as started:
        for depth, unchanged_for in watch(
            lambda: queue_depth(aws, aws.queue_url), every=_LOOK_EVERY
        ):
            if not any(depth):
                return
            started.check_alive()
            if unchanged_for > STUCK_AFTER:
                raise CommandError(
                    f"the transformer does nothing with its queue: see {started.log}"
                )
