"""A lake in a folder gets the rows of `playlist_daily` that the raw JSON says, run by run or late.

What is compared are rows that the command prints. All synthetic.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from run_history import History, Landed, Unchanged, item, true_rows

from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake_contracts.keys import RawKey


def history() -> History:
    """Four runs."""
    made, tracks = History(), [item(number) for number in range(9)]
    made.run({"one": Landed(tracks[:4]), "two": Landed(tracks[4:6]), "three": Landed([])})
    made.run({"one": Landed(tracks[2:5]), "two": Unchanged(0), "three": Outcome.TORN})
    made.run({"one": Unchanged(1), "two": Unchanged(0), "three": Landed([None, tracks[8]])})
    made.run({"one": Landed(tracks), "two": Unchanged(0), "three": Unchanged(2)})
    return made


@pytest.mark.parametrize("is_late", [False, True], ids=["after each run", "after all runs"])
def test_a_lake_in_a_folder_has_the_true_rows(
    playlake: Command, tmp_path: Path, *, is_late: bool
) -> None:
    landed = history()
    folder, _ = make_lake(tmp_path / "lake")
    place = ("--lake", str(folder.root))
    for key, body in landed.objects.items():
        folder.put_new(str(key), body)
        if key.is_manifest and not is_late:
            assert playlake("transform", *place) == 0, playlake.notices
    if is_late:
        assert playlake("transform", *place) == 0, playlake.notices
    for key in landed.manifests:
        assert rows(playlake, place, key) == true_rows(landed.objects, key)
    assert playlake("lake", "check", *place[1:]) == 0, playlake.output
    assert playlake("check", *place) == 0, playlake.output


def rows(playlake: Command, place: tuple[str, str], key: RawKey) -> dict[str, dict[str, Any]]:
    """The rows of a run, without the columns that all tables have."""
    columns = ", ".join(set(TABLES["playlist_daily"].schema.names) - set(COMMON_COLUMNS))
    sql = f"SELECT {columns} FROM playlist_daily WHERE run_id = '{key.run_id}'"
    assert playlake("query", sql, "--json", *place) == 0, playlake.notices
    return {row["playlist_id"]: row for row in json.loads(playlake.output)}
