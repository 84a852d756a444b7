"""Installs the local AWS on first use, in an environment of its own.

An environment is made aside and gets its name when it is complete, so one that broke off is never
used. It is installed from requirements with hashes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from filelock import FileLock

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from playlake.project import Project

_SIZE = "about 45 MB to download, 150 MB on the disk"


def install_ministack(project: Project, say: Callable[[str], None]) -> None:
    """Install the local AWS where it is not yet; two commands at once install it once.

    Args:
        project: whose local AWS.
        say: receives the sentence that says what is downloaded.

    Raises:
        CommandError: it cannot be installed; the log has the reason.
    """
    if _is_installed(project):
        return
    environment = project.ministack_environment
    environment.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(environment.with_name("ministack.lock"), fallback_to_soft=False):
        if _is_installed(project):
            return
        say(f"Installing the local AWS into {environment}: once, {_SIZE}.")
        unfinished = environment.with_name(environment.name + ".unfinished")
        # One broke off, or has lost its Python.
        for useless in (unfinished, environment):
            shutil.rmtree(useless, ignore_errors=True)
        _make(unfinished, project.shipped.ministack_requirements, project.logs / "install.log")
        unfinished.rename(environment)


def _is_installed(project: Project) -> bool:
    # A link to a Python that was removed since is no file.
    return project.ministack.with_name("python").is_file()


def _make(environment: Path, requirements: Path, log: Path) -> None:
    """Make an environment and install requirements: with uv where it is found, else with pip."""
    wanted = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(requirements)]
    python = str(environment / "bin" / "python")
    uv = shutil.which("uv")
    if uv is not None:
        make = [uv, "venv", "--python", sys.executable, str(environment)]
        install = [uv, "pip", "install", "--python", python, *wanted]
    else:
        make = [sys.executable, "-m", "venv", str(environment)]
        install = [python, "-m", "pip", "--disable-pip-version-check", "install", *wanted]
    hint = "install uv, or Python's module venv (on Debian: python3-venv)"
    _run(make, log, f"no environment for the local AWS could be made, see {log}: {hint}")
    hint = "check the network and the settings of pip or uv, and try again"
    _run(install, log, f"the local AWS could not be downloaded, see {log}: {hint}")


def _run(command: Sequence[str], log: Path, sentence: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    # The folder of the command has no say: a project's settings of uv or pip may lie there.
    with log.open("ab") as sink:
        done = subprocess.run(  # noqa: S603 - the commands are this module's own
            command,
            cwd=log.parent,
            env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            check=False,
        )
    if done.returncode:
        raise CommandError(sentence)
