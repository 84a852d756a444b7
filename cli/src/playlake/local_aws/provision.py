"""The lake's resources on the local AWS: the very template that production is deployed from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.services.watching import STUCK_AFTER
from playlake_local import Clients, DeploymentError, deploy, localise

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws.aws import LocalAws

PRESET = "standard"
STACK = "playlake"
# Nothing runs as a container here: commands start the services as processes.
PARAMETERS = {"ImageTag": "none", "Playlists": "none"}


def provision(aws: LocalAws, templates: Path) -> None:
    """Deploy the localised template: a second time changes nothing, a new template what differs.

    Args:
        aws: where.
        templates: the folder of synthesised templates.

    Raises:
        CommandError: the template could not be deployed.
    """
    template = json.loads((templates / f"{PRESET}.json").read_text(encoding="utf-8"))
    clients = Clients(aws.cloudformation, aws.s3)
    try:
        deploy(clients, STACK, localise(template), PARAMETERS, patience=STUCK_AFTER)
    except DeploymentError as error:
        raise CommandError(f"the local AWS did not take the template: {error}") from error
