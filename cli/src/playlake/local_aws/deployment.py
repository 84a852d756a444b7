"""The deployment that a local AWS holds: the production template has one name there."""

from __future__ import annotations

from typing import Final

from playlake.local_aws.resources import ACCOUNT, REGION
from playlake_aws.deployment import Deployment
from playlake_contracts.resource_names import ResourceNames

LOCAL: Final = Deployment(ResourceNames("playlake"), ACCOUNT, REGION)
