import pytest
from pydantic import ValidationError

from playlake_sandbox import Settings, Tier
from playlake_sandbox.settings import read_settings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_SANDBOX_TIER", "older-dev")
    monkeypatch.setenv("PLAYLAKE_SANDBOX_PLAYLISTS", "1000")
    settings = read_settings()
    assert (settings.tier, settings.playlists) == (Tier.OLDER_DEV, 1_000)


def test_an_unknown_variable_with_our_prefix_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_SANDBOX_TEIR", "older-dev")
    with pytest.raises(ValueError, match=r"PLAYLAKE_SANDBOX_TEIR.*use one of.*_TIER"):
        read_settings()


@pytest.mark.parametrize(
    "wrong",
    [
        {"tier": "premium"},
        {"socket_fd": 2},
        {"largest": 10_001},
        {"plain_size": 10_001},
        {"plain_size": -1},
        {"daily_change_percent": 101},
        {"daily_change_percent": -1},
        {"token_lifetime_seconds": 0},
        {"client_secret": ""},
        {"clock": "2026-09-30T23:59:59Z"},
        {"clock": "2200-01-01T00:00:00Z"},
        {"clock": "2026-11-21T06:00:00"},
        {"day_seconds": -1},
        {"day_seconds": 86_401},
        {"day_seconds": "nan"},
        {"unknown": 1},
    ],
)
def test_invalid_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_secrets_are_not_shown() -> None:
    assert "sandbox-client-secret" not in repr(Settings())
    assert "sandbox-refresh-token" not in repr(Settings())
