"""The deployment whose lake this service transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_aws.deployment import Deployment
from playlake_lake.errors import QuestionError
from playlake_transformer.errors import ConfigurationError

if TYPE_CHECKING:
    from playlake_transformer.settings import Settings


def deployment_of(settings: Settings) -> Deployment:
    """The deployment of which the settings name the parts.

    Raises:
        ConfigurationError: the names are not those of one deployment.
    """
    try:
        found = Deployment.parse(settings.raw_bucket)
    except QuestionError as error:
        raise ConfigurationError(f"correct PLAYLAKE_RAW_BUCKET: {error}") from error
    for variable, name, expected in (
        ("CURATED_BUCKET", settings.curated_bucket, found.curated_bucket),
        ("GLUE_DATABASE", settings.glue_database, found.names.glue_database),
        ("CRAWLER_NAME", settings.crawler_name, found.names.crawler),
    ):
        if name != expected:
            raise ConfigurationError(
                f"correct PLAYLAKE_{variable}: the deployment of {settings.raw_bucket} has "
                f"{expected}"
            )
    return found
