"""The image of the command holds all that the wheel is made of."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_image_of_the_command_is_built_from_every_source_of_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    sources = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    image = (ROOT / "images" / "cli" / "Dockerfile").read_text("utf-8")
    given = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [line.split()[1] for line in image.splitlines() if line.startswith("COPY ")]
    allowed = [line.removeprefix("!") for line in given if line.startswith("!")]
    assert "jobs/backfill/src/playlake_backfill" in sources
    for source in sources:
        assert any(f"{source}/".startswith(f"{each}/") for each in copied), source
        assert any(
            fnmatch(source, each) or f"{source}/".startswith(f"{each}/") for each in allowed
        ), source
