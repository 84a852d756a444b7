"""The service lets nobody in by mistake."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from playlake_transformer.access import access_of
from playlake_transformer.deployment import deployment_of
from playlake_transformer.errors import ConfigurationError
from playlake_transformer.settings import Settings
from playlake_web.access.tokens import Scope

SECRET = "s" * 32


def settings(**given: Any) -> Settings:  # noqa: ANN401 - of settings
    return Settings(
        **{
            "raw_bucket": "playlake-raw-123456789012-eu-central-1",
            "curated_bucket": "playlake-curated-123456789012-eu-central-1",
            "queue_url": "http://127.0.0.1/queue",
            "dead_letter_queue_url": "http://127.0.0.1/dlq",
            "glue_database": "playlake",
            "crawler_name": "playlake-curated",
            **given,
        }
    )


def test_only_this_machine_is_listened_to_by_default() -> None:
    assert settings().http_host == "127.0.0.1"


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.7", "lake.example.org"])  # noqa: S104
def test_an_address_that_others_reach_needs_a_token(address: str) -> None:
    with pytest.raises(
        ConfigurationError, match=f"other machines reach {address}, .* PLAYLAKE_TOKENS"
    ):
        access_of(settings(), address)
    found = access_of(settings(tokens=f"read:{SECRET}"), address)
    assert found.tokens is not None
    assert found.made is None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_who_reaches_this_machine_is_let_in(address: str) -> None:
    assert access_of(settings(), address).tokens is None


def test_a_token_is_made_if_that_is_wanted_and_none_is_given() -> None:
    found = access_of(settings(make_token=True), "0.0.0.0")  # noqa: S104
    assert found.made is not None
    assert found.made.scope is Scope.OPERATE
    assert found.tokens is not None
    assert found.tokens.find(found.made.secret) is found.made
    assert access_of(settings(make_token=True, tokens=f"read:{SECRET}"), "::").made is None


def test_secrets_are_in_no_text_of_the_settings() -> None:
    assert SECRET not in repr(settings(tokens=f"read:{SECRET}"))


def test_names_and_https_follow_from_the_addresses() -> None:
    given = settings(http_addresses="https://lake.example.org, https://10.0.0.7:8443/")
    assert given.hosts == ("lake.example.org", "10.0.0.7")
    assert given.link_base == "https://lake.example.org"
    assert given.is_secure
    assert not settings(http_addresses="https://a.example,http://b.example").is_secure
    assert not settings().is_secure
    assert access_of(given, "127.0.0.1").hosts[-2:] == given.hosts


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("raw_bucket", "mine", r"correct PLAYLAKE_RAW_BUCKET: mine is not the address of"),
        ("curated_bucket", "mine", r"PLAYLAKE_CURATED_BUCKET: .* has playlake-curated-1234567890"),
        ("glue_database", "mine", r"PLAYLAKE_GLUE_DATABASE: .* has playlake$"),
        ("crawler_name", "mine", r"PLAYLAKE_CRAWLER_NAME: .* has playlake-curated$"),
    ],
)
def test_the_names_have_to_be_those_of_one_deployment(name: str, value: str, sentence: str) -> None:
    assert deployment_of(settings()).region == "eu-central-1"
    with pytest.raises(ConfigurationError, match=sentence):
        deployment_of(settings(**{name: value}))


def test_a_socket_without_a_name_is_not_loopback() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listening:  # noqa: S104
        address = listening.getsockname()[0]
    with pytest.raises(ConfigurationError):
        access_of(settings(), address)
