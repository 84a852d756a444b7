"""The extractor's settings: `PLAYLAKE_` environment variables, read once.

Region, credentials and endpoint of AWS come from AWS's own variables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
)
from pydantic_settings import NoDecode

from playlake_contracts import deployed_settings as deployed
from playlake_contracts.limits import MAX_PART_BYTES, MAX_SNAPSHOT_BYTES, PART_BYTES, PART_SNAPSHOTS
from playlake_contracts.pseudonyms import LEAST_KEY_BYTES, Pseudonyms
from playlake_contracts.settings import InvalidSettingsError, read_settings
from playlake_contracts.sources.account_names import check_account
from playlake_contracts.sources.references import REFERENCES
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.run.playlist_selection import Selection, parse_selection
from playlake_extractor.sources.registry import DEFAULT_SOURCE, SOURCES, SourceSettings

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def parse_playlists(text: str, source: str = DEFAULT_SOURCE) -> Selection:
    """Parse the setting `playlists`.

    Raises:
        ValueError: it names no playlist, or something else.
    """
    return parse_selection(text, REFERENCES[source].parse_playlist)


def _selection(text: str, info: ValidationInfo) -> Selection:
    return parse_playlists(text, info.data.get("source", DEFAULT_SOURCE))


def _one_key(file: Path | None, info: ValidationInfo) -> Path | None:
    if file is not None and info.data.get("pseudonym_key") is not None:
        raise ValueError("PLAYLAKE_PSEUDONYM_KEY is set as well: leave one of them out")
    return file


def _account(name: str | None) -> str | None:
    return None if name is None else check_account(name)


def _one_place(lake: Path | None, info: ValidationInfo) -> Path | None:
    is_bucket_given = info.data.get("raw_bucket", "wrong") is not None
    if is_bucket_given == (lake is not None):
        raise ValueError("set either PLAYLAKE_RAW_BUCKET or PLAYLAKE_LAKE")
    return lake


def _scheduled_now(given: dict[str, Any]) -> datetime:
    now: datetime = given.get("clock") or datetime.now(UTC)
    return now.replace(microsecond=0)


class Settings(SourceSettings):
    """The settings of a run; a variable set to nothing counts as not set."""

    raw_bucket: str | None = Field(
        default=None,
        description="Bucket that raw objects are landed in.",
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    )
    bucket_owner: deployed.BucketOwner = deployed.BUCKET_OWNER
    lake: Annotated[Path | None, AfterValidator(_one_place)] = Field(
        default=None,
        validate_default=True,
        description="Folder of the lake that raw objects are landed in, instead of a bucket.",
    )
    source: str = Field(
        default=DEFAULT_SOURCE,
        description=f"Where the playlists come from: {' or '.join(SOURCES)}.",
        pattern=f"^({'|'.join(SOURCES)})$",
    )
    account: Annotated[str | None, AfterValidator(_account)] = Field(
        default=None,
        description="Name of the account that reads the source, if several read it into one lake. "
        "Each has its own credentials and state; the manifest of a run says whose it was.",
    )
    pseudonym_key: SecretStr | None = Field(
        default=None,
        min_length=LEAST_KEY_BYTES,
        description="Secret with which the ids of users are replaced by keyed digests before "
        "anything is landed, and their names left out. Every later run needs the same.",
    )
    pseudonym_key_file: Annotated[Path | None, AfterValidator(_one_key)] = Field(
        default=None, description="File that holds that secret, instead."
    )
    playlists: Annotated[Selection, NoDecode, BeforeValidator(_selection)] = Field(
        description="Playlists to snapshot: `mine`, which are all that the user owns or "
        "collaborates on; or ids, spotify:playlist: URIs or share links, separated by commas or "
        "white space, or a JSON list of them; or the path or s3:// address of a YAML file of them.",
    )
    clock: AwareDatetime | None = Field(
        default=None,
        ge=_EARLIEST,
        lt=_LATEST,
        description="Time that the clock of a run shows when the extractor starts, ISO 8601 with "
        "a time zone; it goes on at real speed. For demonstrations and tests. All times that a run "
        "writes and compares are of this clock, but not those of log lines and of calls to AWS. "
        "Default: the machine's clock.",
    )
    scheduled_at: AwareDatetime = Field(
        default_factory=_scheduled_now,
        ge=_EARLIEST,
        description="Time the run is scheduled for, ISO 8601 with a time zone; the same time is "
        "the same run. Default: now.",
    )
    refresh_after_days: deployed.RefreshAfterDays = deployed.REFRESH_AFTER_DAYS
    enrich: deployed.Enrich = deployed.ENRICH
    enrich_budget: int = Field(
        default=200,
        ge=1,
        description="Most requests that a run spends on such details; later runs go on.",
    )
    covers: deployed.Covers = deployed.COVERS
    part_max_bytes: int = Field(
        default=PART_BYTES,
        gt=0,
        le=MAX_PART_BYTES - MAX_SNAPSHOT_BYTES,
        description="Bytes of JSON at which a part is landed.",
    )
    part_max_snapshots: int = Field(
        default=PART_SNAPSHOTS, gt=0, description="Number of snapshots at which a part is landed."
    )
    part_max_age_seconds: float = Field(
        default=60,
        gt=0,
        le=86_400,
        description="Age of a part's first snapshot, in seconds, at which the part is landed.",
    )
    least_read_percent: deployed.LeastReadPercent = deployed.LEAST_READ_PERCENT
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    metrics_namespace: deployed.MetricsNamespace = deployed.METRICS_NAMESPACE


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: one sentence that names the variables and says what to do.
    """
    try:
        return read_settings(Settings, "extractor")
    except InvalidSettingsError as error:
        raise ConfigurationError(str(error)) from None


def check_liked_songs(settings: Settings) -> None:
    """Check that the Liked Songs of one account alone are read.

    Raises:
        ConfigurationError: they are to be read by an account that has a name.
    """
    if settings.liked_songs and settings.account is not None:
        raise ConfigurationError(
            "Liked Songs have no id, so those of several accounts would be one playlist: read them "
            f"without PLAYLAKE_ACCOUNT, which is {settings.account}"
        )


def pseudonyms_of(source: str, key: SecretStr | None, file: Path | None) -> Pseudonyms | None:
    """The pseudonyms of the users of a source; None if there is neither a key nor a file of it.

    Raises:
        ConfigurationError: the file cannot be read, or the key is too short.
    """
    try:
        if file is not None:
            return Pseudonyms(source, file.expanduser().read_bytes().strip())
        return None if key is None else Pseudonyms(source, key.get_secret_value().encode())
    except OSError as error:
        raise ConfigurationError(
            f"the key of pseudonyms cannot be read in {file}: {error.strerror}; correct "
            "PLAYLAKE_PSEUDONYM_KEY_FILE"
        ) from error
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
