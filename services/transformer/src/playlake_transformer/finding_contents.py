"""Finds the contents of a run's playlists in other raw objects, for `playlist_daily`.

What is found depends on the raw objects alone: the manifests of this run, of the run before, and of
the runs since which playlists are unchanged, and the parts with their snapshots. The run before is
one of the same account. Its file spares reading what is unchanged, and stands in for raw objects
that are no longer there.

A raw object that is missing or cannot be read costs only what it says: that stays null, and is
logged. One part is in memory at a time, and of other snapshots only numbers.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from playlake_contracts.accounts import may_be_of
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_transformer.domain.contents import (
    UnreadableContentsError,
    asserted,
    read_contents,
    read_manifest,
    with_known_change,
)
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import (
    InvalidManifestError,
    RejectError,
    RetryError,
    TransformTimeoutError,
    WorkerDiedError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime, timedelta

    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.contents import Contents, Identities
    from playlake_transformer.ports import Clock, CuratedObjects, RawObjects, Transforms

_log = structlog.get_logger()

T = TypeVar("T")

_TABLE: Final = "playlist_daily"
# The identities in memory before they are compared take 8 bytes each.
_MOST_IDENTITIES: Final = 2_000_000
# A process may die for another reason than the part that it reads.
_ATTEMPTS: Final = 2


@dataclass(frozen=True, slots=True)
class FindingContents:
    """Finds contents.

    Attributes:
        patience: how long reading for one run may take. What is left then stays null, so that the
            manifest is committed before the deadline of its message.
        place: held by whoever has another raw object in memory.
    """

    raw: RawObjects
    curated: CuratedObjects
    transforms: Transforms
    clock: Clock
    patience: timedelta
    place: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, raw: bytes, key: RawKey, *, anew: bool = False) -> tuple[Contents, ...]:
        """Find the contents of the playlists of a run.

        Args:
            raw: its manifest. Of one that is invalid nothing is found: transforming it rejects it.
            key: the key of the manifest.
            anew: whether what can be read is read, even if the file of the run before has it.

        Raises:
            RetryError: a call failed that may succeed later.
        """
        try:
            manifest = read_manifest(raw, key)
        except InvalidManifestError:
            return ()
        reading = _Reading(self, key, self.clock.now() + self.patience)
        finding = _Finding(key, reading, asserted(manifest))
        if finding.now:
            await finding.find(manifest, anew=anew)
        return tuple(finding.now.values())


@dataclass(slots=True)
class _Reading:
    """Reads other objects for the manifest with the key `key`, until a time."""

    world: FindingContents
    key: RawKey
    until: datetime
    _is_late: bool = False

    async def manifest(self, key: RawKey) -> Manifest | None:
        """Read a manifest; None if it is missing or cannot be read."""
        async with self.world.place:
            raw = await self._get(key)
            try:
                return None if raw is None else read_manifest(raw, key)
            except InvalidManifestError as error:
                self.note(str(key), error.code, str(error))
                return None

    async def earlier(self, key: RawKey) -> Mapping[str, Contents]:
        """Read the rows of a run; none if their file is missing or cannot be read."""
        name = key.curated(_TABLE)
        body = await self.world.curated.get(name)
        try:
            return {} if body is None else read_contents(body)
        except UnreadableContentsError as error:
            self.note(name, "unreadable", str(error))
            return {}

    async def part(self, key: RawKey, read: Callable[[bytes], Awaitable[T]]) -> T | None:
        """Read a part; None if it is missing or cannot be read."""
        async with self.world.place:
            raw = await self._get(key)
            return None if raw is None else await self._tried(key, partial(read, raw))

    def note(self, name: str, code: str, reason: str) -> None:
        """Log what could not be read."""
        _log.warning(
            "contents_unknown", object_key=str(self.key), read=name, code=code, reason=reason
        )

    async def _get(self, key: RawKey) -> bytes | None:
        if self._is_too_late(key):
            return None
        created = RawObjectCreated(key, bytes=0, etag=None, version_id=None)
        try:
            found = await self.world.raw.get(created)
        except RejectError as error:
            self.note(str(key), error.code, str(error))
            return None
        if found is None:
            self.note(str(key), "missing", "it is not there, or has expired")
            return None
        return found.body

    def _is_too_late(self, key: RawKey) -> bool:
        is_late = self.world.clock.now() > self.until
        if is_late and not self._is_late:
            self.note(str(key), "out_of_time", "it and others are left: there are too many to read")
        self._is_late = is_late
        return is_late

    async def _tried(self, key: RawKey, read: Callable[[], Awaitable[T]]) -> T | None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await read()
            except RejectError as error:
                self.note(str(key), error.code, str(error))
                return None
            except (WorkerDiedError, TransformTimeoutError) as error:
                if attempt == _ATTEMPTS:
                    self.note(str(key), error.code, str(error))
            except RetryError:
                raise
            except Exception:  # noqa: BLE001  a bug must not keep the run's outcomes from the lake
                _log.exception("contents_unknown", object_key=str(self.key), read=str(key))
                return None
        return None


@dataclass(slots=True)
class _Finding:
    """What is known of the contents of one run so far.

    Attributes:
        key: its manifest.
        now: the contents that it asserts, by playlist.
        before: those that the run before asserts.
    """

    key: RawKey
    reading: _Reading
    now: dict[str, Contents]
    before: dict[str, Contents] = field(default_factory=dict)
    _compared: set[str] = field(default_factory=set)
    _identities: dict[str, Identities] = field(default_factory=dict)

    async def find(self, manifest: Manifest, *, anew: bool) -> None:
        landed = {manifest.run_id: self.now}
        before = await self._find_before(manifest.account)
        if before is not None:
            landed[str(before.run_id)] = self.before
        earlier = {} if before is None else await self.reading.earlier(before)
        if not anew:
            self._know(earlier)
        await self._locate(landed)
        self._know(earlier, lambda contents: contents.contents_part is None)
        self._decide_changes()
        await self._read()
        self._know(earlier, lambda contents: not contents.is_read)

    async def _find_before(self, account: str | None) -> RawKey | None:
        """Find the run before of the same account, and what it asserts; return its manifest's key.

        One that cannot be read counts, because nobody knows whose it was.
        """
        may_be = partial(may_be_of, self.key.source, account)
        async for key in self.reading.world.raw.manifests_before(self.key, may_be):
            manifest = await self.reading.manifest(key)
            if manifest is None or manifest.account == account:
                self.before = {} if manifest is None else asserted(manifest)
                return key
        return None

    def _know(
        self,
        earlier: Mapping[str, Contents],
        lacks: Callable[[Contents], bool] = lambda _: True,
    ) -> None:
        """Take over what the file of the run before says of the same snapshots."""
        for of_run in (self.now, self.before):
            for playlist_id, contents in of_run.items():
                if lacks(contents):
                    of_run[playlist_id] = contents.known_from(earlier.get(playlist_id))

    async def _locate(self, landed: Mapping[str, Mapping[str, Contents]]) -> None:
        """Find the parts of what is unchanged in the manifests of the runs that landed it."""
        wanted: dict[str, list[tuple[dict[str, Contents], Contents]]] = defaultdict(list)
        for of_run in (self.now, self.before):
            for contents in of_run.values():
                if contents.contents_part is None and contents.contents_run_id is not None:
                    wanted[contents.contents_run_id].append((of_run, contents))
        for run_id, unlocated in wanted.items():
            there = landed[run_id] if run_id in landed else await self._landed_by(run_id)
            for of_run, contents in unlocated:
                at = there.get(contents.playlist_id)
                of_run[contents.playlist_id] = contents.known_from(at)

    async def _landed_by(self, run_id: str) -> dict[str, Contents]:
        try:
            key = RawKey.of_manifest(self.key.source, RunId.parse(run_id))
        except ValueError as error:
            self.reading.note(run_id, "invalid", str(error))
            return {}
        manifest = await self.reading.manifest(key)
        return {} if manifest is None else asserted(manifest)

    def _decide_changes(self) -> None:
        for playlist_id, contents in self.now.items():
            known = with_known_change(contents, self.before.get(playlist_id))
            if known is None:
                self._compared.add(playlist_id)
            else:
                self.now[playlist_id] = known

    async def _read(self) -> None:
        unread = (
            contents
            for contents in self.now.values()
            if contents.playlist_id in self._compared or not contents.is_read
        )
        for key, playlist_ids in _by_part(unread, self.key.source):
            await self._read_part(key, playlist_ids)
            if sum(map(len, self._identities.values())) > _MOST_IDENTITIES:
                await self._compare()
        await self._compare()

    async def _read_part(self, key: RawKey, playlist_ids: list[str]) -> None:
        playlists = {playlist_id: playlist_id in self._compared for playlist_id in playlist_ids}
        transforms = self.reading.world.transforms
        read = partial(transforms.held, key=key, playlists=playlists)
        found = await self.reading.part(key, read)
        if found is None:
            return
        if absent := len(playlists) - len(found):
            self.reading.note(str(key), "absent", f"it has no readable snapshot of {absent}")
        for playlist_id, held in found.items():
            self.now[playlist_id] = self.now[playlist_id].with_figures(held.figures)
            if held.identities is not None:
                self._identities[playlist_id] = held.identities

    async def _compare(self) -> None:
        """Compare what was read with the contents of the run before, and forget it."""
        identities, self._identities = self._identities, {}
        transforms = self.reading.world.transforms
        earlier = (self.before[playlist_id] for playlist_id in identities)
        for key, playlist_ids in _by_part(earlier, self.key.source):
            now = {playlist_id: identities[playlist_id] for playlist_id in playlist_ids}
            changes = await self.reading.part(key, partial(transforms.changes, key=key, now=now))
            for playlist_id, change in (changes or {}).items():
                self.now[playlist_id] = self.now[playlist_id].with_change(change)


def _by_part(contents: Iterable[Contents], source: str) -> list[tuple[RawKey, list[str]]]:
    """The playlists of each part, for those whose part is known."""
    found: dict[RawKey, list[str]] = defaultdict(list)
    for one in contents:
        if (key := one.part_key(source)) is not None:
            found[key].append(one.playlist_id)
    return list(found.items())
