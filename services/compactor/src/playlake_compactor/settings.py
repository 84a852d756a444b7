"""The compactor's settings, read once from the environment.

AWS's own variables give region, credentials and endpoint (`AWS_REGION`, `AWS_ENDPOINT_URL`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_compactor.errors import ConfigurationError
from playlake_contracts import deployed_settings as deployed
from playlake_contracts.environment import PREFIX
from playlake_contracts.retention import KeptDays
from playlake_contracts.settings import InvalidSettingsError, read_settings
from playlake_iceberg.available import KEPT_RUNS

LakeSettingsT = TypeVar("LakeSettingsT", bound="LakeSettings")


class LakeSettings(BaseSettings):
    """What all that the compactor's image does needs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    raw_bucket: str = Field(description="Bucket of the raw objects, which are only listed.")
    curated_bucket: str = Field(description="Bucket of the Parquet objects.")
    bucket_owner: deployed.BucketOwner = deployed.BUCKET_OWNER
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    metrics_namespace: deployed.MetricsNamespace = deployed.METRICS_NAMESPACE


class Settings(LakeSettings):
    """Settings of a compaction; each is an environment variable with the prefix `PLAYLAKE_`."""

    glue_database: str = Field(
        description="Glue database of the tables and of the views of the history."
    )
    compacted_database: str = Field(description="Glue database of the compacted tables.")
    margin_hours: float = Field(
        6,
        ge=0,
        le=8760,
        description="Hours for which a day has to be over, in UTC, until it is compacted.",
    )

    @property
    def margin(self) -> timedelta:
        """The time for which a day has to be over."""
        return timedelta(hours=self.margin_hours)


class IcebergSettings(LakeSettings):
    """Settings of a sync of Iceberg tables; their environment variables have the same prefix."""

    iceberg_database: str = Field(
        description="Glue database of the Iceberg tables, which is made if there is none."
    )
    keep_runs: int = Field(
        KEPT_RUNS, ge=1, le=100_000, description="Runs that have a snapshot to travel back to."
    )


def _check_kept(text: str) -> str:
    KeptDays.parse(text)
    return text


class RetentionSettings(LakeSettings):
    """Settings of a look for what has expired; their variables have the same prefix."""

    glue_database: str = Field(description="Glue database of the tables.")
    keep_days: Annotated[str, AfterValidator(_check_kept)] = Field(
        "",
        description="Days for which the snapshots of sources are kept, such as "
        "`spotify=400,youtube=28`, or `forever`. Default: 28 days for YouTube, others for ever.",
    )

    @property
    def kept(self) -> KeptDays:
        """How long each source is kept."""
        return KeptDays.parse(self.keep_days)


def load_settings(settings: type[LakeSettingsT]) -> LakeSettingsT:
    """Read settings from the environment.

    Args:
        settings: their class.

    Raises:
        ConfigurationError: one sentence that names the variables and says what to do.
    """
    try:
        return read_settings(settings, "compactor")
    except InvalidSettingsError as error:
        raise ConfigurationError(str(error)) from None
