from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from synthesised import TOKENS_SECRET

from playlake_infra.presets import PRESETS, InvalidSettingsError, read_settings, settings_of

_MANUAL = Path(__file__).parents[2] / "docs" / "operations.md"
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("overrides", "advice"),
    [
        ({"name": "Playlake"}, "lower-case letters, digits and single hyphens"),
        ({"name": "play_lake"}, "lower-case letters"),
        ({"name": "play--lake"}, "single hyphens"),
        ({"name": "playlake-"}, "single hyphens"),
        ({"name": "1playlake"}, "begin with a letter"),
        ({"name": "p"}, "at least 2 characters"),
        ({"name": "a" * 21}, "at most 20 characters"),
        ({"name": "sthree-lake"}, "AWS reserves names"),
        ({"name": "default"}, "AWS has resources of its own with this name"),
        ({"name": "primary"}, "AWS has resources of its own with this name"),
        ({"schedule": "rate(0 hours)"}, "correct schedule = 'rate(0 hours)': a rate of 0 hours"),
        ({"schedule": "rate(1 hours)"}, "write rate(1 hour)"),
        ({"schedule": "cron(0 6 * * ? *)"}, "set hours_between_runs"),
        ({"schedule": "rate(32 days)"}, "may be 31 days apart at most: run more often"),
        ({"compaction": "daily"}, "write it like rate(12 hours) or cron(0 6 * * ? *), or off"),
        ({"compaction": "rate(1 hours)"}, "write rate(1 hour), or off"),
        ({"iceberg": "hourly"}, "correct iceberg = 'hourly': write it like rate("),
        ({"schedule_time_zone": "europe/berlin"}, "correct schedule_time_zone = 'europe/berlin': "),
        ({"schedule_time_zone": "Europe/Berlln"}, "no such time zone: did you mean Europe/Berlin?"),
        ({"log_level": 3}, "correct log_level = 3"),
        ({"requests_per_second": 0}, "correct requests_per_second = 0"),
        ({"hours_between_runs": 24}, "remove hours_between_runs"),
        ({"transformer_minimum": 2}, "transformer_minimum is greater than transformer_maximum"),
        ({"api": True}, "the API needs a transformer that always runs"),
        (
            {"api": True, "transformer_minimum": 1},
            "the API lets nobody in without a token: store tokens in a secret",
        ),
        ({"tokens_secret_arn": TOKENS_SECRET}, "tokens_secret_arn is for the API: set api = true"),
        (
            {"transformer": {"cpu": 256, "memory_mib": 4096}},
            "set memory_mib to one of 512, 1024, 2048",
        ),
        ({"transformer": {"cpu": 300, "memory_mib": 512}}, "correct transformer.cpu = 300"),
        (
            {"raw_infrequent_access_days": 90, "raw_expiry_days": 90},
            "raw_expiry_days must be greater than",
        ),
        ({"raw_expiry_days": 10**10}, "less than or equal to 36500"),
        ({"keep_days": 0}, "correct keep_days = 0: write a number of days"),
        ({"keep_days": "always"}, "correct keep_days = 'always': write a number of days from 1 to"),
        ({"keep_days": 8}, "8 days are too short for spotify: up to 8 days can pass until a"),
        ({"keep_days": 400, "retention": "off"}, "keep_days needs retention, which removes"),
        ({"keep_days": 90, "raw_expiry_days": 91}, "raw_expiry_days is 91, but raw objects go"),
        (
            {"sources": {"youtube": {"schedule": "rate(30 days)"}}},
            "28 days are too short for youtube: up to 30 days can pass",
        ),
        ({"retention": "daily"}, "write it like rate(12 hours) or cron(0 6 * * ? *), or off"),
        ({"quarantine_expiry_days": 0}, "correct quarantine_expiry_days = 0"),
        ({"log_retention_days": 10}, "correct log_retention_days = 10"),
        ({"network": "isolated"}, "correct network = 'isolated'"),
        ({"alarm_email": "nobody"}, "correct alarm_email = 'nobody'"),
        ({"alarm_email": "you@localhost"}, "correct alarm_email = 'you@localhost'"),
        ({"colour": "red"}, "there is no setting colour: remove it"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_sentence_that_says_what_to_correct(
    overrides: dict[str, Any], advice: str
) -> None:
    with pytest.raises(InvalidSettingsError) as refusal:
        settings_of("thrifty", overrides)
    assert advice in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_preset_is_refused_with_the_names_of_the_presets() -> None:
    with pytest.raises(InvalidSettingsError, match="thrifty, standard, large"):
        read_settings("cheap")


def test_a_file_overrides_the_settings_that_it_names(tmp_path: Path) -> None:
    overrides = tmp_path / "lake.toml"
    overrides.write_text('schedule = "cron(0 6 * * ? *)"\nhours_between_runs = 24\n')
    settings = read_settings("standard", overrides)
    assert settings.interval == timedelta(hours=24)
    assert settings.transformer == PRESETS["standard"].transformer


@pytest.mark.parametrize("content", [b"schedule = ", b"\xff"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    overrides = tmp_path / "lake.toml"
    overrides.write_bytes(content)
    with pytest.raises(InvalidSettingsError, match="cannot read the settings in"):
        read_settings("thrifty", overrides)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettingsError, match="cannot read the settings in"):
        read_settings("thrifty", tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("setting", "advice"),
    [
        ("spotify_authorised_on = 2026-11-29", "it is in the future, write the day of the login"),
        ("spotify_authorised_on = 2026-05-28", "has ended on 2026-11-28, run `playlake login --to"),
        ("spotify_authorised_on = 2026-06-19", "ends on 2026-12-19, too soon for a reminder"),
        ('compaction = "cron(0 6 27 11 ? 2026)"', "correct compaction = 'cron(0 6 27 11 ? 2026)'"),
        ('iceberg = "cron(0 6 27 11 ? 2026)"', "correct iceberg = 'cron(0 6 27 11 ? 2026)'"),
        ('schedule = "cron(0 6 27 11 ? 2026)"\nhours_between_runs = 24', "dates are in the past"),
        ('schedule = "cron(0 6 * * ? 2020-2025)"\nhours_between_runs = 24', "are in the past"),
    ],
)
def test_a_setting_that_is_over_or_comes_too_early_is_refused_on_the_day(
    tmp_path: Path, setting: str, advice: str
) -> None:
    overrides = tmp_path / "lake.toml"
    overrides.write_text(setting)
    with pytest.raises(InvalidSettingsError) as refusal:
        read_settings("thrifty", overrides, date(2026, 11, 28))
    assert advice in str(refusal.value)


@pytest.mark.parametrize(
    "setting",
    [
        "spotify_authorised_on = 2026-11-28",
        "spotify_authorised_on = 2026-06-20",
        'schedule = "cron(0 6 28 11 ? 2026)"\nhours_between_runs = 24',
        'schedule = "cron(0 6 29 2 ? *)"\nhours_between_runs = 24',
    ],
)
def test_a_setting_with_a_date_to_come_is_valid(tmp_path: Path, setting: str) -> None:
    overrides = tmp_path / "lake.toml"
    overrides.write_text(setting)
    read_settings("thrifty", overrides, date(2026, 11, 28))


def test_the_settings_that_the_manual_shows_are_valid(tmp_path: Path) -> None:
    blocks = _TOML.findall(_MANUAL.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        overrides = tmp_path / "lake.toml"
        overrides.write_text(block, encoding="utf-8")
        read_settings("thrifty", overrides, date(2026, 11, 28))
