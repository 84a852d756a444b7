"""Whatever AWS and its chain of credentials raise ends a run with 74, or names a wrong setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import boto3
import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
)
from botocore.session import get_session

from playlake_contracts.sources.spotify_references import parse_reference
from playlake_extractor.adapters.aws import make_client
from playlake_extractor.adapters.playlist_files import read_selection
from playlake_extractor.adapters.s3_raw_store import CLIENT_CONFIG, S3RawStore
from playlake_extractor.adapters.s3_state_store import S3StateStore
from playlake_extractor.errors import ConfigurationError, LandingFailedError, RotationLostError
from playlake_extractor.run.playlist_selection import PlaylistFile
from playlake_extractor.sources.spotify.credential_lookup import CredentialsInUse
from playlake_extractor.sources.spotify.credential_stores import SecretStore
from playlake_extractor.sources.spotify.credentials import StoredCredentials

if TYPE_CHECKING:
    from collections.abc import Callable

CREDENTIALS = StoredCredentials(client_id="synthetic")


class Raising:
    """A client all of whose calls raise the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, _: str) -> Callable[..., NoReturn]:
        def call(*_: object, **__: object) -> NoReturn:
            raise self._error

        return call


def answered(status: int, code: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "synthetic"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Synthetic")


CALLS: dict[str, Callable[[Any], object]] = {
    "land": lambda client: S3RawStore(client, "bucket").land("key", b"", "text/plain"),
    "list": lambda client: list(S3RawStore(client, "bucket").keys("raw/")),
    "read": lambda client: S3RawStore(client, "bucket").read("key"),
    "load": lambda client: S3StateStore(client, "bucket", "key").load(),
    "replace": lambda client: S3StateStore(client, "bucket", "key").replace(b"", None),
    "secret": lambda client: SecretStore(client, "name").load(),
    "store a secret": lambda client: SecretStore(client, "name").save(CREDENTIALS),
    "playlists": lambda client: read_selection(
        PlaylistFile("k", "b"), parse_reference, lambda: client
    ),
}
TROUBLE: list[Exception] = [
    RuntimeError("Credentials were refreshed, but the refreshed credentials are still expired."),
    KeyError("AccessKeyId"),
    OSError("no such process"),
    CredentialRetrievalError(provider="synthetic", error_msg="synthetic"),
    NoCredentialsError(),
    answered(400, "ExpiredTokenException"),
    answered(403, "ExpiredToken"),
    answered(503, "SlowDown"),
]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("error", TROUBLE, ids=str)
def test_trouble_of_aws_ends_with_74_and_a_sentence(
    call: Callable[[Any], object], error: Exception
) -> None:
    with pytest.raises(LandingFailedError, match=r"did not (give|take|list)") as caught:
        call(Raising(error))
    assert caught.value.exit_status == 74
    assert str(error) in str(caught.value)


@pytest.mark.parametrize("call", ["secret", "store a secret", "playlists"])
@pytest.mark.parametrize(
    "error", [answered(400, "ResourceNotFoundException"), answered(403, "AccessDenied")], ids=str
)
def test_a_wrong_name_is_a_wrong_setting(call: str, error: Exception) -> None:
    with pytest.raises(ConfigurationError):
        CALLS[call](Raising(error))


def test_credentials_that_expire_for_good_are_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expired = RefreshableCredentials.create_from_metadata(
        metadata={
            "access_key": "a",
            "secret_key": "s",
            "token": "t",
            "expiry_time": "2020-01-01T00:00:00Z",
        },
        refresh_using=lambda: {
            "access_key": "a",
            "secret_key": "s",
            "token": "t",
            "expiry_time": "2020-01-01T00:00:00Z",
        },
        method="synthetic",
    )
    session = get_session()
    monkeypatch.setattr(session, "_credentials", expired)  # botocore has no other way
    client = boto3.Session(botocore_session=session, region_name="eu-north-1").client("s3")

    with pytest.raises(LandingFailedError, match="RuntimeError: Credentials were refreshed"):
        S3RawStore(client, "bucket").read("key")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("synthetic"), LandingFailedError),
        (CredentialRetrievalError(provider="p", error_msg="synthetic"), LandingFailedError),
        (BotoCoreError(), ConfigurationError),
        (ValueError("synthetic"), ConfigurationError),
    ],
)
def test_a_client_needs_settings_and_credentials(
    monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    monkeypatch.setattr("boto3.client", Raising(error).client)
    with pytest.raises(expected):
        make_client("s3", CLIENT_CONFIG)


def test_a_refresh_token_that_aws_does_not_take_is_lost() -> None:
    client: Any = Raising(RuntimeError("synthetic"))
    found = CredentialsInUse(CREDENTIALS, SecretStore(client, "name"))
    with pytest.raises(RotationLostError, match="RuntimeError: synthetic"):
        found.keep_refresh_token("new")
