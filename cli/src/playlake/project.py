"""Where things are: the checkout that this package runs from, and the home of local data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout, and the folder of everything that is kept between two commands.

    Attributes:
        checkout: the root of the repository.
        home: local data: the user's data folder, unless `PLAYLAKE_HOME` says otherwise.
    """

    checkout: Path
    home: Path

    @classmethod
    def find(cls, environment: Mapping[str, str]) -> Project:
        """The project of this very package, with the home that an environment asks for."""
        home = environment.get("PLAYLAKE_HOME") or user_data_path("playlake", appauthor=False)
        return cls(checkout=_CHECKOUT, home=Path(home).absolute())

    @property
    def queries(self) -> Path:
        """The folder of named queries."""
        return self.checkout / "queries"

    @property
    def templates(self) -> Path:
        """The folder of CloudFormation templates, one a preset."""
        return self.checkout / "infra" / "template"

    @property
    def ministack(self) -> Path:
        """The command that plays AWS, in an environment of its own."""
        return self.checkout / ".venv-ministack" / "bin" / "ministack"

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
        return tuple(dict.fromkeys([self.home, self.checkout / ".playlake"]))

    @property
    def logs(self) -> Path:
        """The folder of the logs of everything that a command starts."""
        return self.home / "logs"
