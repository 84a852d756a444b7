"""The wheel in an environment without the clone: the demo installs its own local AWS.

It needs no engine, and downloads what `make test` has in the clone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_demo_runs_without_the_clone(tmp_path: Path) -> None:
    installed = Installed.install(tmp_path)
    port = str(choose_port())
    playlake = Installed(installed.folder, {"PLAYLAKE_LOCAL_PORT": port})
    said = playlake.run("demo", "--days", "2").stderr
    assert "Installing the local AWS into " in said
    assert "Installing the local AWS" not in playlake.run("demo", "--days", "2").stderr
