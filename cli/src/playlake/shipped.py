"""The files that ship with the command.

They are inside the package once it is built, and folders of the clone where it is edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# As pyproject.toml places them in the wheel.
_PACKAGED = Path(__file__).with_name("_shipped")
_CLONE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Shipped:
    """The files that ship with the command.

    Attributes:
        queries: the folder of named queries.
        templates: the folder of CloudFormation templates, one a preset.
        ministack_requirements: what the local AWS is installed from, with hashes.
        clone: the root of the repository; None where the command is installed without it.
    """

    queries: Path
    templates: Path
    ministack_requirements: Path
    clone: Path | None = None

    @classmethod
    def find(cls) -> Shipped:
        """The files of this very package."""
        if not _PACKAGED.is_dir():
            return cls.in_clone(_CLONE)
        return cls(
            _PACKAGED / "queries",
            _PACKAGED / "template",
            _PACKAGED / "requirements" / "ministack.txt",
        )

    @classmethod
    def in_clone(cls, clone: Path) -> Shipped:
        """The files of a clone of the repository."""
        return cls(
            clone / "queries",
            clone / "infra" / "template",
            clone / "requirements" / "ministack.txt",
            clone,
        )
