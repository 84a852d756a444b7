"""Where commands find the stored credentials, and how they report errors of the store."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.errors import PlaylakeError
from playlake_extractor.public import IN_SECRETS_MANAGER, QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.project import Project


def default_location(project: Project, account: str | None = None) -> str:
    """The file in the project's home that holds the credentials, or those of an account."""
    name = "spotify.json" if account is None else f"spotify.{account}.json"
    return str(project.home / name)


def is_in_aws(location: str) -> bool:
    """Whether a location names a secret of AWS Secrets Manager, not a file."""
    return location.startswith((IN_SECRETS_MANAGER, "arn:"))


@contextmanager
def explained() -> Iterator[None]:
    """Raise the extractor's errors as a CommandError, without their cause."""
    try:
        yield
    except PlaylakeError as error:
        raise CommandError(str(error)) from None


@contextmanager
def unlogged() -> Iterator[None]:
    """Silence, while a block lasts, the libraries that log secrets at the level DEBUG."""
    loggers = [(logging.getLogger(name), floor) for name, floor in QUIET.items()]
    before = [(logger, logger.level) for logger, _ in loggers]
    for logger, floor in loggers:
        logger.setLevel(floor)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
