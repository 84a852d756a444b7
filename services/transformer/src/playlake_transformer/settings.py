"""The service's settings, read once from the environment.

AWS's own variables give region, credentials and endpoint (`AWS_REGION`, `AWS_ENDPOINT_URL`).
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_contracts import deployed_settings as deployed
from playlake_contracts.environment import PREFIX
from playlake_contracts.selection import Selection
from playlake_contracts.settings import InvalidSettingsError, SettingsT, read_settings
from playlake_transformer.errors import ConfigurationError
from playlake_transformer.ports import TRANSFORM_DEADLINE_SECONDS
from playlake_web.access.tokens import Tokens

MaxRawBytes = Annotated[
    int,
    Field(
        ge=0,
        description="Most bytes of raw objects held in memory at a time, and of one object; "
        "0: a sixteenth of the memory, at most 64 MiB.",
    ),
]

TransformDeadlineSeconds = Annotated[
    float,
    Field(
        gt=0,
        le=43_200,
        description="Longest time that transforming a part may take. After it the process is "
        "killed, and the part is transformed again later.",
    ),
]


def _selection(text: str | None) -> str | None:
    return text if text is None else str(Selection.parse(text))


def _tokens(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None:
        Tokens.parse(secret.get_secret_value())
    return secret


def _addresses(text: str) -> str:
    for address in _split(text):
        found = urlsplit(address)
        if found.scheme not in {"http", "https"} or not found.hostname:
            raise ValueError(f"{address[:80]} is no address: write https://NAME")
    return text


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


class Settings(BaseSettings):
    """Settings of the transformer; each is an environment variable with the prefix `PLAYLAKE_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    raw_bucket: str = Field(description="Bucket of the raw objects.")
    curated_bucket: str = Field(description="Bucket of the Parquet objects.")
    bucket_owner: deployed.BucketOwner = deployed.BUCKET_OWNER
    queue_url: str = Field(description="URL of the queue of S3 events.")
    dead_letter_queue_url: str = Field(description="URL of its dead-letter queue.")
    glue_database: str = Field(description="Glue database of the tables.")
    crawler_name: str = Field(description="Glue crawler to start after a burst of commits.")

    overwrites_queue_url: str | None = Field(
        None,
        description="URL of the queue of the service that overwrites files which are there; "
        "without it this service does that itself.",
    )
    stop_when_idle_seconds: float | None = Field(
        None,
        gt=0,
        le=86_400,
        description="Time without a message after which the service stops. Such a service does "
        "what its queue says, and neither reconciles nor crawls. Without it the service stays.",
    )

    http_host: str = Field(
        "127.0.0.1",
        description="Address that the page and the API listen on. One that other machines reach "
        "needs tokens.",
    )
    http_port: deployed.HttpPort = deployed.HTTP_PORT
    http_socket_fd: int | None = Field(
        None,
        ge=3,
        description="Descriptor of a listening socket that the service inherits, instead of an "
        "address and a port.",
    )
    http_addresses: Annotated[str, AfterValidator(_addresses)] = Field(
        "",
        description="Addresses under which the page and the API are asked for, such as "
        "https://lake.example.org, separated by commas; beside those of this machine, no other is "
        "answered. If all have https, cookies are sent by it alone.",
    )
    http_docs: bool = Field(
        default=True, description="Whether /docs is a page that describes the API."
    )
    tokens: Annotated[SecretStr | None, AfterValidator(_tokens)] = Field(
        None,
        description="Tokens that programs show and browsers sign in with, such as "
        "read:SECRET,operate:SECRET; up to two of each scope, so that one can be replaced.",
    )
    make_token: bool = Field(
        default=False,
        description="Whether a token is made at each start if none is set, and logged with a link "
        "that signs a browser in once.",
    )
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    metrics_namespace: deployed.MetricsNamespace = deployed.METRICS_NAMESPACE

    max_messages_in_flight: int = Field(
        4, ge=1, le=1000, description="Most messages processed at a time."
    )
    max_raw_bytes: MaxRawBytes = 0
    transform_processes: int = Field(
        1, ge=1, le=64, description="Number of processes that transform parts."
    )
    transform_deadline_seconds: TransformDeadlineSeconds = TRANSFORM_DEADLINE_SECONDS
    message_deadline_seconds: float = Field(
        900,
        gt=0,
        le=43_200,
        description="Longest time that processing a message may take. After it the message is "
        "given back to the queue.",
    )
    poll_wait_seconds: int = Field(
        deployed.POLL_WAIT_SECONDS,
        ge=0,
        le=20,
        description="Duration of a long poll of the queue; an idle service stops after it.",
    )
    visibility_timeout_seconds: deployed.VisibilityTimeoutSeconds = (
        deployed.VISIBILITY_TIMEOUT_SECONDS
    )
    drain_seconds: deployed.DrainSeconds = deployed.DRAIN_SECONDS
    crawler_quiet_seconds: float = Field(
        60, ge=1, le=86_400, description="Time after the last commit at which a crawl is due."
    )
    crawler_at_latest_seconds: float = Field(
        900,
        ge=0,
        le=86_400,
        description="Time after the first commit at which a crawl is due even if commits go on.",
    )
    crawl: deployed.Crawl = deployed.CRAWL
    crawler_daily_limit: deployed.CrawlsPerDay = deployed.CRAWLS_PER_DAY
    notices_topic: str | None = Field(
        None,
        pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$",
        description="ARN of a topic of SNS that is told what each run changed and what is wrong; "
        "without it nobody is.",
    )
    notices_quiet_seconds: float = Field(
        60,
        gt=0,
        le=3_600,
        description="Time after the last commit at which runs are told; fifteen times as long "
        "after the first one at the latest.",
    )
    reconcile_seconds: deployed.ReconcileSeconds = deployed.RECONCILE_SECONDS
    reconcile_days: deployed.ReconcileDays = deployed.RECONCILE_DAYS
    reconcile_grace_seconds: deployed.ReconcileGraceSeconds = deployed.RECONCILE_GRACE_SECONDS

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names in the addresses under which it is asked for."""
        found = (urlsplit(each).hostname for each in _split(self.http_addresses))
        return tuple(f"[{name}]" if ":" in name else name for name in found if name)

    @property
    def link_base(self) -> str | None:
        """The first of the addresses under which it is asked for; None without one."""
        return next((each.rstrip("/") for each in _split(self.http_addresses)), None)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by HTTPS alone."""
        addresses = _split(self.http_addresses)
        return bool(addresses) and all(each.startswith("https://") for each in addresses)

    @property
    def stop_when_idle(self) -> timedelta | None:
        """Time without a message after which the service stops; None: it stays."""
        seconds = self.stop_when_idle_seconds
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def poll_wait(self) -> timedelta:
        """Duration of a long poll of the queue."""
        return timedelta(seconds=self.poll_wait_seconds)

    @property
    def transform_deadline(self) -> timedelta:
        """Longest time that transforming a part may take."""
        return timedelta(seconds=self.transform_deadline_seconds)

    @property
    def message_deadline(self) -> timedelta:
        """Longest time that processing a message may take."""
        return timedelta(seconds=self.message_deadline_seconds)

    @property
    def visibility_timeout(self) -> timedelta:
        """Time a message stays hidden."""
        return timedelta(seconds=self.visibility_timeout_seconds)


class FolderSettings(BaseSettings):
    """The settings that apply to a lake in a folder, instead of those of the service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    lake: Path = Field(
        description="Folder of a lake. The transformer commits what is landed there, and ends."
    )
    replay: Annotated[str | None, AfterValidator(_selection)] = Field(
        None,
        description="Raw objects to transform whether or not they are committed: a key, the id of "
        "a run, a day, or `all`. Without it, what is neither committed nor rejected.",
    )
    overwrite: bool = Field(
        default=False, description="Whether files of raw objects that are replayed are overwritten."
    )
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    max_raw_bytes: MaxRawBytes = 0
    transform_processes: int = Field(
        0,
        ge=0,
        le=64,
        description="Number of processes that transform parts; 0: one for each core.",
    )
    transform_deadline_seconds: TransformDeadlineSeconds = TRANSFORM_DEADLINE_SECONDS

    @property
    def transform_deadline(self) -> timedelta:
        """Longest time that transforming a part may take."""
        return timedelta(seconds=self.transform_deadline_seconds)


def load_settings() -> Settings:
    """Read the settings of the service from the environment.

    Raises:
        ConfigurationError: a setting is wrong; the message names it and says what to do.
    """
    return _load(Settings, "transformer")


def load_folder_settings() -> FolderSettings | None:
    """Read the settings for a lake in a folder; None if `PLAYLAKE_LAKE` is not set.

    Raises:
        ConfigurationError: a setting is wrong; the message names it and says what to do.
    """
    if not os.environ.get(f"{PREFIX}LAKE"):
        return None
    return _load(FolderSettings, "transformer of a folder")


def _load(settings: type[SettingsT], service: str) -> SettingsT:
    try:
        return read_settings(settings, service)
    except InvalidSettingsError as error:
        raise ConfigurationError(str(error)) from None
