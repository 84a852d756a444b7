"""A week of YouTube's stand-in: read over HTTP, transformed into a lake, and asked by the command.

Everything is the real code in one process; only waits and days take no time. All synthetic.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from commands import Command
from folder_lakes import put_files, put_mark
from served import serve

from playlake.project import Project
from playlake_contracts.keys import RawKey, state_key
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_contracts.sources.youtube import identity_of
from playlake_extractor.public import FolderRawStore, FolderStateStore
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.youtube.settings import YoutubeSettings
from playlake_extractor.sources.youtube.source import open_youtube
from playlake_lake.identity import make_lake
from playlake_sandbox import Settings, create_app
from playlake_sandbox.sources.youtube.routes import API_KEY
from playlake_sandbox.sources.youtube.world import Kept, kept_playlists, video_of

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from playlake_contracts.manifest import Manifest
    from playlake_lake.folder import Folder
    from playlake_sandbox.state import Sandbox

FIRST = datetime(2026, 11, 18, 6, tzinfo=UTC)
DAYS = 7
SEED = Settings().seed
KEPT = {kept.playlist.profile.name: kept for kept in kept_playlists(SEED)}
LARGE, TRAM, UNLISTED = (
    KEPT[name] for name in ("Everything, on video", "Clips for the tram", "Only by its link")
)


@dataclass(slots=True)
class Bodies:
    """Keeps the body of each answer of a server, by the address that was asked for."""

    app: FastAPI
    kept: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        body = bytearray()

        async def keep(message: Any) -> None:  # noqa: ANN401 - ASGI
            body.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, keep)
        if scope["type"] == "http" and scope["path"].startswith("/youtube/"):
            self.kept.append(bytes(body))


@dataclass(slots=True)
class Week:
    """A week of runs, and what they left behind."""

    lake: Folder
    sandbox: Sandbox
    manifests: list[Manifest]
    sent: list[bytes]

    def rows(self, playlake: Command, sql: str) -> list[dict[str, Any]]:
        assert playlake("query", sql, "--json", "--lake", str(self.lake.root)) == 0
        found: list[dict[str, Any]] = json.loads(playlake.output)
        return found


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Seven days of all playlists; the largest one only on the first day and on the last."""
    lake, _ = make_lake(tmp_path_factory.mktemp("week") / "lake")
    app = create_app(Settings())
    bodies = Bodies(app)
    sandbox: Sandbox = app.state.sandbox
    manifests = []
    with serve(bodies) as url:
        settings = YoutubeSettings.model_validate(
            {
                "youtube_api_key": API_KEY,
                "youtube_api_url": f"{url}/youtube/v3/",
                "requests_per_second": 100,
                "request_burst": 100,
            }
        )
        for number in range(DAYS):
            now = FIRST + timedelta(days=number)
            sandbox.clock.set(now)
            is_end = number in {0, DAYS - 1}
            wanted = [kept.playlist.id for kept in KEPT.values() if is_end or kept is not LARGE]
            run = Run("youtube", RunId.derive("youtube", now), "0.0-test")
            stores = Stores(FolderRawStore(lake), FolderStateStore(lake, state_key("youtube")))
            source = open_youtube(settings, partial(_moment, now))
            manifests.append(extract(run, wanted, source, stores, partial(_moment, now)))
    for key in sorted(lake.keys("raw/")):
        put_files(lake, RawKey.parse(key))
        put_mark(lake, RawKey.parse(key))
    return Week(lake, sandbox, manifests, bodies.kept)


def _moment(now: datetime) -> datetime:
    return now


@pytest.fixture
def playlake(tmp_path: Path) -> Command:
    """The command."""
    return Command(Project(tmp_path))


def lost_in_week(kept: Kept, week: Week) -> list[str]:
    """The videos of a playlist that vanish in the week, while they are in it."""
    first, last = FIRST.date(), (FIRST + timedelta(days=DAYS - 1)).date()
    found = []
    for slot in week.sandbox.contents(kept.playlist, last).slots:
        video = video_of(kept.playlist, slot)
        was_there = slot in week.sandbox.contents(kept.playlist, first).slots
        if video.is_lost(last) and not video.is_lost(first) and was_there:
            found.append(video.id)
    return found


def test_every_playlist_has_its_outcome_on_every_day(week: Week) -> None:
    by_name = {kept.playlist.id: name for name, kept in KEPT.items()}
    outcomes = [
        {by_name[one.playlist_id]: one.outcome for one in manifest.playlists}
        for manifest in week.manifests
    ]
    assert all(day["Members only"] is Outcome.FORBIDDEN for day in outcomes)
    assert all(day["Diary"] is Outcome.GONE for day in outcomes)
    over = [day["Summer, already over"] for day in outcomes]
    assert over == [Outcome.LANDED] * 6 + [Outcome.GONE]
    readable = set(KEPT) - {"Members only", "Diary", "Summer, already over"}
    assert {day[name] for day in outcomes for name in readable & day.keys()} == {Outcome.LANDED}


