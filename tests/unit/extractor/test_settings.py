from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from playlake_extractor.errors import ConfigurationError
from playlake_extractor.settings import Settings, load_settings

ID = "0123456789abcdefABCDEF"
REQUIRED = {
    "PLAYLAKE_RAW_BUCKET": "playlake-raw",
    "PLAYLAKE_PLAYLISTS": ID,
    "PLAYLAKE_SPOTIFY_CLIENT_ID": "synthetic-id",
    "PLAYLAKE_SPOTIFY_CLIENT_SECRET": "synthetic-secret",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("PLAYLAKE_"):
            monkeypatch.delenv(name)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


def refusal() -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    message = str(caught.value)
    assert "\n" not in message
    assert "synthetic-secret" not in message
    return message


def test_the_required_settings_suffice() -> None:
    settings = load_settings()

    assert settings.playlists == (ID,)
    assert settings.scheduled_at.tzinfo is not None
    assert settings.scheduled_at.microsecond == 0
    assert str(settings.spotify_api_url) == "https://api.spotify.com/v1/"
    assert str(settings.spotify_token_url) == "https://accounts.spotify.com/api/token"
    assert settings.spotify_refresh_token is None


def test_playlists_may_be_written_as_a_list_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    written = f"https://open.spotify.com/playlist/{ID}?si=1,\n spotify:playlist:{ID[::-1]}"
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", written)

    assert load_settings().playlists == (ID, ID[::-1])


def test_a_scheduled_time_is_read_as_the_scheduler_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_SCHEDULED_AT", "2026-11-21T06:00:00Z")

    assert load_settings().scheduled_at == datetime(2026, 11, 21, 6, tzinfo=UTC)


def test_a_run_of_a_given_clock_is_scheduled_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_CLOCK", "2026-11-16T07:00:00.5+01:00")

    assert load_settings().scheduled_at == datetime(2026, 11, 16, 6, tzinfo=UTC)

    monkeypatch.setenv("PLAYLAKE_SCHEDULED_AT", "2026-11-16T00:00:00Z")

    assert load_settings().scheduled_at == datetime(2026, 11, 16, tzinfo=UTC)


def test_secrets_are_stripped_of_the_line_end_of_their_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CLIENT_SECRET", "synthetic-secret\n")

    assert load_settings().spotify_client_secret == SecretStr("synthetic-secret")


def test_secrets_show_neither_in_the_settings_nor_in_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_REFRESH_TOKEN", "synthetic-refresh-token")
    assert "synthetic-refresh-token" not in repr(load_settings())

    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CLIENT_SECRET", "synthetic-secret \u2713")
    assert "PLAYLAKE_SPOTIFY_CLIENT_SECRET" in refusal()


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_REFRESH_TOKEN", "")
    assert load_settings().spotify_refresh_token is None

    monkeypatch.setenv("PLAYLAKE_RAW_BUCKET", "")
    assert "set either PLAYLAKE_RAW_BUCKET or PLAYLAKE_LAKE" in refusal()


def test_all_that_is_missing_or_wrong_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYLAKE_RAW_BUCKET")
    monkeypatch.setenv("PLAYLAKE_REQUESTS_PER_SECOND", "0")

    message = refusal()

    assert "set either PLAYLAKE_RAW_BUCKET or PLAYLAKE_LAKE" in message
    assert "correct PLAYLAKE_REQUESTS_PER_SECOND" in message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLAYLAKE_RAW_BUCKET", "s3://playlake-raw"),
        ("PLAYLAKE_PLAYLISTS", "Mornings"),
        ("PLAYLAKE_SCHEDULED_AT", "tomorrow"),
        ("PLAYLAKE_SCHEDULED_AT", "2026-11-21T06:00:00"),
        ("PLAYLAKE_SCHEDULED_AT", "0999-11-21T06:00:00Z"),
        ("PLAYLAKE_CLOCK", "now"),
        ("PLAYLAKE_CLOCK", "2026-11-21T06:00:00"),
        ("PLAYLAKE_CLOCK", "1999-12-31T23:59:59Z"),
        ("PLAYLAKE_CLOCK", "2200-01-01T00:00:00Z"),
        ("PLAYLAKE_SPOTIFY_CLIENT_ID", "two\twords"),
        ("PLAYLAKE_SPOTIFY_API_URL", "ftp://api.spotify.com"),
        ("PLAYLAKE_SOURCE_TIMEOUT_SECONDS", "nan"),
        ("PLAYLAKE_REQUESTS_PER_SECOND", "fast"),
        ("PLAYLAKE_PART_MAX_BYTES", "0"),
        ("PLAYLAKE_LEAST_READ_PERCENT", "101"),
        ("PLAYLAKE_LOG_LEVEL", "loud"),
        ("PLAYLAKE_METRICS_NAMESPACE", "two words"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    assert refusal().startswith(f"correct {variable}: ")


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("PLAYLAKE_PLAYLIST", "PLAYLAKE_PLAYLISTS"),
        ("PLAYLAKE_SPOTIFY_REFRESHTOKEN", "PLAYLAKE_SPOTIFY_REFRESH_TOKEN"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_known_name(
    monkeypatch: pytest.MonkeyPatch, misspelt: str, nearest: str
) -> None:
    monkeypatch.setenv(misspelt, "x")

    assert refusal() == f"{misspelt} is not a setting of the extractor: did you mean {nearest}?"


def test_an_unknown_setting_like_no_other_is_to_be_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_ZZZ", "x")

    assert refusal() == "PLAYLAKE_ZZZ is not a setting of the extractor: remove it"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_lake_in_a_folder_takes_the_place_of_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_LAKE", "/lakes/mine")
    assert "set either PLAYLAKE_RAW_BUCKET or PLAYLAKE_LAKE" in refusal()
    monkeypatch.delenv("PLAYLAKE_RAW_BUCKET")
    assert str(load_settings().lake) == "/lakes/mine"
