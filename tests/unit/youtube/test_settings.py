"""The settings of YouTube: what is refused, what is hidden, and what the stand-in takes over."""

from __future__ import annotations

import os

import pytest
from pydantic import SecretStr

from playlake_extractor.errors import ConfigurationError
from playlake_extractor.settings import Settings, load_settings

ID = "PLsynthetic00000000000000000000001"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PLAYLAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PLAYLAKE_RAW_BUCKET", "playlake-raw")
    monkeypatch.setenv("PLAYLAKE_SOURCE", "youtube")
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", f"https://www.youtube.com/playlist?list={ID}")


def test_the_playlists_are_those_of_the_source() -> None:
    assert load_settings().playlists == (ID,)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLAYLAKE_YOUTUBE_API_KEY", "two words"),
        ("PLAYLAKE_YOUTUBE_API_KEY", "key\u2713"),
        ("PLAYLAKE_YOUTUBE_CHANNEL", "@handle"),
        ("PLAYLAKE_YOUTUBE_API_URL", "ftp://www.googleapis.com"),
        ("PLAYLAKE_PLAYLISTS", "https://open.spotify.com/playlist/0123456789abcdefABCDEF"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert str(refused.value).startswith(f"correct {variable}: ")


def test_the_key_shows_neither_in_the_settings_nor_in_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", "synthetic-key\n")
    settings = load_settings()
    assert settings.youtube_api_key == SecretStr("synthetic-key")
    assert "synthetic-key" not in repr(settings)
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", "synthetic key")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert "synthetic key" not in str(refused.value)


def test_the_stand_in_is_read_while_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_SANDBOX_URL", "http://127.0.0.1:8888/")
    settings = load_settings()
    assert str(settings.youtube_api_url) == "http://127.0.0.1:8888/youtube/v3/"
    assert settings.youtube_api_key == SecretStr("sandbox-api-key")
    assert settings.requests_per_second > 1
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", "synthetic-key")
    assert load_settings().youtube_api_url == Settings.model_fields["youtube_api_url"].default


def test_the_stand_in_of_another_source_has_no_key_of_youtube(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_SANDBOX_URL", "http://127.0.0.1:8888/")
    monkeypatch.setenv("PLAYLAKE_SOURCE", "spotify")
    monkeypatch.setenv("PLAYLAKE_PLAYLISTS", "0123456789abcdefABCDEF")
    assert load_settings().youtube_api_key is None