def test_what_is_landed_is_what_was_sent(week: Week) -> None:
    sent = Counter(week.sent)
    landed = [
        bytes(response)
        for key in week.lake.keys("raw/")
        if "part-" in key
        for frame in read_frames(week.lake.read(key) or b"")
        for snapshot in [decode_snapshot(frame)]
        for response in (snapshot.playlist, *snapshot.pages)
    ]
    assert len(landed) > 100
    # Google's answers end with a line feed, which is no part of their JSON.
    assert not Counter(landed) - Counter({one.strip(): count for one, count in sent.items()})


def test_rows_and_manifests_agree(week: Week, playlake: Command) -> None:
    outcomes = week.rows(
        playlake,
        "select count(*) as n, count(distinct o.content_hash) as hashes, "
        "sum(cast(o.content_hash = p.content_hash and o.entries = p.entries as int)) as equal "
        "from run_outcomes o join playlists p using (source, run_id, playlist_id)",
    )
    landed = sum(manifest.counts()[Outcome.LANDED] for manifest in week.manifests)
    assert (outcomes[0]["n"], outcomes[0]["equal"]) == (landed, landed)
    (rows,) = week.rows(playlake, "select count(*) as n from quarantine")
    assert rows["n"] == 0


def test_a_large_playlist_is_whole(week: Week, playlake: Command) -> None:
    size = len(week.sandbox.contents(LARGE.playlist, FIRST.date()).slots)
    found = week.rows(
        playlake,
        "select entries, is_complete from playlists where playlist_id = "
        f"'{LARGE.playlist.id}' order by fetched_at limit 1",
    )
    assert found == [{"entries": size, "is_complete": True}]
    assert size > 4_900


def test_a_video_that_vanishes_is_shown_with_its_old_title(week: Week, playlake: Command) -> None:
    titles = {
        video_of(LARGE.playlist, slot).id: video_of(LARGE.playlist, slot)
        for slot in week.sandbox.contents(LARGE.playlist, FIRST.date()).slots
    }
    vanished = lost_in_week(LARGE, week)
    assert len(vanished) > 10
    place = ["--lake", str(week.lake.root)]

    assert playlake("show", LARGE.playlist.profile.name, "--json", *place) == 0
    entries = {one["uri"]: one for one in json.loads(playlake.output)["entries"]}
    for video_id in vanished:
        entry = entries[identity_of(video_id)]
        assert entry["item_type"] == "unavailable"
        assert entry["name"] == titles[video_id].title
        assert entry["artist_names"] == titles[video_id].owner
        assert entry["url"] == f"https://www.youtube.com/watch?v={video_id}"

    assert playlake("show", LARGE.playlist.profile.name, "--m3u", *place) == 0
    assert f"{titles[vanished[0]].title} (unavailable)" in playlake.output

    assert (
        playlake("diff", LARGE.playlist.profile.name, FIRST.date().isoformat(), "--json", *place)
        == 0
    )
    changes = json.loads(playlake.output)["changes"]
    gone = {one["uri"]: one["name"] for one in changes if one["kind"] == "unavailable"}
    assert {identity_of(one): titles[one].title for one in vanished}.items() <= gone.items()

    asked = ("query", "--name=songs_vanished", "--param=since=2026-11-01", "--json", *place)
    assert playlake(*asked) == 0, playlake.notices
    named = {one["identity"]: one["name"] for one in json.loads(playlake.output)}
    assert {identity_of(one): titles[one].title for one in vanished}.items() <= named.items()


def test_the_history_says_when_a_video_vanished(week: Week, playlake: Command) -> None:
    found = week.rows(
        playlake,
        "select name, identity from changes where change = 'unavailable' and playlist_id = "
        f"'{LARGE.playlist.id}'",
    )
    assert {identity_of(one) for one in lost_in_week(LARGE, week)} <= {
        one["identity"] for one in found
    }
    assert all(one["name"] for one in found)


def test_named_queries_link_to_videos_and_channels(week: Week, playlake: Command) -> None:
    for name, key, link in (
        ("songs", "song_id", "https://www.youtube.com/watch?v="),
        ("artists", "artist_id", "https://www.youtube.com/channel/"),
    ):
        asked = ("query", f"--name={name}", "--param=since=2026-11-01", "--json")
        assert playlake(*asked, "--lake", str(week.lake.root)) == 0, playlake.notices
        found = json.loads(playlake.output)
        assert found
        assert all(one["url"] == f"{link}{one[key]}" for one in found)
