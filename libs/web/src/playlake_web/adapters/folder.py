"""Reads a lake in a folder, in this process."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.covers import KeptCovers
from playlake_contracts.keys import COVER_LINKS_PREFIX, IN_FORCE_KEY, cover_image_key
from playlake_lake.days import EVERY_DAY
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.marks import mark_versions
from playlake_lake.tables import Moment
from playlake_web.facts.rows import aware_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder

_LAST_COMMIT: Final = "select max(committed_at) from loads"


@dataclass(frozen=True, slots=True)
class FolderCovers:
    """The kept covers of a lake in a folder; implements `reader.Covers`."""

    folder: Folder

    def kept(self) -> KeptCovers:
        """The images that are kept, by the addresses that led to them."""
        return KeptCovers(self.folder.keys(COVER_LINKS_PREFIX))

    def image(self, digest: str) -> bytes | None:
        """The image with a SHA-256; None if it is not kept."""
        return self.folder.read(cover_image_key(digest))


class FolderReader:
    """The committed rows of a lake in a folder; implements `reader.Reader`.

    Queries are of the moment at which the version was last looked at, so the pages of a version
    agree with one another, and the history is folded once for all of them.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lock = Lock()
        self._version = ""
        self._moment: Moment | None = None

    @property
    def covers(self) -> FolderCovers:
        """The kept covers."""
        return FolderCovers(self._folder)

    @property
    def records(self) -> FolderRecords:
        """The rows about a playlist."""
        return FolderRecords(self._folder)

    def version(self) -> str:
        """The commit marks with their times and what is compacted, in short."""
        marks = sorted(mark_versions(self._folder, EVERY_DAY).items())
        in_force = self._folder.read(IN_FORCE_KEY) or b""
        found = sha256(repr(marks).encode() + in_force).hexdigest()
        with self._lock:
            if found != self._version:
                self._version, self._moment = found, None
        return found

    def last_commit_at(self) -> datetime | None:
        """When the last commit mark was written, UTC; None if there is none."""
        ((found,),) = self.rows(_LAST_COMMIT)
        return aware_or_none(found)

    def rows(
        self,
        sql: str,
        days: SomeDays = EVERY_DAY,  # noqa: ARG002 - the SQL bounds them as well
        **parameters: str,
    ) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self._now().rows(sql.format(in_days="true"), parameters)

    def _now(self) -> Moment:
        with self._lock:
            if self._moment is None:
                self._moment = Moment(self._folder)
            return self._moment
