"""The real extractor and transformer over a stand-in for ListenBrainz; only waits take no time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from served import serve
from twins.transformer.transforms import InlineTransforms

from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import run_prefix, state_key
from playlake_contracts.runs import RunId
from playlake_extractor.public import FolderRawStore, FolderStateStore, Settings
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.listenbrainz.setup import open_listenbrainz
from playlake_lake.identity import make_lake
from playlake_sandbox import Settings as SandboxSettings
from playlake_sandbox import create_app
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.folder import (
    FolderCuratedObjects,
    FolderRawObjects,
    FolderRejects,
    NoCatalog,
)
from playlake_transformer.backlog import Backlog
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.finding_contents import FindingContents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playlake_contracts.manifest import Manifest
    from playlake_lake.folder import Folder

Json = dict[str, Any]

SOURCE = "listenbrainz"
FIRST = datetime(2026, 11, 17, 6, tzinfo=UTC)
TOKEN = "sandbox-user-token"  # noqa: S105 - the stand-in's
_BYTES = 1 << 28


@dataclass(slots=True)
class ListenBrainz:
    """A served stand-in, and a lake that runs fill from it."""

    folder: Folder
    control: httpx.Client
    now: datetime = FIRST
    given: Json = field(default_factory=dict)

    def faults(self, *rules: Json) -> None:
        """Let the stand-in misbehave by these rules, and no others."""
        self.control.put("/sandbox/faults", json=list(rules)).raise_for_status()

    def applied(self) -> list[int]:
        """How often each rule was applied."""
        return [rule["applied"] for rule in self.control.get("/sandbox/faults").json()]

    def ids(self) -> dict[str, str]:
        """The MBIDs of all its playlists, by name."""
        listed = self.control.get(f"/sandbox/playlists/{SOURCE}").json()
        return {one["name"]: one["id"] for one in listed}

    def sent(self, playlist_id: str) -> bytes:
        """What it sends of a playlist, to the user of the token."""
        headers = {"authorization": f"Token {TOKEN}"}
        answer = self.control.get(f"/listenbrainz/1/playlist/{playlist_id}", headers=headers)
        return answer.raise_for_status().content

    def requests(self) -> int:
        """How many requests it got so far."""
        counted: dict[str, int] = self.control.get("/sandbox/requests").json()
        return sum(count for path, count in counted.items() if "/listenbrainz/" in path)

    def run(self, at: datetime, wanted: Sequence[str] | None = None) -> Manifest:
        """Set its clock, and read and transform the playlists of a run; None reads the user's."""
        self.now = at
        self.control.put("/sandbox/clock", json={"now": at.isoformat()}).raise_for_status()
        run = Run(SOURCE, RunId.derive(SOURCE, at), "0.0-test", refresh_after=timedelta(days=30))
        source = open_listenbrainz(self._settings(), lambda: self.now, self._pass)
        stores = Stores(
            FolderRawStore(self.folder), FolderStateStore(self.folder, state_key(SOURCE))
        )
        manifest = extract(run, wanted, source, stores, lambda: self.now)
        self.commit(run_prefix(SOURCE, run.run_id))
        return manifest

    def commit(self, prefix: str) -> None:
        """Transform what was landed under a prefix."""
        asyncio.run(self._commit(prefix))

    async def _commit(self, prefix: str) -> None:
        raw, curated = FolderRawObjects(self.folder, _BYTES), FolderCuratedObjects(self.folder)
        transforms, clock = InlineTransforms(), SystemClock()
        committer = Committer(
            raw=raw,
            curated=curated,
            catalog=NoCatalog(),
            transforms=transforms,
            contents=FindingContents(raw, curated, transforms, clock, timedelta(hours=1)),
            clock=clock,
            budget=ByteBudget(_BYTES),
        )
        backlog = Backlog(committer, FolderRejects(self.folder), at_once=4)
        keys = list(raw_keys(self.folder.keys(prefix)))
        result = await backlog.commit(keys)
        assert (result.committed, result.rejected, result.failed) == (len(keys), 0, 0)

    def _settings(self) -> Settings:
        given: Json = {
            "source": SOURCE,
            "playlists": "mine",
            "lake": self.folder.root,
            "listenbrainz_user": "robin",
            "listenbrainz_api_url": f"{str(self.control.base_url).rstrip('/')}/listenbrainz/1/",
            "requests_per_second": 100,
            **self.given,
        }
        return Settings(**given)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def listenbrainz(tmp_path: Path) -> Iterator[ListenBrainz]:
    """A stand-in that uvicorn serves on a free port, and an empty lake in a folder."""
    folder, _ = make_lake(tmp_path / "lake")
    with (
        serve(create_app(SandboxSettings(largest=120))) as address,
        httpx.Client(base_url=address, timeout=30, trust_env=False) as control,
    ):
        yield ListenBrainz(folder, control)
