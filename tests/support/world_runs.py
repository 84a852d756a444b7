"""Sixty days of the stand-in's world, read by the extractor over HTTP and transformed into a lake.

Everything is the real code in one process; only waits and days take no time. What happens on which
day is written in `WorldRuns.live`. All synthetic.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from compacting import compact
from edited_playlists import EditedPlaylist
from pydantic import SecretStr, TypeAdapter
from served import serve
from twins.transformer.transforms import InlineTransforms
from world_truth import Held, held_now

from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import run_prefix, state_key
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SAVED_TRACKS_ID
from playlake_extractor.errors import LandingFailedError, StopError
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.public import FolderRawStore, FolderStateStore
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.parts import PartLimits
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.source import SpotifySource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi
from playlake_sandbox import Settings, create_app
from playlake_sandbox.faults.active_rules import FaultRule
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
    from collections.abc import Collection, Iterator, Sequence

    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder
    from playlake_sandbox.state import Sandbox

SOURCE: Final = "spotify"
# So that the sixty days are of three months.
FIRST: Final = datetime(2026, 10, 12, 6, tzinfo=UTC)
DAYS: Final = 60
EVENING: Final = timedelta(hours=12)
# The standing playlists that are read: of every kind, the first longer than a page.
STANDING: Final = (0, 1, 3, 4, 5, 6, 7)
LARGEST: Final = 120
LIKED_SONGS: Final = 70
EDITED_SIZES: Final = (40, 118, 6)
# The run of this day is transformed five days later.
LATE, LATE_UNTIL = 20, 25
_FAILING: Final = 0.06
_LIKED_SONGS_FAIL_EVERY: Final = 15
_LIMITS: Final = PartLimits(max_snapshots=8)
_REFRESH_AFTER: Final = timedelta(days=6)
_TIMEOUT: Final = timedelta(seconds=30)
_BYTES: Final = 1 << 28
_USER: Final = Credentials(
    "sandbox-client-id", SecretStr("sandbox-client-secret"), SecretStr("sandbox-refresh-token")
)
_rules: Final[TypeAdapter[list[FaultRule]]] = TypeAdapter(list[FaultRule])


@dataclass(slots=True)
class Clock:
    """A clock that goes on a little whenever somebody looks at it."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=250)
        return self.now

    def skip(self, seconds: float) -> None:
        """Wait."""
        self.now += timedelta(seconds=seconds)


class DyingStore(FolderRawStore):
    """A store that takes so many objects and then fails."""

    def __init__(self, folder: Folder, takes: int) -> None:
        super().__init__(folder)
        self._takes = takes

    def land(self, key: str, body: bytes, content_type: str) -> None:
        if self._takes == 0:
            raise LandingFailedError(f"the disk is full before {key}")
        self._takes -= 1
        super().land(key, body, content_type)


