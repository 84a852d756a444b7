import pytest
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_contracts.settings import (
    InvalidSettingsError,
    environment_variables,
    read_settings,
    unknown_settings,
)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PLAYLAKE_")

    bucket: str = Field(description="where raw objects are landed.")
    retries: int = 3


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLAYLAKE_BUCKET", "PLAYLAKE_RETRIES"):
        monkeypatch.delenv(name, raising=False)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_BUCKET", "raw")
    assert read_settings(Settings, "extractor") == Settings(bucket="raw", retries=3)


def test_a_missing_setting_is_named_with_its_description() -> None:
    with pytest.raises(InvalidSettingsError) as refusal:
        read_settings(Settings, "extractor")
    assert str(refusal.value) == "set PLAYLAKE_BUCKET (where raw objects are landed)"


def test_a_misspelt_setting_is_refused_with_a_suggestion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_BUKCET", "raw")
    with pytest.raises(InvalidSettingsError) as refusal:
        read_settings(Settings, "extractor")
    assert str(refusal.value) == (
        "PLAYLAKE_BUKCET is not a setting of the extractor: did you mean PLAYLAKE_BUCKET?"
    )


def test_an_unknown_setting_without_a_similar_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_XYZZY", "1")
    with pytest.raises(InvalidSettingsError, match=r"PLAYLAKE_XYZZY .*: remove it"):
        read_settings(Settings, "extractor")


def test_the_message_about_a_wrong_value_names_the_setting_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYLAKE_BUCKET", "raw")
    monkeypatch.setenv("PLAYLAKE_RETRIES", "hunter2")
    with pytest.raises(InvalidSettingsError, match="correct PLAYLAKE_RETRIES: ") as refusal:
        read_settings(Settings, "extractor")
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_a_misspelt_setting_is_found() -> None:
    environment = ["PLAYLAKE_BUKCET", "playlake_Zone", "PLAYLAKE_BUCKET", "PATH"]
    assert unknown_settings(environment, {"bucket"}) == ["PLAYLAKE_BUKCET", "playlake_Zone"]


def test_a_setting_may_be_written_in_any_case() -> None:
    assert unknown_settings(["playlake_bucket", "Playlake_Bucket"], {"bucket"}) == []


def test_the_settings_of_the_sandbox_are_not_checked() -> None:
    assert unknown_settings(["PLAYLAKE_SANDBOX_TIER", "playlake_sandbox_tier"], ()) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (True, "true"),
        (False, "false"),
        (120, "120"),
        (7.0, "7"),
        (0.5, "0.5"),
        (1234.5678, "1234.5678"),
    ],
)
def test_a_setting_is_written_as_the_variable_that_is_read(value: str | float, text: str) -> None:
    assert environment_variables(log_level=value) == {"PLAYLAKE_LOG_LEVEL": text}


def test_written_settings_are_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in environment_variables(bucket="raw", retries=5).items():
        monkeypatch.setenv(name, text)
    assert read_settings(Settings, "extractor") == Settings(bucket="raw", retries=5)
