"""A week of ListenBrainz through both services into a lake, and what its history says."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console

from playlake.__main__ import run
from playlake.invocation import Invocation
from playlake.project import Project
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_lake.tables import query
from playlake_web.adapters.folder import FolderReader
from playlake_web.facts.playlists import playlists
from playlake_web.pages.playlist import PlaylistView

if TYPE_CHECKING:
    from tests.integration.listenbrainz.conftest import ListenBrainz

Json = dict[str, Any]

DAYS = 7
OF_TRACK = "https://musicbrainz.org/doc/jspf#track"
OF_PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"
MINE = 5  # public playlists of the user

ITEMS = """
select playlist_id, position, identity, track_id, name, artist_names, added_by, duration_ms
from playlist_items where run_id = ? order by 1, 2
"""


def asked(lake: ListenBrainz, *arguments: str) -> str:
    """What a command prints; what it says if it fails."""
    printed, said = io.StringIO(), io.StringIO()
    here = Invocation(
        Project.find({}), Console(file=printed, width=200), Console(file=said, width=400)
    )
    status = run([*arguments, "--lake", str(lake.folder.root)], here)
    return said.getvalue() if status else printed.getvalue()


def sent_rows(playlist_id: str, body: bytes) -> list[tuple[Any, ...]]:
    """The rows that a response must become, without code of the services."""
    rows = []
    for position, track in enumerate(json.loads(body)["playlist"]["track"]):
        [identifier] = track["identifier"]
        rows.append(
            (
                playlist_id,
                position,
                identifier,
                identifier.rpartition("/")[2],
                track.get("title"),
                track.get("creator"),
                track["extension"][OF_TRACK]["added_by"],
                track.get("duration"),
            )
        )
    return rows


def test_a_week_is_landed_verbatim_and_becomes_rows_and_a_history(
    listenbrainz: ListenBrainz,
) -> None:
    first, names = listenbrainz.now, listenbrainz.ids()
    versions: dict[str, str | None] = {}
    titles: dict[datetime, list[str | None]] = {}
    for day in range(DAYS):
        at = first + timedelta(days=day)
        manifest = listenbrainz.run(at)
        assert len(manifest.playlists) == MINE
        for outcome in manifest.playlists:
            body = listenbrainz.sent(outcome.playlist_id)
            about = json.loads(body)["playlist"]["extension"][OF_PLAYLIST]
            version = about.get("last_modified_at")
            is_known = version is not None and versions.get(outcome.playlist_id) == version
            expected = Outcome.UNCHANGED if is_known else Outcome.LANDED
            assert (outcome.outcome, outcome.snapshot_id) == (expected, version)
            versions[outcome.playlist_id] = version
        landed = [one for one in manifest.playlists if one.outcome is Outcome.LANDED]
        # One request for the list, and one for each playlist that changed.
        assert manifest.requests == 1 + len(landed)
        assert_landed(listenbrainz, manifest.run_id, [one.playlist_id for one in landed])
        rainy = json.loads(listenbrainz.sent(names["Rainy days"]))["playlist"]["track"]
        titles[at] = [track.get("title") for track in rainy]

    days = sorted(titles)
    assert titles[days[0]] != titles[days[-1]]
    link = f"https://listenbrainz.org/playlist/{names['Rainy days']}"
    for at in (days[0], days[3], days[-1]):
        shown = json.loads(asked(listenbrainz, "show", link, "--at", f"{at:%Y-%m-%d}", "--json"))
        assert [entry["name"] for entry in shown["entries"]] == titles[at]
    changed = json.loads(asked(listenbrainz, "diff", "rainy days", f"{days[0]:%Y-%m-%d}", "--json"))
    before, after = Counter(titles[days[0]]), Counter(titles[days[-1]])
    found = Counter(change["kind"] for change in changed["changes"])
    assert found["added"] == (after - before).total()
    assert found["removed"] == (before - after).total()


def test_a_file_of_a_playlist_has_its_addresses_and_restore_is_spotifys(
    listenbrainz: ListenBrainz,
) -> None:
    listenbrainz.run(listenbrainz.now)
    road = listenbrainz.ids()["Road songs"]
    sent = json.loads(listenbrainz.sent(road))["playlist"]
    written = json.loads(asked(listenbrainz, "show", road, "--jspf"))["playlist"]
    address = f"https://listenbrainz.org/playlist/{road}"
    assert (written["identifier"], written["info"]) == (address, address)
    assert [one["identifier"] for one in written["track"]] == [
        one["identifier"] for one in sent["track"]
    ]
    lines = asked(listenbrainz, "show", road, "--urls").split()
    assert lines == [one["identifier"][0] for one in sent["track"]]
    refused = asked(listenbrainz, "restore", road, "--at", "today")
    assert "Road songs is a playlist of listenbrainz" in refused
    assert "makes playlists of Spotify only" in refused


def test_the_page_names_people_as_listenbrainz_does(listenbrainz: ListenBrainz) -> None:
    listenbrainz.run(listenbrainz.now)
    road = listenbrainz.ids()["Road songs"]
    reader = FolderReader(listenbrainz.folder)
    (playlist,) = (
        one for one in playlists(reader, listenbrainz.now.date()) if one.playlist_id == road
    )
    view = PlaylistView(reader, playlist)
    assert {view.who(stay.added_by) for stay in view.stays} == {"robin", "vesna ♪"}


def assert_landed(lake: ListenBrainz, run_id: str, playlist_ids: list[str]) -> None:
    """Check the bytes in the parts of a run, and the rows that they became."""
    bodies = {one: lake.sent(one) for one in playlist_ids}
    found = set()
    for key in lake.folder.keys("raw/"):
        if f"run={run_id}/part-" in key:
            for frame in read_frames(lake.folder.read(key) or b""):
                snapshot = decode_snapshot(frame)
                assert bodies[snapshot.playlist_id] in frame
                assert snapshot.pages == []
                found.add(snapshot.playlist_id)
    assert found == set(bodies)
    rows = query(lake.folder, ITEMS.replace("?", f"'{run_id}'")).rows
    assert rows == [row for one in sorted(bodies) for row in sent_rows(one, bodies[one])]
