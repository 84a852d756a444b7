"""The parts hold exactly the bytes that Spotify sent, in every tier."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from free_ports import choose_port

from playlake import local_aws as local
from playlake.demo.extractor import extractor
from playlake.demo.sandbox import Sandbox
from playlake.demo.week import extract
from playlake.local_aws.environments import extractor_environment
from playlake.project import Project
from playlake.services.ports import HOST
from playlake.services.processes import module_command, start
from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.manifest import Manifest, decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import RawSnapshot, decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_sandbox import Settings, Tier, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws


FIRST_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
MAX_FRAME_BYTES = 2**30


class Recorder:
    """An ASGI application that records every body of another one, by path and in order.

    Responses to requests with `fields=` are left out, because they are not landed.
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401  ASGI is untyped
        self.app = app
        self.bodies: dict[str, list[bytes]] = defaultdict(list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        body = bytearray()

        async def keep(message: Any) -> None:  # noqa: ANN401
            body.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, keep)
        if scope["type"] == "http" and b"fields=" not in scope["query_string"]:
            self.bodies[scope["path"]].append(bytes(body))


@contextmanager
def recording_sandbox(tier: Tier, largest: int = 2_000) -> Iterator[tuple[Sandbox, Recorder]]:
    """The sandbox in a thread, with a record of all it sends."""
    port = choose_port()
    recorder = Recorder(create_app(Settings(tier=tier, port=port, largest=largest)))
    config = uvicorn.Config(recorder, HOST, port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the sandbox starts"
            time.sleep(0.01)
        yield Sandbox(port), recorder
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return replace(Project.find(os.environ), home=tmp_path_factory.mktemp("verbatim"))


@pytest.fixture(scope="module")
def aws(project: Project) -> Iterator[LocalAws]:
    with local.local_aws(project, port=choose_port()) as aws:
        yield aws


def landed(aws: LocalAws, run_id: RunId) -> tuple[Manifest, list[RawSnapshot]]:
    """A run's manifest and snapshots, read from the raw bucket."""

    def read(key: str) -> bytes:
        return aws.s3.get_object(Bucket=aws.resources.raw_bucket, Key=key)["Body"].read()

    manifest = decode_manifest(read(str(RawKey.of_manifest("spotify", run_id))))
    assert all(part.key.startswith(run_prefix("spotify", run_id)) for part in manifest.parts)
    frames = (
        frame
        for part in manifest.parts
        for frame in read_frames(read(part.key), max_frame_bytes=MAX_FRAME_BYTES)
    )
    return manifest, [decode_snapshot(frame) for frame in frames]


def peak_memory_mb(pid: int) -> float:
    """The peak memory of a process; 0 after it has ended."""
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0


@pytest.mark.parametrize("tier", Tier)
def test_every_raw_byte_in_a_part_equals_what_the_sandbox_sent(
    tier: Tier, project: Project, aws: LocalAws
) -> None:
    day = FIRST_DAY + timedelta(days=list(Tier).index(tier))
    with (
        recording_sandbox(tier) as (spotify, recorder),
        extractor(os.environ, project.logs) as runs,
    ):
        playlists = spotify.playlist_ids()
        extract(runs, aws, spotify, playlists, day)
    manifest, snapshots = landed(aws, RunId.derive("spotify", day))

    assert manifest.configured == len(playlists) == len(manifest.playlists)
    assert {s.playlist_id for s in snapshots} == {
        p.playlist_id for p in manifest.playlists if p.outcome is Outcome.LANDED
    }
    assert len(snapshots) >= 9
    assert any(snapshot.pages for snapshot in snapshots), "a playlist has further pages"
    for snapshot in snapshots:
        path = f"/v1/playlists/{snapshot.playlist_id}"
        assert [bytes(snapshot.playlist)] == recorder.bodies[path]
        assert [bytes(page) for page in snapshot.pages] == recorder.bodies[f"{path}/items"]


def test_ten_thousand_items_are_landed_verbatim_in_bounded_memory(
    project: Project, aws: LocalAws
) -> None:
    day = FIRST_DAY + timedelta(days=20)
    with recording_sandbox(Tier.EXTENDED, largest=10_000) as (spotify, recorder):
        (largest,) = spotify.playlist_ids()[:1]
        environment = extractor_environment(
            os.environ,
            aws,
            spotify.settings,
            playlists=[largest],
            scheduled_at=day,
            requests_per_second=100,
        )
        process = start(module_command("extractor"), environment, project.logs / "largest.log")
        peak_mb = 0.0
        while process.poll() is None:
            peak_mb = max(peak_mb, peak_memory_mb(process.pid))
            time.sleep(0.01)
    assert process.returncode == 0
    _, (snapshot,) = landed(aws, RunId.derive("spotify", day))

    sent = recorder.bodies[f"/v1/playlists/{largest}/items"]
    assert [bytes(page) for page in snapshot.pages] == sent
    assert snapshot.tail.entries > 9_900
    json_mb = sum(map(len, sent)) / 1024**2
    print(
        f"{snapshot.tail.entries:,} items, {json_mb:.0f} MB of JSON: "
        f"at most {peak_mb:.0f} MB in memory"
    )
    assert peak_mb < 120


def test_a_new_app_has_the_expected_outcomes(project: Project, aws: LocalAws) -> None:
    day = FIRST_DAY + timedelta(days=10)
    with (
        recording_sandbox(Tier.NEWER_DEV) as (spotify, _),
        extractor(os.environ, project.logs) as runs,
    ):
        extract(runs, aws, spotify, spotify.playlist_ids(), day)
    manifest, _ = landed(aws, RunId.derive("spotify", day))
    assert manifest.counts() == {
        Outcome.LANDED: 10,
        Outcome.GONE: 1,
        Outcome.NOT_READABLE: 1,
    }
    assert sum(manifest.counts().values()) == manifest.configured
