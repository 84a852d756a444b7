"""The file of playlists, on this machine or in S3."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from playlake_extractor.errors import ConfigurationError
from playlake_extractor.run.playlist_selection import Mine, PlaylistFile, parse_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

    from playlake_extractor.run.playlist_selection import Wanted

log = structlog.get_logger()


def read_wanted(wanted: Wanted, client: S3Client) -> Sequence[str] | None:
    """The ids of the playlists that are asked for; None: all of the user's.

    Raises:
        ConfigurationError: the file is not there, cannot be read or names what is no playlist.
    """
    if isinstance(wanted, PlaylistFile):
        wanted = _read(wanted, client)
    return None if isinstance(wanted, Mine) else wanted


def _read(file: PlaylistFile, client: S3Client) -> tuple[str, ...] | Mine:
    try:
        listed = parse_file(_bytes(file, client).decode())
    except (OSError, BotoCoreError, ClientError) as error:
        raise ConfigurationError(f"cannot read the playlists in {file}: {error}") from error
    except ValueError as error:
        raise ConfigurationError(f"correct the playlists in {file}: {error}") from error
    for sentence in listed.repeated:
        log.warning("playlist_repeated", file=str(file), reason=sentence)
    return listed.wanted


def _bytes(file: PlaylistFile, client: S3Client) -> bytes:
    if file.bucket is None:
        return Path(file.path).read_bytes()
    return client.get_object(Bucket=file.bucket, Key=file.path)["Body"].read()
