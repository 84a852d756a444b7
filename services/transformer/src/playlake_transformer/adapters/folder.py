"""A lake in a folder: reads raw objects, writes each curated key once, and records rejects.

A file names the raw object that it was made from in its metadata, as an object on S3 does.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.keys import ERASURES_PREFIX
from playlake_contracts.rejects import decode_reject, encode_reject
from playlake_contracts.tables import RAW_MD5
from playlake_lake.errors import LakeError
from playlake_lake.folder import Folder, etag
from playlake_transformer.errors import (
    CommitConflictError,
    FolderUnavailableError,
    ObjectChangedError,
    ObjectTooLargeError,
)
from playlake_transformer.ports import IDENTITY, Claim, RawObject
from playlake_transformer.run_before import manifests_before

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Reject
    from playlake_contracts.runs import RunId
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile


@dataclass(frozen=True, slots=True)
class FolderRawObjects:
    """The raw objects; implements `ports.RawObjects`."""

    folder: Folder
    max_bytes: int

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get an object; see `ports.RawObjects`."""
        return await asyncio.to_thread(self._get, created)

    def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """Find the runs before by lists; see `ports.RawObjects`."""
        return manifests_before(key, is_wanted, self._folders, self._has)

    async def erasures(self) -> list[str]:
        """List a folder that is rarely there; see `ports.RawObjects`."""
        with _folder_call():
            return list(self.folder.keys(ERASURES_PREFIX))

    async def _folders(self, prefix: str) -> list[str]:
        with _folder_call():
            return [f"{prefix}{name}/" for name in self.folder.folders(prefix)]

    async def _has(self, key: str) -> bool:
        with _folder_call():
            return self.folder.size(key) is not None

    def _get(self, created: RawObjectCreated) -> RawObject | None:
        key = str(created.key)
        with _folder_call():
            if (self.folder.size(key) or 0) > self.max_bytes:
                raise ObjectTooLargeError(f"{key} has more than {self.max_bytes:,} bytes")
            body = self.folder.read(key)
        if body is None:
            return None
        found = RawObject(body, etag(body))
        if created.etag not in {None, found.etag}:
            raise ObjectChangedError(f"{key} was replaced after it was announced")
        return found


@dataclass(frozen=True, slots=True)
class FolderCuratedObjects:
    """The Parquet files of the tables; implements `ports.CuratedObjects`."""

    folder: Folder

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        """Write a file if its key is free; see `ports.CuratedObjects`."""
        return await asyncio.to_thread(self._put_new, file, metadata)

    async def overwrite(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        """Write a file, whatever its key holds; its own metadata says the same as `metadata`."""
        del metadata
        await asyncio.to_thread(self._overwrite, file)

    async def has(self, key: str) -> bool:
        """Whether there is a file."""
        with _folder_call():
            return self.folder.size(key) is not None

    async def get(self, key: str) -> bytes | None:
        """Read a file."""
        with _folder_call():
            return await asyncio.to_thread(self.folder.read, key)

    def _overwrite(self, file: CuratedFile) -> None:
        with _folder_call():
            self.folder.overwrite(file.key, file.body)

    def _put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        with _folder_call():
            if self.folder.put_new(file.key, file.body):
                return None
        found = _metadata(self.folder, file.key)
        if any(found[name] != metadata[name] for name in IDENTITY):
            raise CommitConflictError(
                f"{file.key} was made from other raw bytes: {found}, not {dict(metadata)}"
            )
        return datetime.fromtimestamp(self.folder.path(file.key).stat().st_mtime, tz=UTC)


class NoCatalog:
    """No catalog: what reads a folder finds the days in its paths; implements `ports.Catalog`."""

    async def register(self, table: str, snapshot_date: str) -> None:
        """Register nothing."""


@dataclass(frozen=True, slots=True)
class FolderRejects:
    """The records of rejected raw objects; implements `ports.Rejects`."""

    folder: Folder

    async def find(self, key: str) -> Reject | None:
        """Read a record; see `ports.Rejects`."""
        with _folder_call():
            body = self.folder.read(key)
        return None if body is None else decode_reject(body)

    async def claim(self, key: str, reject: Reject) -> Claim:
        """Write a record if its key is free; see `ports.Rejects`."""
        body = encode_reject(reject)
        with _folder_call():
            if self.folder.put_new(key, body):
                return Claim(None, etag(body))
            held = self.folder.read(key)
        return Claim(
            None if held is None else decode_reject(held), "" if held is None else etag(held)
        )

    async def record(self, key: str, reject: Reject, mark: str) -> None:
        """Write a record; see `ports.Rejects`. A folder is read again: that takes no call."""
        del mark
        with _folder_call():
            held = self.folder.read(key)
            self.folder.replace(key, encode_reject(reject), None if held is None else etag(held))


def _metadata(folder: Folder, key: str) -> dict[str, str]:
    """The metadata by which a file is recognised, read from its footer."""
    try:
        footer = pq.read_metadata(folder.path(key))
    except (pa.ArrowException, OSError) as error:
        raise FolderUnavailableError(
            f"{key} cannot be read ({error}): move it away, and it is written again"
        ) from error
    raw_md5 = (footer.metadata or {}).get(RAW_MD5.encode(), b"").decode()
    return dict(zip(IDENTITY, (raw_md5, str(footer.num_rows)), strict=True))


@contextmanager
def _folder_call() -> Iterator[None]:
    try:
        yield
    except LakeError as error:
        raise FolderUnavailableError(str(error)) from error
