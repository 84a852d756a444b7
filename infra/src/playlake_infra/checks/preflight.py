"""The checks before a deployment and before its end: they read from AWS what would go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from playlake_infra.checks.account_checks import stack_problems
from playlake_infra.checks.aws_clients import Clients, Permitted, open_session
from playlake_infra.checks.preflight_checks import find_notes, find_problems
from playlake_infra.checks.read_state import read_stack_status, read_state
from playlake_infra.checks.running_tasks import running_problems, running_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import boto3

    from playlake_infra.place import Place
    from playlake_infra.released_images import ImageChoice
    from playlake_infra.settings import Settings


_T = TypeVar("_T")
_OUT_OF_REACH = (
    "released images come from GHCR, which the private network does not reach: copy them into the "
    "repositories of the stack as docs/operations.md says, and deploy them with TAG=…"
)


class PreflightError(Exception):
    """The deployment would fail; the message has a line for each problem, then for each note."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("\n".join(" ".join(problem.split()) for problem in problems))


def find_place() -> Place:
    """Find the account and the region of the credentials that the CDK's CLI would use.

    Raises:
        PreflightError: there are no credentials or no region, or AWS refuses them.
    """
    return _ask(lambda clients: clients.place())


def check(settings: Settings, images: ImageChoice) -> list[str]:
    """Check a deployment, and return what should be known before it begins.

    Args:
        settings: the settings of the deployment.
        images: the images to run.

    Raises:
        PreflightError: the deployment would fail.
    """
    if images.released and settings.network == "private":
        raise PreflightError([_OUT_OF_REACH])

    def find(clients: Clients) -> tuple[list[str], list[str]]:
        place = clients.place()
        state = read_state(clients, settings, place, images)
        return find_problems(settings, place, state), find_notes(settings, state)

    return _notes(*_ask(find))


def check_destroy(settings: Settings) -> list[str]:
    """Check that nothing runs which the deletion of the stack would interrupt.

    Raises:
        PreflightError: a run goes on, or the stack cannot be deleted now.
    """

    def find(clients: Clients) -> tuple[list[str], list[str]]:
        permitted = Permitted()
        status = read_stack_status(clients, permitted, settings.name)
        tasks = running_tasks(clients, permitted, settings)
        in_progress = [p for p in stack_problems(settings.name, status) if "_IN_PROGRESS" in p]
        return [*in_progress, *running_problems(settings, tasks)], permitted.unread

    return _notes(*_ask(find))


def _notes(problems: list[str], notes: list[str]) -> list[str]:
    if problems:
        raise PreflightError([*problems, *notes])
    return notes


def _ask(question: Callable[[Clients], _T]) -> _T:
    """Ask AWS, and turn what keeps it from answering into sentences."""
    try:
        session = open_session()
        if missing := _missing(session):
            raise PreflightError(missing)
        return question(Clients.of(session))
    except BotoCoreError as error:
        reason = f"AWS cannot be reached, check credentials and region: {error}"
    except ClientError as error:
        reason = f"AWS refuses a request, check credentials and permissions: {error}"
    except urllib3.exceptions.HTTPError as error:
        reason = f"the configuration of an image cannot be read from ECR, try again: {error}"
    raise PreflightError([reason])


def _missing(session: boto3.Session) -> list[str]:
    missing = []
    if session.get_credentials() is None:
        missing.append("there are no AWS credentials: run `aws configure`, or set AWS_PROFILE")
    if session.region_name is None:
        missing.append("there is no AWS region: set AWS_REGION")
    return missing
