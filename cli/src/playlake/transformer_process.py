"""The transformer service as a process on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.local.environments import transformer_environment
from playlake.ports import HOST, announced_port
from playlake.processes import service
from playlake_contracts.deployed_settings import HTTP_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playlake.local import LocalAws

PREFERRED_PORT = HTTP_PORT
CRAWLER_QUIET = timedelta(seconds=1)


@contextmanager
def transformer(
    inherited: Mapping[str, str], aws: LocalAws, logs: Path, *, say: Callable[[str], None]
) -> Iterator[int]:
    """Run the transformer service while a block lasts; gives the port of its API."""
    port = announced_port(PREFERRED_PORT, "transformer", say)
    own = transformer_environment(inherited, aws, http_port=port, crawler_quiet=CRAWLER_QUIET)
    with service("transformer", own, f"http://{HOST}:{port}/readyz", logs=logs):
        yield port
