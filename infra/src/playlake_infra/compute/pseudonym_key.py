"""The key of pseudonyms, which ECS hands to an extractor when it starts one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager

from playlake_contracts.environment import PREFIX

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings


def pseudonym_key(scope: Construct, settings: Settings) -> dict[str, ecs.Secret]:
    """The variable that ECS fills with the key; none if users keep their ids."""
    arn = settings.pseudonym_secret_arn
    if arn is None:
        return {}
    secret = secretsmanager.Secret.from_secret_complete_arn(scope, "Pseudonyms", arn)
    return {f"{PREFIX}PSEUDONYM_KEY": ecs.Secret.from_secrets_manager(secret)}
