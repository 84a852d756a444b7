"""Saved files of a playlist and runs that fetch it are one history, in a lake in a folder."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from commands import Command

from playlake.project import Project
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.listenbrainz.conftest import ListenBrainz


def test_an_import_and_runs_of_a_playlist_are_one_history(
    listenbrainz: ListenBrainz, tmp_path: Path
) -> None:
    playlake = Command(replace(Project.find(os.environ), home=tmp_path / "home"))
    lake = ("--lake", str(listenbrainz.folder.root))
    first = listenbrainz.now
    rainy = listenbrainz.ids()["Rainy days"]
    listenbrainz.run(first, [rainy])
    sent = tmp_path / "sent.jspf"
    sent.write_bytes(listenbrainz.sent(rainy))
    for suffix in ("jspf", "xspf", "m3u"):
        assert playlake("show", rainy, f"--{suffix}", *lake) == 0, playlake.notices
        (tmp_path / f"shown.{suffix}").write_text(playlake.output)
    files = ("sent.jspf", "shown.jspf", "shown.xspf", "shown.m3u")
    for days, name in enumerate(files, start=1):
        at = f"{first + timedelta(days=days):%Y-%m-%dT%H:%MZ}"
        arguments = ("--at", at, "--playlist", f"https://listenbrainz.org/playlist/{rainy}")
        status = playlake("import", str(tmp_path / name), *arguments, *lake, "--no-compact")
        assert status == 0, playlake.notices
        assert "Rows in quarantine: 0." in playlake.output
    later = listenbrainz.run(first + timedelta(days=7), [rainy])
    assert [one.outcome for one in later.playlists] == [Outcome.LANDED]

    def ask(sql: str) -> list[tuple[object, ...]]:
        assert playlake("query", sql, "--json", *lake) == 0, playlake.notices
        return [tuple(row.values()) for row in json.loads(playlake.output)]

    compared = ask(
        "SELECT DISTINCT p.source, p.playlist_id, p.content_hash = o.content_hash "
        "FROM playlists AS p JOIN run_outcomes AS o USING (run_id, playlist_id)"
    )
    assert compared == [("listenbrainz", rainy, True)]
    # The bytes that were fetched have one digest, whether a run or an import landed them.
    hashes = ask("SELECT content_hash FROM playlists ORDER BY fetched_at")
    assert len(hashes) == len(files) + 2
    assert hashes[0] == hashes[1] != hashes[-1]
    # Only the second run changed the playlist; what `show` wrote held the same recordings.
    arguments = ("diff", rainy, f"{first:%Y-%m-%dT%H:%MZ}")
    for days, is_changed in ((4, False), (7, True)):
        until = f"{first + timedelta(days=days, minutes=1):%Y-%m-%dT%H:%MZ}"
        assert playlake(*arguments, until, "--json", *lake) == 0, playlake.notices
        assert bool(json.loads(playlake.output)["changes"]) == is_changed
