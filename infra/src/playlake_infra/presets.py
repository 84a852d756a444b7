"""The presets, and the reading of settings: a preset with the overrides of a TOML file.

thrifty   a few dollars a month: nothing runs while nothing is queued
standard  a transformer that always runs, a dashboard, a crawl every day
large     thousands of playlists every hour, a customer-managed key
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from playlake_infra.compute.fargate import Fargate
from playlake_infra.dated_settings import dated_problems
from playlake_infra.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

DEFAULT_PRESET = "thrifty"

PRESETS: Mapping[str, Settings] = MappingProxyType(
    {
        "thrifty": Settings(
            schedule="rate(1 day)",
            compaction="off",
            extractor=Fargate(cpu=256, memory_mib=512),
            transformer=Fargate(cpu=256, memory_mib=1024),
            transformer_minimum=0,
            transformer_maximum=1,
            transformer_spot=True,
            crawl="on_schema_change",
            log_retention_days=14,
            container_insights=False,
            dashboard=False,
        ),
        "standard": Settings(
            schedule="rate(6 hours)",
            compaction="cron(30 6 * * ? *)",
            extractor=Fargate(cpu=256, memory_mib=512),
            transformer=Fargate(cpu=512, memory_mib=1024),
            transformer_minimum=1,
            transformer_maximum=2,
            transformer_spot=True,
            crawl="every_run",
            raw_infrequent_access_days=90,
            log_retention_days=30,
            container_insights=False,
            dashboard=True,
        ),
        "large": Settings(
            schedule="rate(1 hour)",
            compaction="cron(30 6 * * ? *)",
            # The states of a million entries are in memory; measured with a hundred thousand.
            compactor=Fargate(cpu=512, memory_mib=2048),
            extractor=Fargate(cpu=512, memory_mib=1024),
            transformer=Fargate(cpu=2048, memory_mib=4096),
            transformer_minimum=1,
            transformer_maximum=6,
            transformer_spot=False,
            crawl="every_run",
            customer_key=True,
            raw_infrequent_access_days=30,
            log_retention_days=90,
            container_insights=False,
            dashboard=True,
        ),
    }
)


class InvalidSettingsError(ValueError):
    """The settings are invalid; the message is one sentence that says what to correct."""


def read_settings(
    preset: str, overrides: Path | None = None, today: date | None = None
) -> Settings:
    """Read the settings of a preset, with the overrides of a TOML file.

    Args:
        preset: the preset's name.
        overrides: the file, if any.
        today: the day on which the settings must be valid; by default the present one.

    Raises:
        InvalidSettingsError: no such preset, no such file, or a setting is wrong.
    """
    if preset not in PRESETS:
        raise InvalidSettingsError(f"there is no preset {preset!r}: choose {', '.join(PRESETS)}")
    settings = settings_of(preset, {} if overrides is None else _read(overrides))
    if problems := list(dated_problems(settings, today or datetime.now(UTC).date())):
        raise InvalidSettingsError("; ".join(problems))
    return settings


def settings_of(preset: str, overrides: Mapping[str, Any]) -> Settings:
    """Make the settings of a preset, some of them overridden.

    Raises:
        InvalidSettingsError: a setting is unknown or wrong.
    """
    try:
        return Settings.model_validate({**PRESETS[preset].model_dump(), **overrides})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InvalidSettingsError("; ".join(map(_sentence, details))) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettingsError(f"cannot read the settings in {path}: {error}") from error


def _sentence(detail: ErrorDetails) -> str:
    name = ".".join(map(str, detail["loc"]))
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        return f"there is no setting {name}: remove it"
    return f"correct {name} = {detail['input']!r}: {message}" if name else message
