"""Where credentials are stored: a file that only its owner reads, or AWS Secrets Manager."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

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
    """Keeps one app's credentials. Methods raise `ConfigurationError` where it cannot."""

    def load(self) -> StoredCredentials:
        """What is stored."""

    def save(self, credentials: StoredCredentials) -> None:
        """Put other credentials in their place."""


def open_store(location: str) -> CredentialStore:
    """The store at a location: a path, `secretsmanager:NAME` or a secret's ARN.

    Raises:
        ConfigurationError: AWS's own environment variables make no client.
    """
    name = location.removeprefix(IN_SECRETS_MANAGER)
    if name == location and not location.startswith("arn:"):
        return FileStore(Path(location))
    try:
        # botocore reads AWS_DEFAULT_REGION alone.
        region = os.environ.get("AWS_REGION") or None
        client = boto3.client("secretsmanager", region_name=region, config=_CONFIG)
    except (BotoCoreError, ValueError) as error:
        message = f"correct the AWS_ environment variables, such as AWS_REGION: {error}"
        raise ConfigurationError(message) from error
    return SecretStore(client, name)


class FileStore:
    """A file of mode 0600; implements `CredentialStore`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> StoredCredentials:
        """What is stored.

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
        """Put other credentials in their place, at once or not at all.

        Raises:
            ConfigurationError: the file cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Such a file is readable by its owner alone from its first moment.
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
        """What is stored.

        Raises:
            ConfigurationError: there is no such secret, it may not be read, or is no credentials.
        """
        try:
            text = self._client.get_secret_value(SecretId=self._name).get("SecretString", "")
            return parse_credentials(text.encode())
        except (BotoCoreError, ClientError) as error:
            raise _unreadable(self._name, error) from error
        except ValueError as error:
            raise _wrong(self._name, error) from None

    def save(self, credentials: StoredCredentials) -> None:
        """Put other credentials in their place; Secrets Manager keeps the former version.

        Raises:
            ConfigurationError: there is no such secret, or it may not be written.
        """
        text = encode_credentials(credentials).decode()
        try:
            self._client.put_secret_value(SecretId=self._name, SecretString=text)
        except (BotoCoreError, ClientError) as error:
            raise _not_written(self._name, error) from error


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
