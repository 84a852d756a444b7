"""A computer of its own for each test, and jobs."""

from __future__ import annotations

from pathlib import Path

import pytest
from schedulers import AWKWARD, Computer

from playlake.schedule.job import Job


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A Linux computer without any scheduler."""
    found = Computer(tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("sys.argv", ["not found", "schedule"])
    monkeypatch.setattr("sys.executable", "/opt/python/bin/python")
    monkeypatch.setenv("PATH", str(found.bin))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(found.config))
    for name in ("PLAYLAKE_LAKE", "PLAYLAKE_SPOTIFY_CREDENTIALS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.fixture
def job() -> Job:
    """A job with usual paths."""
    return Job(
        "playlake-1",
        ("/opt/playlake/bin/playlake", "run"),
        {"PLAYLAKE_HOME": "/srv/robin/lake"},
        Path("/srv/robin/lake/logs/schedule.log"),
    )


@pytest.fixture
def awkward_job() -> Job:
    """A job with the most awkward paths."""
    return Job(
        "playlake-1",
        (f"/opt/{AWKWARD}/playlake", "run"),
        {"PLAYLAKE_HOME": f"/srv/{AWKWARD}"},
        Path(f"/srv/{AWKWARD}/logs/schedule.log"),
    )
