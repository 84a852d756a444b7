"""Every wrong setting is refused with one sentence that names its variable."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from playlake_transformer.errors import ConfigurationError
from playlake_transformer.settings import Settings, load_folder_settings, load_settings

REQUIRED = {
    "PLAYLAKE_RAW_BUCKET": "synthetic-raw",
    "PLAYLAKE_CURATED_BUCKET": "synthetic-curated",
    "PLAYLAKE_QUEUE_URL": "http://127.0.0.1/synthetic-queue",
    "PLAYLAKE_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1/synthetic-dlq",
    "PLAYLAKE_GLUE_DATABASE": "synthetic",
    "PLAYLAKE_CRAWLER_NAME": "synthetic",
}

WRONG = {
    "PLAYLAKE_NOTICES_TOPIC": ["playlake-notices", "arn:aws:sqs:eu-central-1:123456789012:a"],
    "PLAYLAKE_NOTICES_QUIET_SECONDS": ["0", "3601", "soon"],
    "PLAYLAKE_BUCKET_OWNER": ["12345678901", "account"],
    "PLAYLAKE_STOP_WHEN_IDLE_SECONDS": ["0", "-1", "nan", "86401"],
    "PLAYLAKE_HTTP_PORT": ["-1", "65536", "eighty", "80.5"],
    "PLAYLAKE_HTTP_SOCKET_FD": ["2", "-1", "three"],
    "PLAYLAKE_HTTP_ADDRESSES": [
        "lake.example.org",
        "https://",
        "https://a.example,ftp://b.example",
    ],
    "PLAYLAKE_HTTP_DOCS": ["perhaps"],
    "PLAYLAKE_TOKENS": ["secret", "write:" + "s" * 32],
    "PLAYLAKE_MAKE_TOKEN": ["perhaps"],
    "PLAYLAKE_LOG_LEVEL": ["loud"],
    "PLAYLAKE_METRICS_NAMESPACE": ["two words"],
    "PLAYLAKE_MAX_MESSAGES_IN_FLIGHT": ["0", "1001", "many"],
    "PLAYLAKE_MAX_RAW_BYTES": ["-1", "64 MiB"],
    "PLAYLAKE_TRANSFORM_PROCESSES": ["0", "65"],
    "PLAYLAKE_TRANSFORM_DEADLINE_SECONDS": ["0", "-1", "nan", "43201"],
    "PLAYLAKE_MESSAGE_DEADLINE_SECONDS": ["0", "nan", "43201"],
    "PLAYLAKE_POLL_WAIT_SECONDS": ["-1", "21", "1.5"],
    "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": ["2", "43201"],
    "PLAYLAKE_DRAIN_SECONDS": ["0", "-1", "nan", "inf"],
    "PLAYLAKE_CRAWLER_QUIET_SECONDS": ["-1", "nan", "inf", "1e300"],
    "PLAYLAKE_CRAWLER_AT_LATEST_SECONDS": ["-1", "nan", "inf", "1e300"],
    "PLAYLAKE_CRAWL": ["sometimes"],
    "PLAYLAKE_CRAWLER_DAILY_LIMIT": ["0"],
    "PLAYLAKE_RECONCILE_SECONDS": ["0", "86401"],
    "PLAYLAKE_RECONCILE_DAYS": ["0", "3651"],
    "PLAYLAKE_RECONCILE_GRACE_SECONDS": ["-1", "86401"],
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The required settings and no others."""
    for name in list(os.environ):
        if name.upper().startswith("PLAYLAKE_"):
            monkeypatch.delenv(name)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    with pytest.raises(ConfigurationError) as raised:
        load_settings()
    assert raised.value.info.exit_status == 78
    return str(raised.value)


def description(variable: str) -> str:
    field = Settings.model_fields[variable.removeprefix("PLAYLAKE_").lower()]
    return (field.description or "").rstrip(".")


def test_the_required_settings_suffice() -> None:
    settings = load_settings()
    assert settings.raw_bucket == "synthetic-raw"
    assert settings.poll_wait == timedelta(seconds=5)
    assert settings.visibility_timeout == timedelta(minutes=2)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named(name: str, environment: pytest.MonkeyPatch) -> None:
    environment.delenv(name)
    assert refusal() == f"set {name} ({description(name)})"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_setting_set_to_nothing_is_missing(name: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(name, "")
    assert refusal() == f"set {name} ({description(name)})"


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_setting_is_named(name: str, value: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(name, value)
    message = refusal()
    assert message.startswith(f"correct {name}: ")
    assert "\n" not in message
    assert ";" not in message


def test_every_optional_setting_has_a_wrong_value_here() -> None:
    optional = {
        f"PLAYLAKE_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if not field.is_required()
    }
    assert optional - set(WRONG) == {"PLAYLAKE_HTTP_HOST", "PLAYLAKE_OVERWRITES_QUEUE_URL"}


def test_one_message_names_all_wrong_settings(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("PLAYLAKE_RAW_BUCKET")
    environment.setenv("PLAYLAKE_HTTP_PORT", "0.5")
    first, second = refusal().split("; ")
    assert first.startswith("set PLAYLAKE_RAW_BUCKET ")
    assert second.startswith("correct PLAYLAKE_HTTP_PORT: ")


def test_an_unknown_setting_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PLAYLAKE_POL_WAIT_SECONDS", "20")
    assert refusal() == (
        "PLAYLAKE_POL_WAIT_SECONDS is not a setting of the transformer: "
        "did you mean PLAYLAKE_POLL_WAIT_SECONDS?"
    )


def test_the_settings_of_the_sandbox_are_not_checked(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PLAYLAKE_SANDBOX_PORT", "1")
    assert load_settings().raw_bucket == "synthetic-raw"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_a_lake_in_a_folder_has_settings_of_its_own(environment: pytest.MonkeyPatch) -> None:
    assert load_folder_settings() is None
    environment.setenv("PLAYLAKE_LAKE", "/lakes/mine")
    with pytest.raises(ConfigurationError, match="PLAYLAKE_QUEUE_URL is not a setting"):
        load_folder_settings()
    for name in REQUIRED:
        environment.delenv(name)
    settings = load_folder_settings()
    assert settings is not None
    assert str(settings.lake) == "/lakes/mine"
    assert settings.transform_deadline == timedelta(minutes=2)