@dataclass(slots=True)
class WorldRuns:
    """A lake, and the world that its runs read.

    Attributes:
        folder: the lake.
        sandbox: the stand-in.
        address: its address.
        random: the dice.
        edited: playlists that are edited before every run.
        wanted: the ids of all playlists that are read, liked songs among them.
        world: each playlist as it was when a run read it, by run; None if it was deleted.
        outcomes: the outcome of each playlist in each run that ended.
        compacted: what each compaction made.
    """

    folder: Folder
    sandbox: Sandbox
    address: str
    random: Random
    edited: list[EditedPlaylist]
    wanted: list[str]
    world: dict[str, dict[str, Held | None]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    compacted: list[list[str]] = field(default_factory=list)

    def live(self) -> Iterator[int]:
        """Live through the days; gives each when its runs and all that follows are over."""
        late = ""
        for day in range(DAYS):
            at = FIRST + timedelta(days=day)
            deleted = {len(self.edited) - 1} if 14 <= day < 18 or day >= DAYS - 3 else ()
            faults = self._faults(day)
            takes = 1 if day in {19, 33} else None
            run_id = self.run(at, *faults, deleted=deleted, takes=takes, commits=day != LATE)
            if day == 33:
                self.go_on(at, after=timedelta(hours=1))
            if day % 6 == 2:
                self.run(at + EVENING, *self._failures(), deleted=deleted)
            late = run_id if day == LATE else late
            if day == LATE_UNTIL:
                self.commit(late)
            if day % 8 == 5:
                self.commit(run_id)
            if day in {10, 30, 50}:  # the second and the third are of months that are compacted
                before = RunId.derive(SOURCE, at - timedelta(days=day % 20))
                self.commit(str(before), overwrite=True)
            if day in {6, 22, 26, 51}:
                self.compact(at + timedelta(hours=14))
            yield day

    def _faults(self, day: int) -> list[dict[str, Any]]:
        """What Spotify does on the morning of a day."""
        pages = [f"/v1/playlists/{one}/items" for one in self.wanted]
        if day == 7:  # the whole run fails
            return [{"kind": "status", "path": "/api/token", "status": 503, "times": None}]
        if day == 28:  # in the middle of the run
            return [
                {"kind": "quota_used_up", "path": "/v1/playlists/*", "first": 4, "seconds": 3600}
            ]
        if day in {9, 23, 41, 53}:  # torn, but for the second, which is read again
            times = 1 if day == 23 else None
            return [{"kind": "snapshot_changes", "path": path, "times": times} for path in pages]
        if day in {12, 45}:  # entries are missing
            return [{"kind": "short_page", "path": path, "times": None} for path in pages]
        return self._failures()

    def _failures(self) -> list[dict[str, Any]]:
        """Some playlists fail, each in its own way."""
        fail = {
            one: self.random.choice((403, 404, 404, 500))
            for one in self.wanted
            if one != SAVED_TRACKS_ID and self.random.random() < _FAILING
        }
        faults = {f"/v1/playlists/{one}*": status for one, status in fail.items()}
        if len(self.world) % _LIKED_SONGS_FAIL_EVERY == 1:
            faults["/v1/me/tracks*"] = 403
        return [
            {"kind": "status", "path": path, "status": status, "times": None}
            for path, status in faults.items()
        ]

    def run(
        self,
        at: datetime,
        *faults: dict[str, Any],
        deleted: Collection[int] = (),
        takes: int | None = None,
        commits: bool = True,
    ) -> str:
        """Edit the playlists, and read and transform them; return the id of the run.

        Args:
            at: the scheduled time.
            faults: how the stand-in misbehaves.
            deleted: the numbers of edited playlists that do not exist.
            takes: how many objects the folder takes before it fails; None takes all.
            commits: whether what was landed is transformed.
        """
        self.sandbox.clock.set(at)
        for number, one in enumerate(self.edited):
            one.edit(at)
            if number in deleted:
                self.sandbox.made.pop(one.held.id, None)
            else:
                self.sandbox.made[one.held.id] = one.held
        return self.go_on(at, *faults, takes=takes, commits=commits)

    def go_on(
        self,
        at: datetime,
        *faults: dict[str, Any],
        after: timedelta = timedelta(seconds=2),
        takes: int | None = None,
        commits: bool = True,
    ) -> str:
        """Start a run, also one that broke off, some time after it was scheduled."""
        self.sandbox.faults.replace(_rules.validate_python(list(faults)))
        run = Run(SOURCE, RunId.derive(SOURCE, at), "0.0-test", limits=_LIMITS,
                  refresh_after=_REFRESH_AFTER)  # fmt: skip
        run_id, clock = str(run.run_id), Clock(at + after)
        raw = FolderRawStore(self.folder) if takes is None else DyingStore(self.folder, takes)
        stores = Stores(raw, FolderStateStore(self.folder, state_key(SOURCE)))
        try:
            manifest = extract(run, self.wanted, self._source(clock), stores, clock)
            self.outcomes[run_id] = {
                one.playlist_id: one.outcome.value for one in manifest.playlists
            }
        except StopError:
            self.outcomes.pop(run_id, None)
        self.world[run_id] = {one: held_now(self.sandbox, one) for one in self.wanted}
        if commits:
            self.commit(run_id)
        return run_id

    def commit(self, run_id: str, *, overwrite: bool = False) -> None:
        """Transform what a run has landed, whether it is transformed or not."""
        prefix = run_prefix(SOURCE, RunId.parse(run_id))
        asyncio.run(self._commit(list(raw_keys(self.folder.keys(prefix))), overwrite=overwrite))

    def compact(self, now: datetime, **settings: timedelta) -> None:
        """Compact the lake."""
        self.compacted.append(compact(self.folder, now, **settings))

    async def _commit(self, keys: list[RawKey], *, overwrite: bool) -> None:
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
        backlog = Backlog(committer, FolderRejects(self.folder), at_once=4, overwrite=overwrite)
        result = await backlog.commit(keys)
        assert (result.committed, result.rejected, result.failed) == (len(keys), 0, 0)

    def _source(self, clock: Clock) -> SpotifySource:
        token_url = f"{self.address}/api/token"
        tokens = TokenSource(_USER, token_url, _TIMEOUT, on_rotation=lambda _: None)
        pacer = Pacer(timedelta(0))
        sender = Sender(
            "Spotify", tokens, pacer, RetryBudget(), lambda: clock.now, sleep=clock.skip
        )
        return SpotifySource(SpotifyWebApi(sender, f"{self.address}/v1/", _TIMEOUT, _TIMEOUT))


@contextmanager
def world_runs(
    folder: Folder,
    seed: int,
    *,
    standing: Sequence[int] = STANDING,
    edited: int = len(EDITED_SIZES),
) -> Iterator[WorldRuns]:
    """A lake without runs, and a served world.

    Args:
        folder: the lake.
        seed: the seed of the world and of all that happens to it.
        standing: the numbers of the standing playlists that are read.
        edited: the number of edited playlists.
    """
    app = create_app(Settings(seed=seed, largest=LARGEST, liked_songs=LIKED_SONGS))
    random, sandbox = Random(seed), app.state.sandbox
    sizes = [EDITED_SIZES[number % len(EDITED_SIZES)] for number in range(edited)]
    made = [
        EditedPlaylist.make(random, seed, number, size, FIRST) for number, size in enumerate(sizes)
    ]
    wanted = [sandbox.library.playlist(number).id for number in standing]
    wanted += [*(one.held.id for one in made), SAVED_TRACKS_ID]
    with serve(app) as address:
        yield WorldRuns(folder, sandbox, address, random, made, wanted)
