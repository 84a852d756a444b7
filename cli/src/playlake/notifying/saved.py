"""The settings of notices that were saved, for runs that a scheduler starts without a shell.

They are in a file of the user's own in the home, because some of them are secrets.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.project import Project

_FILE: Final = "notify.json"


def saved_file(project: Project) -> Path:
    """The file of the settings that were saved."""
    return project.home / _FILE


def read_saved(project: Project) -> dict[str, str]:
    """The settings that were saved, by variable; none if nothing was.

    Raises:
        CommandError: the file cannot be read, or holds something else.
    """
    file = saved_file(project)
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise CommandError(
            f"{file} holds no settings of notices: save them again by `playlake notify --save`"
        )
    return found


def save(project: Project, settings: Mapping[str, str]) -> Path:
    """Save settings by variable, in place of those that were saved before.

    Raises:
        CommandError: the file cannot be written.
    """
    file = saved_file(project)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp creates a file that only its owner may read.
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as written:
                json.dump(dict(settings), written, indent=2)
            Path(name).replace(file)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from error
    return file


def forget(project: Project) -> bool:
    """Remove what was saved; whether anything was.

    Raises:
        CommandError: the file cannot be removed.
    """
    file = saved_file(project)
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CommandError(f"{file} cannot be removed: {error.strerror}") from error
    return True
