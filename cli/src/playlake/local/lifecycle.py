"""The local AWS for as long as a block lasts."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from playlake.local.aws import LocalAws
from playlake.local.provision import provision
from playlake.local.sharing import shared_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.local.server import Server
    from playlake.project import Project


@contextmanager
def local_aws(
    project: Project, *, port: int | None = None, say: Callable[[str], None] = lambda _: None
) -> Iterator[LocalAws]:
    """Use the project's local AWS with all of the lake's resources: join it or start it.

    Args:
        project: whose local AWS.
        port: the port to start on; None is 4566, or another one when that is taken.
        say: receives each sentence that a person should read.

    Raises:
        CommandError: it is not installed, does not start, or the port asked for is taken.
    """
    with (
        shared_server(
            project, port=port, say=say, prepare=partial(_prepare, project.templates)
        ) as server,
        closing(LocalAws(server.port)) as aws,
    ):
        yield aws


def _prepare(templates: Path, server: Server) -> None:
    with closing(LocalAws(server.port)) as aws:
        provision(aws, templates)
