"""Finds the lake that `--lake` names by a path, by its name, or by an s3:// address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playlake.errors import CommandError
from playlake_contracts.resource_names import ResourceNames
from playlake_lake.identity import LAKE_FILE

DEFAULT: Final = "default"
_S3: Final = "s3://"
_FILE: Final = "file:"
_BUCKET: Final = re.compile(
    r"(?P<deployment>[a-z0-9-]+)-(?:raw|curated)-(?P<account>[0-9]{12})-(?P<region>[a-z0-9-]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A lake on AWS: a deployment's name, account and region."""

    names: ResourceNames
    account: str
    region: str

    @property
    def raw_bucket(self) -> str:
        """The bucket of raw objects."""
        return self.names.raw_bucket(self.account, self.region)

    @property
    def curated_bucket(self) -> str:
        """The bucket of Parquet objects."""
        return self.names.curated_bucket(self.account, self.region)

    def __str__(self) -> str:
        return f"{_S3}{self.raw_bucket}"


def find_place(text: str | None, lakes: Path) -> Path | Deployment:
    """The place of a lake.

    Args:
        text: a path, a name, an address; None is the default lake.
        lakes: the folder of the lakes that have names.

    Raises:
        CommandError: the address is not that of a deployment, or two lakes have the name.
    """
    if text is None:
        return lakes / DEFAULT
    if text.startswith(_S3):
        return _deployment(text)
    if text.startswith(_FILE):
        return Path(text.removeprefix(_FILE).removeprefix("//")).expanduser().absolute()
    return _folder(text, lakes)


def _folder(text: str, lakes: Path) -> Path:
    named, here = lakes / text, Path(text).expanduser().absolute()
    if not _is_name(text) or named == here:
        return here
    if is_lake(named) and is_lake(here):
        raise CommandError(f"two lakes are named {text}: give the path, {named} or {here}")
    return here if is_lake(here) else named


def is_lake(root: Path) -> bool:
    """Whether a folder is marked as a lake; one that may not be read says why when it is opened."""
    try:
        return (root / LAKE_FILE).is_file()
    except PermissionError:
        return False


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text) is not None


def _deployment(text: str) -> Deployment:
    match = _BUCKET.fullmatch(text.removeprefix(_S3).rstrip("/"))
    if match is None:
        raise CommandError(
            f"{text[:200]} is not the address of a deployment's bucket, such as "
            f"{_S3}playlake-raw-123456789012-eu-central-1"
        )
    return Deployment(ResourceNames(match["deployment"]), match["account"], match["region"])
