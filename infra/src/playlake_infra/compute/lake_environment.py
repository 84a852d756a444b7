"""The environment of the tasks that work on both buckets of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from playlake_contracts.settings import environment_variables

if TYPE_CHECKING:
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings


def lake_environment(settings: Settings, data: Data, **more: str | float) -> dict[str, str]:
    """The variables that every such task has, and some of its own."""
    return environment_variables(
        raw_bucket=data.storage.raw.bucket_name,
        curated_bucket=data.storage.curated.bucket_name,
        bucket_owner=cdk.Aws.ACCOUNT_ID,
        metrics_namespace=settings.name,
        log_level=settings.log_level,
        **more,
    )
