"""The secret with the Spotify app's credentials; the user replaces its placeholders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings

CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "client_id", "client_secret", "refresh_token"
KEYS = (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
PLACEHOLDER = "replace-me"


def spotify_secret(scope: Construct, name: str, settings: Settings) -> secretsmanager.Secret:
    """Create the secret with the keys client_id, client_secret and refresh_token.

    A later deployment keeps the values that the user has stored.
    """
    secret = secretsmanager.Secret(
        scope,
        name,
        secret_name=settings.names.spotify_secret,
        description="Spotify app and user that playlists are read as",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({CLIENT_ID: PLACEHOLDER, REFRESH_TOKEN: PLACEHOLDER}),
            generate_string_key=CLIENT_SECRET,
            exclude_punctuation=True,
        ),
    )
    suppress(
        secret,
        "SMG4",
        "Spotify has no API for new credentials: its dashboard and its user create them",
    )
    return secret
