"""The secrets of further sources: one for each source that needs one, created empty.

A later deployment keeps what the user has stored. While a secret is empty, ECS starts no task that
reads it, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.settings import Settings
    from playlake_infra.sources import FurtherSource


def source_secret(
    scope: Construct, settings: Settings, source: FurtherSource
) -> secretsmanager.ISecret | None:
    """Create the secret of a source, within its construct; None if it needs none."""
    if source.secret is None:
        return None
    empty = secretsmanager.CfnSecret(
        scope,
        "Secret",
        name=settings.names.source_secret(source.name),
        description=f"What {source.title} is read with",
    )
    suppress(empty, "SMG4", f"{source.title} has no API for new credentials: its user creates them")
    return secretsmanager.Secret.from_secret_complete_arn(scope, "Filled", empty.ref)
