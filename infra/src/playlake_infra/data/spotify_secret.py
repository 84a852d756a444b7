"""The secret with the Spotify app's credentials; the user replaces its placeholders.

A later deployment keeps what the user has stored, because CloudFormation writes a value only when
what it is generated from changes. So that never changes.

The secret stays when the deployment is destroyed: CloudFormation would delete it at once, without
the days in which Secrets Manager can restore it.
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1999
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings

CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "client_id", "client_secret", "refresh_token"
KEYS = (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
PLACEHOLDER = "replace-me"


def spotify_secret(scope: Construct, name: str, settings: Settings) -> secretsmanager.ISecret:
    """The secret with the keys client_id, client_secret and refresh_token, created or existing."""
    if settings.spotify_secret_arn is not None:
        return secretsmanager.Secret.from_secret_complete_arn(
            scope, name, settings.spotify_secret_arn
        )
    secret = secretsmanager.Secret(
        scope,
        name,
        secret_name=settings.names.spotify_secret,
        description="Spotify app and user that playlists are read as",
        # Whatever changes here takes the login away from everybody who deploys.
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({CLIENT_ID: PLACEHOLDER, REFRESH_TOKEN: PLACEHOLDER}),
            generate_string_key=CLIENT_SECRET,
            exclude_punctuation=True,
        ),
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    suppress(
        secret,
        "SMG4",
        "Spotify has no API for new credentials: its dashboard and its user create them",
    )
    return secret
