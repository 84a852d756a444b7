"""Where things are: the files that ship with the command, and the home of local data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_data_path

from playlake.shipped import Shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENVIRONMENTS = "environments"


def _cached_environments() -> Path:
    return user_cache_path("playlake", appauthor=False).absolute() / _ENVIRONMENTS


@dataclass(frozen=True, slots=True)
class Project:
    """What a command works with: the files that ship, and everything kept between two commands.

    Attributes:
        home: local data: the user's data folder, unless `PLAYLAKE_HOME` says otherwise.
        shipped: the files that ship with the command.
        environments: the folder of the environments that commands make: the user's cache, unless
            `PLAYLAKE_HOME` says otherwise.
    """

    home: Path
    shipped: Shipped = field(default_factory=Shipped.find)
    environments: Path = field(default_factory=_cached_environments)

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> Project:
        """The project of this very package, with the home that an environment asks for."""
        if given := environment.get("PLAYLAKE_HOME"):
            home = Path(given).absolute()
            return cls(home, environments=home / _ENVIRONMENTS)
        return cls(user_data_path("playlake", appauthor=False).absolute())

    @property
    def queries(self) -> Path:
        """The folder of named queries."""
        return self.shipped.queries

    @property
    def templates(self) -> Path:
        """The folder of CloudFormation templates, one a preset."""
        return self.shipped.templates

    @property
    def ministack(self) -> Path:
        """The command that plays AWS, in an environment of its own: the clone's, or the home's."""
        return (self._clones_ministack or self.ministack_environment) / "bin" / "ministack"

    @property
    def ministack_environment(self) -> Path:
        """Where the local AWS is installed if no clone has it; requirements have one place each."""
        requirements = self.shipped.ministack_requirements.read_bytes()
        digest = hashlib.sha256(requirements).hexdigest()[:12]
        return self.environments / f"ministack-{digest}"

    @property
    def spark_python(self) -> Path | None:
        """The Python of the clone's environment with Spark; None if there is none."""
        environment = self._clones_environment(".venv-spark")
        return None if environment is None else environment / "bin" / "python"

    @property
    def cdk_python(self) -> Path | None:
        """The Python of the clone's environment with the CDK; None if there is none."""
        environment = self._clones_environment(".venv-infra")
        return None if environment is None else environment / "bin" / "python"

    @property
    def _clones_ministack(self) -> Path | None:
        return self._clones_environment(".venv-ministack")

    def _clones_environment(self, name: str) -> Path | None:
        if self.shipped.clone is None:
            return None
        environment = self.shipped.clone / name
        # The stamp is make's: the environment is complete. Its Python may have gone since.
        complete = (environment / "stamp").is_file() and (environment / "bin" / "python").is_file()
        return environment if complete else None

    @property
    def lakes(self) -> Path:
        """The folder of the lakes that have names."""
        return self.home / "lakes"

    @property
    def aws(self) -> Path:
        """The folder of everything that the local AWS keeps."""
        return self.home / "local-aws"

    @property
    def former_homes(self) -> tuple[Path, ...]:
        """Where version 0.1 may have kept a lake."""
        clone = self.shipped.clone
        homes = [self.home] if clone is None else [self.home, clone / ".playlake"]
        return tuple(dict.fromkeys(homes))

    @property
    def logs(self) -> Path:
        """The folder of the logs of everything that a command starts."""
        return self.home / "logs"
