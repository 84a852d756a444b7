"""What the secret must hold, and what images must be, before the services start."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playlake_infra.checks.aws_state import ServiceInputs
from playlake_infra.checks.preflight_checks import service_problems
from playlake_infra.data.spotify_secret import PLACEHOLDER

# Synthetic values in the formats of Spotify and Secrets Manager.
SECRET = {"client_id": "c" * 32, "client_secret": "0123456789abcdef" * 2, "refresh_token": "AQ"}
GENERATED = "aB3" + "x" * 29


def problems_of(content: str) -> list[str]:
    return service_problems(ServiceInputs("playlake/spotify", content))


def test_an_empty_refresh_token_is_allowed() -> None:
    assert problems_of(json.dumps(SECRET | {"refresh_token": ""})) == []


def test_a_missing_client_id_is_reported() -> None:
    [problem] = problems_of(json.dumps({k: v for k, v in SECRET.items() if k != "client_id"}))
    assert problem.startswith("the secret playlake/spotify lacks client_id: ")


@pytest.mark.parametrize("key", ["client_secret", "refresh_token"])
def test_a_client_secret_or_a_refresh_token_is_enough(key: str) -> None:
    assert problems_of(json.dumps({k: v for k, v in SECRET.items() if k != key})) == []


def test_a_missing_client_secret_and_refresh_token_are_reported() -> None:
    [problem] = problems_of(json.dumps({"client_id": SECRET["client_id"]}))
    assert "lacks client_secret, refresh_token: " in problem


@pytest.mark.parametrize("value", ["", None, 1])
def test_a_client_id_that_is_empty_or_not_a_string_is_reported(value: Any) -> None:  # noqa: ANN401  any JSON
    [problem] = problems_of(json.dumps(SECRET | {"client_id": value}))
    assert "lacks client_id:" in problem


@pytest.mark.parametrize("content", ["", "synthetic", "[]", '"client_id"'])
def test_a_secret_that_is_not_a_json_object_lacks_every_key(content: str) -> None:
    [problem] = problems_of(content)
    assert "lacks client_id, client_secret, refresh_token: store them with" in problem


def test_the_secret_as_the_template_creates_it_holds_placeholders() -> None:
    made = {"client_id": PLACEHOLDER, "client_secret": GENERATED, "refresh_token": PLACEHOLDER}
    [problem] = problems_of(json.dumps(made))
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
def test_a_placeholder_that_was_not_replaced_is_named(key: str, value: str) -> None:
    [problem] = problems_of(json.dumps(SECRET | {key: value}))
    assert f"still has the placeholder of {key}:" in problem


def test_no_value_of_the_secret_is_printed() -> None:
    wrong = SECRET | {"client_id": "", "refresh_token": PLACEHOLDER}
    printed = " ".join(problems_of(json.dumps(wrong)))
    assert printed
    assert SECRET["client_secret"] not in printed


@pytest.mark.parametrize(
    ("architectures", "sentence"),
    [
        (None, "there is no image playlake/extractor:v1: push it first"),
        ({"amd64"}, "the image playlake/extractor:v1 is for amd64, and the tasks run on arm64:"),
        (set(), "the image playlake/extractor:v1 is for no platform, and the tasks run on arm64:"),
    ],
)
def test_an_image_that_fargate_could_not_start_is_reported(
    architectures: set[str] | None, sentence: str
) -> None:
    found = None if architectures is None else frozenset(architectures)
    images = {"playlake/extractor:v1": found, "playlake/transformer:v1": frozenset({"arm64"})}
    [problem] = service_problems(ServiceInputs("playlake/spotify", json.dumps(SECRET), images))
    assert problem.startswith(sentence)


def test_a_secret_that_may_not_be_read_is_no_missing_secret() -> None:
    assert service_problems(ServiceInputs("playlake/spotify", None, is_secret_read=False)) == []
