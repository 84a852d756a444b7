"""Commands that are killed on a lake in a folder, and what they started with them, lose nothing.

`make chaos-lake` kills a hundred times; the tests a few times.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from killed import chosen_dice, kill, start
from sandbox_access import store_credentials

from playlake.demo.sandbox import Sandbox
from playlake.services.processes import service, service_environment
from playlake_contracts.backlog import raw_keys
from playlake_lake.backlog import waiting
from playlake_lake.check import check_mark
from playlake_lake.identity import open_lake
from playlake_lake.marks import mark_keys
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake_lake.folder import Folder

pytestmark = pytest.mark.timeout(7200)

ENTRIES = 40
FIRST_DAY = date(2024, 1, 1)
LONGEST_SECONDS = 4.0


@pytest.fixture
def spotify(tmp_path: Path) -> Iterator[Sandbox]:
    """A stand-in without large playlists."""
    playing = Sandbox(choose_port())
    own = {"PLAYLAKE_SANDBOX_PORT": str(playing.port), "PLAYLAKE_SANDBOX_LARGEST": "60"}
    environment = service_environment(os.environ, own)
    health = f"http://127.0.0.1:{playing.port}/sandbox/health"
    with service("sandbox", environment, health, logs=tmp_path / "logs"):
        yield playing


@pytest.fixture
def environment(tmp_path: Path, spotify: Sandbox) -> dict[str, str]:
    """A home with credentials that the stand-in takes."""
    home = tmp_path / "home"
    own = {
        "PLAYLAKE_HOME": str(home),
        "PLAYLAKE_PART_MAX_SNAPSHOTS": "2",
        **store_credentials(spotify, home / "spotify.json"),
    }
    return service_environment(os.environ, own)


def saved_playlist(folder: Path, number: int) -> tuple[str, ...]:
    """The arguments that import a synthetic playlist as of a day of its own."""
    items = [
        {"added_at": None, "track": {"type": "track", "id": f"t{number}-{n}", "name": f"T {n}"}}
        for n in range(ENTRIES)
    ]
    page = {"items": items, "offset": 0, "total": ENTRIES}
    path = folder / f"{number}.json"
    saved = {"type": "playlist", "id": f"p{number}", "name": f"P {number}", "tracks": page}
    path.write_text(json.dumps(saved))
    return "import", str(path), "--at", str(FIRST_DAY + timedelta(days=number))


def rows(folder: Folder) -> list[tuple[object, ...]]:
    return query(folder, "SELECT run_id, playlist_id, position FROM playlist_items").rows


def test_every_landed_object_is_rows_after_the_next_command(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
) -> None:
    kills = request.config.getoption("--kills")
    dice = chosen_dice(request)
    imports = [saved_playlist(tmp_path, number) for number in range(kills)]
    home = tmp_path / "home"
    killed = Counter[str]()
    for arguments in imports:
        chosen = arguments if dice.random() < 0.6 else ("run", "--full")
        process = start(environment, *chosen)
        time.sleep(dice.uniform(0, LONGEST_SECONDS))
        killed[chosen[0]] += kill(process, home if dice.random() < 0.5 else None)
    print(f"killed: {dict(killed)}")

    for arguments in imports:  # as a person does after an interruption
        assert start(environment, *arguments).wait() == 0
    assert start(environment, "run").wait() == 0

    folder, _ = open_lake(home / "lakes" / "default")
    assert waiting(folder) == []
    assert [problem for mark in mark_keys(folder) for problem in check_mark(folder, mark)] == []
    found = rows(folder)
    assert len(found) == len(set(found))
    imported = {f"p{number}": 0 for number in range(kills)}
    for _, playlist, _ in found:
        if playlist in imported:
            imported[str(playlist)] += 1
    assert imported == dict.fromkeys(imported, ENTRIES)
    parts = [key for key in raw_keys(folder.keys("raw/")) if not key.is_manifest]
    landed = {(str(key.run_id), key.part) for key in parts}
    committed = query(folder, "SELECT DISTINCT run_id, part FROM loads WHERE part <> 'manifest'")
    assert landed == set(committed.rows)
