"""What the secret must hold before services are started from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playlake_infra.checks.preflight_checks import Found, Services, verdicts
from playlake_infra.data.spotify_secret import PLACEHOLDER

# Synthetic values of the forms that Spotify and Secrets Manager give.
SECRET = {"client_id": "c" * 32, "client_secret": "0123456789abcdef" * 2, "refresh_token": "AQ"}
GENERATED = "aB3" + "x" * 29


def of_secret(content: str) -> list[str]:
    return verdicts(Found({}, Services("playlake/spotify", content, ())))


def test_an_empty_refresh_token_is_allowed() -> None:
    assert of_secret(json.dumps(SECRET | {"refresh_token": ""})) == []


def test_a_secret_without_a_client_id_lacks_it() -> None:
    [problem] = of_secret(json.dumps({k: v for k, v in SECRET.items() if k != "client_id"}))
    assert problem.startswith("the secret playlake/spotify lacks client_id: ")


@pytest.mark.parametrize("key", ["client_secret", "refresh_token"])
def test_either_a_client_secret_or_a_refresh_token_suffices(key: str) -> None:
    assert of_secret(json.dumps({k: v for k, v in SECRET.items() if k != key})) == []


def test_a_secret_without_a_client_secret_and_a_refresh_token_lacks_both() -> None:
    [problem] = of_secret(json.dumps({"client_id": SECRET["client_id"]}))
    assert "lacks client_secret, refresh_token: " in problem


@pytest.mark.parametrize("value", ["", None, 1])
def test_a_client_id_that_is_empty_or_no_text_is_lacking(value: Any) -> None:  # noqa: ANN401  any JSON
    [problem] = of_secret(json.dumps(SECRET | {"client_id": value}))
    assert "lacks client_id:" in problem


@pytest.mark.parametrize("content", ["", "synthetic", "[]", '"client_id"'])
def test_a_secret_that_is_no_json_object_lacks_every_key(content: str) -> None:
    [problem] = of_secret(content)
    assert "lacks client_id, client_secret, refresh_token: store them there by" in problem


def test_the_secret_as_the_template_makes_it_holds_placeholders() -> None:
    made = {"client_id": PLACEHOLDER, "client_secret": GENERATED, "refresh_token": PLACEHOLDER}
    [problem] = of_secret(json.dumps(made))
    assert "the placeholder of client_id, client_secret, refresh_token:" in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("client_id", PLACEHOLDER),
        ("client_secret", PLACEHOLDER),
        ("client_secret", GENERATED),
        ("refresh_token", PLACEHOLDER),
    ],
)
def test_a_placeholder_that_was_left_is_named(key: str, value: str) -> None:
    [problem] = of_secret(json.dumps(SECRET | {key: value}))
    assert f"still has the placeholder of {key}:" in problem


def test_no_value_of_the_secret_is_told() -> None:
    wrong = SECRET | {"client_id": "", "refresh_token": PLACEHOLDER}
    told = " ".join(of_secret(json.dumps(wrong)))
    assert told
    assert SECRET["client_secret"] not in told
