"""The wheel in a container that has only Python: the demo, a run, a query and the prices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from installed import ROOT, build
from sandbox_access import store_credentials

from playlake.demo.sandbox import PREFERRED_PORT, Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from composed import Engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

SCRIPT = r"""
set -eu
export HOME=/tmp/home
python3 -m venv /tmp/venv
PATH=/tmp/venv/bin:$PATH
pip install --quiet --require-hashes --requirement /given/requirements.txt
pip install --quiet --no-deps /given/playlake-*.whl
playlake demo --days 2
count="SELECT count(*) AS entries FROM playlist_items"
playlake query --lake demo "$count" --json > /given/demo.json
playlake cost --preset thrifty
python -m playlake_sandbox > /tmp/sandbox.log 2>&1 &
python - <<'END'
import time, urllib.request
for _ in range(300):
    try:
        urllib.request.urlopen("http://127.0.0.1:8888/sandbox/health")
        break
    except OSError:
        time.sleep(0.1)
END
playlake run
playlake query "$count" --json > /given/run.json
"""


def test_the_wheel_needs_only_python(
    engine: Engine, base_image: str | None, tmp_path: Path
) -> None:
    (wheel,) = (file for file in build(tmp_path / "dist") if file.suffix == ".whl")
    given = tmp_path / "given"
    given.mkdir()
    wheel.rename(given / wheel.name)
    (given / "requirements.txt").write_bytes((ROOT / "requirements" / "cli.txt").read_bytes())
    settings = store_credentials(Sandbox(PREFERRED_PORT), given / "spotify.json")
    output = engine.containers.run(
        base_image or "python:3.11-slim-bookworm",
        ["sh", "-c", SCRIPT],
        volumes={str(given): {"bind": "/given", "mode": "rw"}},
        environment=settings | {"PLAYLAKE_SPOTIFY_CREDENTIALS": "/given/spotify.json"},
        remove=True,
        stderr=True,
    ).decode()
    print(output)
    for name in ("demo", "run"):
        (row,) = json.loads((given / f"{name}.json").read_text())
        assert row["entries"] > 100
