"""Reads the file of playlists, on this machine or in S3."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import ClientError

from playlake_extractor.adapters.aws import aws_call, is_lasting
from playlake_extractor.adapters.s3_raw_store import s3_client
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.run.playlist_selection import Mine, PlaylistFile, parse_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client

    from playlake_extractor.run.playlist_selection import ParseReference, Selection

log = structlog.get_logger()


def read_selection(
    selection: Selection,
    parse_reference: ParseReference,
    connect: Callable[[], S3Client] = s3_client,
) -> Sequence[str] | None:
    """The ids of the selected playlists, which may be in a file; None if all own ones are.

    Args:
        selection: the setting.
        parse_reference: parses a reference to a playlist.
        connect: creates the client for a file on S3.

    Raises:
        ConfigurationError: the file is missing, unreadable or invalid.
        LandingFailedError: S3 did not answer.
    """
    if isinstance(selection, PlaylistFile):
        selection = _read(selection, parse_reference, connect)
    return None if isinstance(selection, Mine) else selection


def _read(
    file: PlaylistFile, parse_reference: ParseReference, connect: Callable[[], S3Client]
) -> tuple[str, ...] | Mine:
    try:
        found = parse_file(_bytes(file, connect).decode(), parse_reference)
    except OSError as error:
        raise ConfigurationError(f"cannot read the playlists in {file}: {error}") from error
    except ValueError as error:
        raise ConfigurationError(f"correct the playlists in {file}: {error}") from error
    for sentence in found.repeated:
        log.warning("playlist_repeated", file=str(file), reason=sentence)
    return found.playlists


def _bytes(file: PlaylistFile, connect: Callable[[], S3Client]) -> bytes:
    if file.bucket is None:
        return Path(file.path).read_bytes()
    with aws_call(f"S3 did not give the playlists in {file}"):
        try:
            return connect().get_object(Bucket=file.bucket, Key=file.path)["Body"].read()
        except ClientError as error:
            if is_lasting(error):
                raise ConfigurationError(f"cannot read the playlists in {file}: {error}") from error
            raise
