"""Stores credentials in a file that only its owner may read, or in AWS Secrets Manager."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from botocore.config import Config
from botocore.exceptions import ClientError

from playlake_extractor.adapters.aws import aws_call, is_lasting, make_client
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.sources.spotify.credentials import encode_credentials, parse_credentials

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from playlake_extractor.sources.spotify.credentials import StoredCredentials

IN_SECRETS_MANAGER = "secretsmanager:"
_CONFIG = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5}
)


class CredentialStore(Protocol):
    """Stores the credentials of one app.

    Methods raise `ConfigurationError` if the location cannot be read or written, and
    `LandingFailedError` where AWS does not answer.
    """

    def load(self) -> StoredCredentials:
        """The stored credentials."""

    def save(self, credentials: StoredCredentials) -> None:
        """Replace the stored credentials."""


def open_store(location: str) -> CredentialStore:
    """The store at a location: a path, `secretsmanager:NAME` or a secret's ARN.

    Raises:
        ConfigurationError: AWS's own environment variables do not configure a client.
        LandingFailedError: the source of AWS's own credentials does not answer.
    """
    name = location.removeprefix(IN_SECRETS_MANAGER)
    if name == location and not location.startswith("arn:"):
        return FileStore(Path(location))
    # botocore itself reads only AWS_DEFAULT_REGION.
    region = os.environ.get("AWS_REGION") or None
    return SecretStore(make_client("secretsmanager", _CONFIG, region), name)


class FileStore:
    """A file of mode 0600; implements `CredentialStore`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> StoredCredentials:
        """The stored credentials.

        Raises:
            ConfigurationError: there is no such file, or it holds no credentials.
        """
        try:
            return parse_credentials(self._path.read_bytes())
        except OSError as error:
            raise _unreadable(self._path, error) from error
        except ValueError as error:
            raise _wrong(self._path, error) from None

    def save(self, credentials: StoredCredentials) -> None:
        """Replace the stored credentials atomically.

        Raises:
            ConfigurationError: the file cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp creates a file that only its owner may read.
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(encode_credentials(credentials))
                    file.flush()
                    os.fsync(handle)
                Path(name).replace(self._path)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise _not_written(self._path, error) from error


class SecretStore:
    """A secret of AWS Secrets Manager; implements `CredentialStore`."""

    def __init__(self, client: SecretsManagerClient, name: str) -> None:
        self._client = client
        self._name = name

    def load(self) -> StoredCredentials:
        """The stored credentials.

        Raises:
            ConfigurationError: there is no such secret, it may not be read, or is no credentials.
            LandingFailedError: AWS did not answer.
        """
        with aws_call(f"AWS Secrets Manager did not give {self._name}"):
            try:
                text = self._client.get_secret_value(SecretId=self._name).get("SecretString", "")
            except ClientError as error:
                if is_lasting(error):
                    raise _unreadable(self._name, error) from error
                raise
        try:
            return parse_credentials(text.encode())
        except ValueError as error:
            raise _wrong(self._name, error) from None

    def save(self, credentials: StoredCredentials) -> None:
        """Replace the stored credentials; Secrets Manager keeps the former version.

        Raises:
            ConfigurationError: there is no such secret, or it may not be written.
            LandingFailedError: AWS did not answer.
        """
        text = encode_credentials(credentials).decode()
        with aws_call(f"AWS Secrets Manager did not take {self._name}"):
            try:
                self._client.put_secret_value(SecretId=self._name, SecretString=text)
            except ClientError as error:
                if is_lasting(error):
                    raise _not_written(self._name, error) from error
                raise


def _unreadable(where: object, error: Exception) -> ConfigurationError:
    return ConfigurationError(
        f"cannot read the Spotify credentials in {where}: {error}: store them by `playlake login`"
    )


def _wrong(where: object, error: ValueError) -> ConfigurationError:
    return ConfigurationError(
        f"{where} holds no Spotify credentials ({error}): store them by `playlake login`"
    )


def _not_written(where: object, error: Exception) -> ConfigurationError:
    return ConfigurationError(f"cannot store the Spotify credentials in {where}: {error}")
