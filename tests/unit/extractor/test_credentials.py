"""Credentials: where they are stored, what is shown of them, and what is never shown."""

from __future__ import annotations

import json
import stat
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from playlake_extractor.errors import ConfigurationError, RotationLostError
from playlake_extractor.settings import Settings
from playlake_extractor.sources.spotify.credential_lookup import find_credentials
from playlake_extractor.sources.spotify.credential_stores import FileStore, SecretStore, open_store
from playlake_extractor.sources.spotify.credentials import (
    StoredCredentials,
    days_left_to_warn_of,
    encode_credentials,
    parse_credentials,
    rotated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 11, 21)
STORED = StoredCredentials(
    client_id="synthetic-id",
    client_secret="synthetic-secret",  # noqa: S106 - synthetic
    refresh_token="synthetic-refresh",  # noqa: S106 - synthetic
    authorised_on=date(2026, 8, 31),
)
SECRETS = ("synthetic-secret", "synthetic-refresh")


def settings(**given: object) -> Settings:
    return Settings.model_validate({"raw_bucket": "playlake-raw", "playlists": "mine", **given})


def test_what_is_stored_is_read_as_it_was_written() -> None:
    assert parse_credentials(encode_credentials(STORED)) == STORED


def test_spaces_are_dropped_and_an_empty_text_counts_as_absent() -> None:
    text = json.dumps({"client_id": " a\n", "client_secret": "b ", "refresh_token": ""})
    parsed = parse_credentials(text.encode())
    assert parsed == StoredCredentials(client_id="a", client_secret="b")  # noqa: S106 - synthetic


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"synthetic-secret",
        b"[]",
        b'{"client_secret": "synthetic-secret"}',
        b'{"client_id": ""}',
    ],
)
def test_other_contents_are_refused_without_showing_them(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_credentials(text)
    assert "synthetic" not in str(caught.value)


def test_credentials_show_no_secret() -> None:
    shown = f"{STORED!r} {STORED}"
    assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize(
    ("authorised_on", "ends_on"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_a_refresh_token_ends_six_months_after_the_consent(
    authorised_on: date, ends_on: date
) -> None:
    assert (
        StoredCredentials(
            client_id="a",
            refresh_token="b",  # noqa: S106 - synthetic
            authorised_on=authorised_on,
        ).ends_on
        == ends_on
    )


@pytest.mark.parametrize(("days", "shown"), [(31, None), (30, 30), (1, 1), (0, 0), (-9, 0)])
def test_the_end_of_a_consent_is_announced_from_thirty_days_before(
    days: int, shown: int | None
) -> None:
    assert STORED.ends_on is not None
    assert days_left_to_warn_of(STORED, STORED.ends_on - timedelta(days=days)) == shown


def test_without_a_user_nothing_ends() -> None:
    app = StoredCredentials(client_id="a", client_secret="b", authorised_on=TODAY)  # noqa: S106
    assert app.ends_on is None
    assert days_left_to_warn_of(app, TODAY) is None


def test_a_file_is_readable_by_its_owner_alone_and_replaced_at_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "spotify.json"
    store = FileStore(file)
    store.save(STORED)
    store.save(rotated(STORED, "another"))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert store.load() == rotated(STORED, "another")
    assert list(file.parent.iterdir()) == [file]


def test_a_rotated_token_keeps_the_day_of_consent() -> None:
    assert rotated(STORED, "another").ends_on == STORED.ends_on


@pytest.mark.parametrize("content", [None, b"", b'{"client_id": 1}'])
def test_a_file_without_credentials_is_one_sentence_that_names_login(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "spotify.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"spotify\.json.*`playlake login`"):
        open_store(str(file)).load()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot store the Spotify credentials in"):
        FileStore(tmp_path / "file" / "spotify.json").save(STORED)


class StubbedSecret:
    """A secret of a Secrets Manager that answers by script."""

    def __init__(self) -> None:
        client = boto3.client("secretsmanager", region_name="eu-central-1")
        self.stub = Stubber(client)
        self.store = SecretStore(client, "playlake/spotify")

    def holds(self, text: str) -> None:
        asked = {"SecretId": "playlake/spotify"}
        self.stub.add_response("get_secret_value", {"SecretString": text}, asked)

    def takes(self, stored: StoredCredentials) -> None:
        text = encode_credentials(stored).decode()
        given = {"SecretId": "playlake/spotify", "SecretString": text}
        self.stub.add_response("put_secret_value", {}, given)


@pytest.fixture
def secret() -> Iterator[StubbedSecret]:
    stubbed = StubbedSecret()
    with stubbed.stub:
        yield stubbed
    stubbed.stub.assert_no_pending_responses()


def test_a_secret_is_read_and_written(secret: StubbedSecret) -> None:
    secret.holds(encode_credentials(STORED).decode())
    secret.takes(STORED)
    assert secret.store.load() == STORED
    secret.store.save(STORED)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_secret_that_is_missing_or_closed_is_one_sentence(
    secret: StubbedSecret, code: str
) -> None:
    secret.stub.add_client_error("get_secret_value", code)
    with pytest.raises(ConfigurationError, match=rf"in playlake/spotify: .*{code}"):
        secret.store.load()


@pytest.mark.parametrize(
    "location",
    ["secretsmanager:playlake/spotify", "arn:aws:secretsmanager:eu-central-1:1:secret:a-b"],
)
def test_a_secret_is_known_by_its_prefix_or_its_arn(
    monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert isinstance(open_store(location), SecretStore)
    assert isinstance(open_store("secrets/spotify.json"), FileStore)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "there are no Spotify credentials: set PLAYLAKE_SPOTIFY_CREDENTIALS"),
        ({"spotify_client_id": "a"}, "has neither a client secret nor a user's refresh token"),
        ({"spotify_client_id": "a", "spotify_credentials": "b"}, "not both"),
        ({"spotify_refresh_token": "a", "spotify_credentials": "b"}, "not both"),
        ({"spotify_credentials": "/nowhere/spotify.json"}, "cannot read the Spotify credentials"),
    ],
)
def test_credentials_that_are_missing_or_double_are_one_sentence(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        find_credentials(settings(**given), TODAY)


def test_credentials_are_found_where_the_setting_points(tmp_path: Path) -> None:
    file = tmp_path / "spotify.json"
    FileStore(file).save(STORED)
    found = find_credentials(settings(spotify_credentials=str(file)), TODAY)

    assert found.credentials.client_id == "synthetic-id"
    found.keep_refresh_token("another")
    assert FileStore(file).load() == rotated(STORED, "another")


def test_a_user_who_agreed_by_pkce_needs_no_client_secret(tmp_path: Path) -> None:
    file = tmp_path / "spotify.json"
    FileStore(file).save(StoredCredentials(client_id="a", refresh_token="b"))  # noqa: S106
    found = find_credentials(settings(spotify_credentials=str(file)), TODAY)
    assert found.credentials.client_secret is None


def test_a_new_refresh_token_that_cannot_be_stored_ends_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    FileStore(folder / "spotify.json").save(STORED)
    found = find_credentials(settings(spotify_credentials=str(folder / "spotify.json")), TODAY)
    (folder / "spotify.json").unlink()
    folder.rmdir()
    folder.write_text("no folder any more")

    with pytest.raises(RotationLostError, match="authorise again by `playlake login`") as caught:
        found.keep_refresh_token("another")
    assert caught.value.exit_status == 77


def test_without_credentials_a_stand_in_that_is_named_is_read() -> None:
    given = settings(sandbox_url="http://sandbox:8888")
    assert str(given.spotify_api_url) == "http://sandbox:8888/v1/"
    assert str(given.spotify_token_url) == "http://sandbox:8888/api/token"
    assert given.requests_per_second == 100
    assert find_credentials(given, TODAY).credentials.client_id == "sandbox-client-id"


@pytest.mark.parametrize(
    "given", [{"spotify_client_id": "a"}, {"spotify_credentials": "/var/lib/spotify.json"}]
)
def test_with_credentials_spotify_is_read_and_no_stand_in(given: dict[str, str]) -> None:
    read = settings(sandbox_url="http://sandbox:8888", **given)
    assert str(read.spotify_api_url) == "https://api.spotify.com/v1/"
    assert read.requests_per_second == 1
