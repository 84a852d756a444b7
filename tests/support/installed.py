"""The built distribution, installed into an environment of its own, outside the clone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_UV = Path(sysconfig.get_path("scripts")) / "uv"
# What finds packages; everything else of the environment could lead back into the clone.
_PASSED = ("PIP_", "UV_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy")


def build(folder: Path, source: Path = ROOT) -> list[Path]:
    """Build the distribution of a source tree into a folder: the wheel and its source."""
    _run([_UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable,
          "--out-dir", folder, source])  # fmt: skip
    return sorted(file for file in folder.iterdir() if file.name.startswith("playlake-"))


@dataclass(frozen=True, slots=True)
class Installed:
    """The installed command, with a home folder and a `PATH` that know nothing of the clone.

    Attributes:
        folder: holds the environment and the home folder.
        settings: environment variables of the command.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def install(cls, folder: Path, source: Path = ROOT) -> Installed:
        """Build the wheel of a source tree, and install it with the versions of that tree."""
        built = build(folder / "dist", source)
        (wheel,) = (file for file in built if file.suffix == ".whl")
        venv = folder / "venv"
        _run([_UV, "venv", "--quiet", "--python", sys.executable, venv])
        install = [_UV, "pip", "install", "--quiet", "--system-certs", "--python", venv]
        _run([*install, "--require-hashes", "--requirement", source / "requirements" / "cli.txt"])
        _run([*install, "--no-deps", wheel])
        (folder / "home").mkdir()
        return cls(folder)

    @property
    def python(self) -> Path:
        """The Python of the environment."""
        return self.folder / "venv" / "bin" / "python"

    def environment(self) -> dict[str, str]:
        """The whole environment of what is started."""
        passed = {name: text for name, text in os.environ.items() if name.startswith(_PASSED)}
        own = {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.python.parent}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }
        return {**passed, **own, **self.settings}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `playlake`, which must end with 0 and never name the clone."""
        done = subprocess.run(
            [self.python.with_name("playlake"), *arguments],
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"{arguments}: {said[-4000:]}"
        assert str(ROOT) not in said
        assert "make setup" not in said
        return done


def _run(command: list[object]) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr[-4000:]}"
