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
    (tmp_path / "sent-2026-11-18.jspf").write_bytes(listenbrainz.sent(rainy))
    for suffix, day in (("jspf", 19), ("xspf", 20), ("m3u", 21)):
        assert playlake("show", rainy, f"--{suffix}", *lake) == 0, playlake.notices
        (tmp_path / f"shown-2026-11-{day}.{suffix}").write_text(playlake.output)
    files = [str(path) for path in tmp_path.glob("*-2026-11-*")]
    named = ("--playlist", f"https://listenbrainz.org/playlist/{rainy}", "--at", "name")
    assert playlake("import", *files, *named, *lake, "--no-wait") == 0, playlake.notices
    assert "Snapshots: 4. Entries: 160." in playlake.output
    keys = sorted(listenbrainz.folder.keys("raw/"))
    manifests = [key for key in keys if key.endswith("manifest.json")]
    for key in manifests[1:]:
        listenbrainz.commit(key.removesuffix("manifest.json"))
    later = listenbrainz.run(first + timedelta(days=7), [rainy])
    assert [one.outcome for one in later.playlists] == [Outcome.LANDED]

    sql = (
        "SELECT p.source, p.playlist_id, p.content_hash, o.content_hash AS counted "
        "FROM playlists AS p JOIN run_outcomes AS o USING (run_id, playlist_id) "
        "ORDER BY p.fetched_at"
    )
    assert playlake("query", sql, "--json", *lake) == 0, playlake.notices
    rows = json.loads(playlake.output)
    assert len(rows) == 1 + len(files) + 1
    assert {(row["source"], row["playlist_id"]) for row in rows} == {("listenbrainz", rainy)}
    hashes = [row["content_hash"] for row in rows]
    assert hashes == [row["counted"] for row in rows]
    # What was fetched has one digest, whether a run or an import landed it.
    assert hashes[0] == hashes[1] != hashes[-1]
    # Only the second run saw changes, because `show` wrote the same recordings.
    assert playlake("history", rainy, "--json", *lake) == 0, playlake.notices
    timeline = json.loads(playlake.output)["timeline"]
    assert [each["seen_at"] for each in timeline] == [(first + timedelta(days=7)).isoformat()]
    assert playlake("query", "SELECT count(*) AS n FROM quarantine", "--json", *lake) == 0
    assert json.loads(playlake.output) == [{"n": 0}]
