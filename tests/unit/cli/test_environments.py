from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from platformdirs import user_data_path

from playlake.local_aws import (
    LocalAws,
    extractor_environment,
    transformer_environment,
)
from playlake.local_aws.ministack import environment
from playlake.project import Project
from playlake.services.processes import service_environment
from playlake.sources.spotify import SpotifyAccess
from playlake_contracts.settings import unknown_settings
from playlake_extractor.settings import Settings as ExtractorSettings
from playlake_transformer.settings import Settings as TransformerSettings

AWS = LocalAws(4566)
INHERITED = {
    "PATH": "/bin",
    "NO_PROXY": "corp.example",
    "PLAYLAKE_LOCAL_PORT": "4600",
    "PLAYLAKE_HOME": "/elsewhere",
    "AWS_PROFILE": "work",
    "AWS_ENDPOINT_URL_S3": "https://s3.example",
    "AWS_SESSION_TOKEN": "token",
}
SYNTHETIC_SPOTIFY = SpotifyAccess(
    client_id="id",
    client_secret="a-secret",  # noqa: S106 - synthetic
    refresh_token="a-token",  # noqa: S106 - synthetic
    api_url="http://127.0.0.1:8888/v1/",
    token_url="http://127.0.0.1:8888/api/token",  # noqa: S106 - an address
)


@pytest.fixture
def extractor() -> dict[str, str]:
    return extractor_environment(
        INHERITED,
        AWS,
        SYNTHETIC_SPOTIFY.settings,
        playlists=["37i9dQZF1DXcBWIGoYBM5M", "37i9dQZF1DX0XUsuxWHRQd"],
        scheduled_at=datetime(2026, 11, 21, 6, tzinfo=UTC),
        requests_per_second=50,
    )


@pytest.fixture
def transformer() -> dict[str, str]:
    return transformer_environment(
        INHERITED, AWS, http_port=8080, crawler_quiet=timedelta(seconds=1.5)
    )


def test_the_extractor_knows_every_setting_it_is_given(extractor: dict[str, str]) -> None:
    assert unknown_settings(extractor, ExtractorSettings.model_fields) == []


def test_the_transformer_knows_every_setting_it_is_given(transformer: dict[str, str]) -> None:
    assert unknown_settings(transformer, TransformerSettings.model_fields) == []


def test_the_extractor_reads_what_was_meant(
    extractor: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in extractor.items():
        monkeypatch.setenv(name, text)
    settings = ExtractorSettings()
    assert settings.raw_bucket == "playlake-raw-000000000000-us-east-1"
    assert isinstance(settings.playlists, tuple)
    assert len(settings.playlists) == 2
    assert settings.scheduled_at == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert settings.requests_per_second == 50


def test_the_transformer_reads_what_was_meant(
    transformer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in transformer.items():
        monkeypatch.setenv(name, text)
    settings = TransformerSettings()
    assert settings.queue_url == "http://127.0.0.1:4566/000000000000/playlake-raw-events"
    assert settings.crawler_quiet_seconds == 1.5
    assert settings.http_host == "127.0.0.1"


def test_nothing_of_the_users_own_aws_account_is_inherited(transformer: dict[str, str]) -> None:
    aws = {name: text for name, text in transformer.items() if name.startswith("AWS_")}
    assert aws == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_rest_is_inherited_and_this_machine_needs_no_proxy() -> None:
    assert service_environment(INHERITED, {"PLAYLAKE_SANDBOX_PORT": "8888"}) == {
        "PATH": "/bin",
        "NO_PROXY": "corp.example,127.0.0.1,localhost",
        "no_proxy": "corp.example,127.0.0.1,localhost",
        "PLAYLAKE_SANDBOX_PORT": "8888",
    }


def test_secrets_are_not_shown() -> None:
    assert "a-secret" not in repr(SYNTHETIC_SPOTIFY)
    assert "a-token" not in repr(SYNTHETIC_SPOTIFY)


def test_ministack_keeps_to_this_machine_and_to_its_folder() -> None:
    own = environment(Path("/home/aws"), 4566)
    assert own["BIND_HOST"] == "127.0.0.1"
    assert own["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert (own["IOT_MTLS_ENABLED"], own["SFTP_ENABLED"]) == ("0", "0")
    folders = ("S3_DATA_DIR", "STATE_DIR", "HOME", "TMPDIR")
    assert all(own[name].startswith("/home/aws") for name in folders)


def test_the_home_is_the_users_data_folder_unless_the_environment_says_otherwise() -> None:
    project = Project.find({})
    assert project.home == user_data_path("playlake", appauthor=False)
    elsewhere = Project.find({"PLAYLAKE_HOME": "/elsewhere"})
    assert elsewhere.home == Path("/elsewhere")
    assert elsewhere.environments == Path("/elsewhere/environments")
