"""The secrets of further sources and accounts: one for each that needs one, created empty.

A later deployment keeps what the user has stored. While a secret is empty, ECS starts no task that
reads it, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.readers import Reader


def reader_secret(scope: Construct, reader: Reader) -> secretsmanager.ISecret | None:
    """Create the secret of a reader, within its construct; None if it needs none."""
    if reader.secret_name is None:
        return None
    empty = secretsmanager.CfnSecret(
        scope,
        "Secret",
        name=reader.secret_name,
        description=f"What {reader.title} is read with",
    )
    suppress(empty, "SMG4", f"{reader.title} has no API for new credentials: its user creates them")
    return secretsmanager.Secret.from_secret_complete_arn(scope, "Filled", empty.ref)
