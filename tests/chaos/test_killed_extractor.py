"""An extractor that is killed, whenever it is, loses nothing and lands nothing twice.

`make chaos-extractor` does it two hundred times; the tests a few times.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port

from playlake import local_aws as local
from playlake.demo.sandbox import Sandbox
from playlake.local_aws.environments import extractor_environment
from playlake.project import Project
from playlake.services.http import ask
from playlake.services.ports import HOST
from playlake.services.processes import module_command, service, service_environment, start
from playlake_contracts.keys import RawKey, details_key, run_prefix, state_key
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_details, decode_snapshot, read_frames, read_header
from playlake_contracts.runs import RunId
from playlake_extractor.run.details import SERVE_FOR, decode_requested, name_of
from playlake_extractor.run.state import decode_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_contracts.manifest import Manifest

pytestmark = pytest.mark.timeout(3600)

STANDING = 12
FIRST_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
READ = {Outcome.LANDED, Outcome.UNCHANGED}


@dataclass(slots=True)
class Lake:
    """A stand-in for Spotify, and a raw bucket that an extractor lands its playlists in."""

    aws: LocalAws
    spotify: Sandbox
    logs: Path
    playlists: int
    day: datetime = FIRST_DAY
    killed_when: Counter[str] = field(default_factory=Counter)
    details_on: dict[str, datetime] = field(default_factory=dict)

    @property
    def run_id(self) -> RunId:
        return RunId.derive("spotify", self.day)

    def next_day(self, refresh_after_days: int) -> dict[str, str]:
        """Move on by a day: the environment of that day's run."""
        self.day += timedelta(days=1)
        self.spotify.set_clock(self.day)
        own = extractor_environment(
            os.environ,
            self.aws,
            self.spotify.settings,
            playlists=self.spotify.playlist_ids(),
            scheduled_at=self.day,
            requests_per_second=100,
        )
        return {
            **own,
            "PLAYLAKE_REQUEST_BURST": "100",
            "PLAYLAKE_PART_MAX_SNAPSHOTS": "6",
            "PLAYLAKE_PART_MAX_BYTES": "400000",
            "PLAYLAKE_ENRICH": "true",
            "PLAYLAKE_ENRICH_BUDGET": "60",
            "PLAYLAKE_REFRESH_AFTER_DAYS": str(refresh_after_days),
        }

    def run_to_end(self, environment: dict[str, str]) -> float:
        """Run and let it end: the seconds that it took."""
        began = time.monotonic()
        log = self.logs / "extractor.log"
        assert start(module_command("extractor"), environment, log).wait() == 0, log.read_text()
        return time.monotonic() - began

    def run_and_kill(self, environment: dict[str, str], after: float) -> bool:
        """Run and kill it after so many seconds: whether it was still running."""
        process = start(module_command("extractor"), environment, self.logs / "killed.log")
        time.sleep(after)
        is_running = process.poll() is None
        process.kill()
        process.wait()
        if is_running:
            self.killed_when[self._moment()] += 1
        return is_running

    def objects(self) -> dict[str, bytes]:
        """What the run has landed, by part."""
        listed = self.aws.s3.list_objects_v2(
            Bucket=self.aws.resources.raw_bucket, Prefix=run_prefix("spotify", self.run_id)
        )
        return {
            RawKey.parse(found["Key"]).part: self._read(found["Key"])
            for found in listed.get("Contents", [])
        }

    def in_force(self) -> set[str]:
        """The playlists that have a snapshot in force, according to the state."""
        return set(decode_state(self._read(state_key("spotify"))).playlists)

    def asked(self) -> set[str]:
        """The artists and albums whose details were requested, according to the state."""
        return set(decode_requested(self._read(details_key("spotify"))).asked)

    def _read(self, key: str) -> bytes:
        found = self.aws.s3.get_object(Bucket=self.aws.resources.raw_bucket, Key=key)
        return found["Body"].read()

    def _moment(self) -> str:
        landed = self.objects()
        if "manifest" in landed:
            return "after the manifest"
        return "between parts" if landed else "before the first part"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Lake]:
    playlists = pytestconfig.getoption("--playlists")
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("killed"))
    spotify = Sandbox(choose_port())
    own = {
        "PLAYLAKE_SANDBOX_PORT": str(spotify.port),
        "PLAYLAKE_SANDBOX_TIER": "extended",
        "PLAYLAKE_SANDBOX_PLAYLISTS": str(playlists - STANDING),
        "PLAYLAKE_SANDBOX_LARGEST": "150",
        "PLAYLAKE_SANDBOX_DAILY_CHANGE_PERCENT": "60",
    }
    environment = service_environment(os.environ, own)
    health = f"http://{HOST}:{spotify.port}/sandbox/health"
    with (
        local.local_aws(project, port=choose_port()) as aws,
        service("sandbox", environment, health, logs=project.logs),
    ):
        yield Lake(aws, spotify, project.logs, playlists)


