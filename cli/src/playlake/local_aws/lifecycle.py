"""The local AWS for as long as a block lasts."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from playlake.errors import CommandError
from playlake.local_aws.aws import LocalAws
from playlake.local_aws.backlog import announce_undone
from playlake.local_aws.installation import install_ministack
from playlake.local_aws.provision import provision
from playlake.local_aws.server import shared_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.local_aws.ministack import Server
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
        CommandError: it cannot be installed, does not start, or the port asked for is taken.
    """
    install_ministack(project, say)
    prepare = partial(_prepare, project.templates)
    with (
        shared_server(project, port=port, say=say, prepare=prepare) as server,
        closing(_client(server)) as aws,
    ):
        try:
            yield aws
        except (EndpointConnectionError, ConnectionClosedError) as error:
            raise CommandError(
                f"the local AWS has ended: see {project.logs / 'aws.log'}, and try again"
            ) from error


def _prepare(templates: Path, server: Server) -> None:
    """Make the resources, and the events that were lost, as the transformer does every hour."""
    with closing(_client(server)) as aws:
        provision(aws, templates)
        announce_undone(aws)


def _client(server: Server) -> LocalAws:
    return LocalAws(server.port, credential=server.nonce)
