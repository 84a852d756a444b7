"""The transformer's adapters of a folder with the means to act as the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from twins.transformer import CuratedObject

from playlake_contracts.tables import RAW_MD5
from playlake_lake.folder import etag
from playlake_transformer.adapters.folder import FolderCuratedObjects, FolderRawObjects
from playlake_transformer.domain.events import RawObjectCreated

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey


@dataclass(frozen=True, slots=True)
class ObservedFolderRawObjects(FolderRawObjects):
    """A folder of raw objects."""

    def put(self, key: RawKey, body: bytes) -> RawObjectCreated:
        """Put an object, replacing what is there."""
        self.folder.remove(str(key))
        self.folder.put_new(str(key), body)
        return RawObjectCreated(key, len(body), etag(body), None)

    def delete(self, key: RawKey) -> None:
        """Remove an object."""
        self.folder.remove(str(key))


@dataclass(frozen=True, slots=True)
class ObservedFolderCuratedObjects(FolderCuratedObjects):
    """A folder of curated objects."""

    @property
    def objects(self) -> dict[str, CuratedObject]:
        """Everything in the folder."""
        return {key: self._object(key) for key in self.folder.keys("curated/")}

    def _object(self, key: str) -> CuratedObject:
        footer = pq.read_metadata(self.folder.path(key))
        metadata = {"raw-etag": footer.metadata[RAW_MD5.encode()].decode()}
        body = self.folder.path(key).read_bytes()
        return CuratedObject(body, {**metadata, "rows": str(footer.num_rows)})