def test_killed_at_any_moment_a_run_ends_complete(lake: Lake, pytestconfig: pytest.Config) -> None:
    kills = pytestconfig.getoption("--kills")
    seed = pytestconfig.getoption("--seed") or random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    usual = lake.run_to_end(lake.next_day(0))
    runs = 0
    while lake.killed_when.total() < kills:
        environment = lake.next_day(chance.choice([0, 7]))
        while lake.run_and_kill(environment, chance.uniform(0.2, usual)):
            if lake.killed_when.total() == kills or chance.random() < 0.3:
                break
        lake.run_to_end(environment)
        check_run(lake)
        runs += 1
    assert lake.details_on
    for moment, times in sorted(lake.killed_when.items()):
        print(f"killed {moment}: {times} times")
    print(
        f"{kills} kills, {runs} runs of {lake.playlists} playlists, all complete; "
        f"details of {len(lake.details_on)} artists and albums, none of them landed too early"
    )


def test_of_two_that_start_at_once_one_carries_the_run_and_the_other_says_so(lake: Lake) -> None:
    slowly = {"PLAYLAKE_REQUESTS_PER_SECOND": "10", "PLAYLAKE_REQUEST_BURST": "1"}
    environment = {**lake.next_day(0), **slowly, "PLAYLAKE_ENRICH_BUDGET": "5"}
    logs = [lake.logs / "one.log", lake.logs / "other.log"]
    processes = [start(module_command("extractor"), environment, log) for log in logs]
    statuses = [process.wait() for process in processes]

    assert sorted(statuses) == [0, 75]
    said = logs[statuses.index(75)].read_text()
    assert "another extractor carries out this run" in said
    check_run(lake)


def check_run(lake: Lake) -> None:
    """Every playlist is accounted for, and what was landed was landed once and whole."""
    landed = lake.objects()
    manifest = decode_manifest(landed.pop("manifest"))
    assert manifest.configured == lake.playlists
    assert {part.part for part in manifest.parts} == set(landed)
    assert [p.outcome for p in manifest.playlists if p.outcome not in READ] == [Outcome.GONE]
    frames = [
        frame for body in landed.values() for frame in read_frames(body, max_frame_bytes=1 << 28)
    ]
    check_snapshots(lake, manifest, [f for f in frames if read_header(f).kind == "playlist"])
    check_details(lake, manifest, [f for f in frames if read_header(f).kind != "playlist"])


def check_snapshots(lake: Lake, manifest: Manifest, frames: list[bytes]) -> None:
    snapshots = [decode_snapshot(frame) for frame in frames]
    assert Counter(snapshot.playlist_id for snapshot in snapshots) == Counter(landed_by(manifest))
    sizes = {
        playlist["id"]: (playlist["size"], playlist["snapshot_id"])
        for playlist in ask(lake.spotify.port, "GET", "/sandbox/playlists")
    }
    for snapshot in snapshots:
        assert snapshot.complete
        assert (snapshot.entries, snapshot.snapshot_id) == sizes[snapshot.playlist_id]
    assert lake.in_force() >= set(landed_by(manifest))


def check_details(lake: Lake, manifest: Manifest, frames: list[bytes]) -> None:
    """Every artist and album that was landed was due: never requested, or thirty days ago."""
    assert manifest.details is not None
    assert manifest.details.refused == 0
    assert manifest.details.artists + manifest.details.albums == len(frames)
    landed = {name_of("spotify", one.kind, one.id) for one in map(decode_details, frames)}
    assert len(landed) == len(frames)
    for uri in landed:
        assert lake.day - lake.details_on.get(uri, datetime.min.replace(tzinfo=UTC)) >= SERVE_FOR
        lake.details_on[uri] = lake.day
    assert lake.asked() >= landed


def landed_by(manifest: Manifest) -> list[str]:
    return [p.playlist_id for p in manifest.playlists if p.outcome is Outcome.LANDED]
