"""Finds the lake that `--lake` names by a path, by its name, or by an s3:// address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from playlake.errors import CommandError
from playlake_aws.deployment import S3, Deployment
from playlake_lake.errors import QuestionError
from playlake_lake.identity import LAKE_FILE

DEFAULT: Final = "default"
_FILE: Final = "file:"


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
    if text.startswith(S3):
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
    try:
        return Deployment.parse(text)
    except QuestionError as error:
        raise CommandError(str(error)) from error
