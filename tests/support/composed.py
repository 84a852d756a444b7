"""The stack of docker-compose.yml under a project name and on ports of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docker import DockerClient as Engine  # type: ignore[import-untyped]  # it publishes no types

from playlake.services.processes import service_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BOOTSTRAPPED_BASE", "CHECKOUT", "Composed", "Engine"]

CHECKOUT = Path(__file__).parents[2]
BOOTSTRAPPED_BASE = "playlake/python-base:bookworm"


@dataclass(frozen=True, slots=True)
class Composed:
    """One project of docker-compose; the user's own `.env` and settings never reach it.

    Attributes:
        project: its name, which is the label of all that it creates.
        settings: an env file.
    """

    project: str
    settings: Path

    @classmethod
    def with_settings(cls, project: str, folder: Path, settings: Mapping[str, str]) -> Composed:
        """A project whose settings are kept in a folder."""
        file = folder / f"{project}.env"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return cls(project, file)

    def run(self, *arguments: str) -> str:
        """Run a command of docker-compose; give its standard output. It must end with 0."""
        done = subprocess.run(
            [*_compose(), "--project-name", self.project, "--env-file", self.settings, *arguments],
            cwd=CHECKOUT,
            env=service_environment(os.environ, {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout


def _compose() -> list[str]:
    standalone = shutil.which("docker-compose")
    return [standalone] if standalone else ["docker", "compose"]
