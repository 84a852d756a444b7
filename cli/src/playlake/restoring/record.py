"""The record of a restore in progress: one small object in the lake's folder.

It is written before the new playlist is made and after each request that added to it, and removed
at the end. It has no token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake_contracts.keys import restore_key
from playlake_contracts.sources.spotify import SOURCE

if TYPE_CHECKING:
    from playlake_lake.folder import Folder


class Progress(msgspec.Struct, kw_only=True):
    """How far a restore is.

    Attributes:
        name: the name of the new playlist, for a person who reads the file.
        mark: a random text in its description, by which it is found if its id was not received.
        user_id: the user in whose account it is made.
        is_asked_for: whether Spotify was asked to make it.
        playlist_id: its id; None until Spotify has said it.
        done: how many of the wanted entries were added or refused.
        refused: the old positions of those that Spotify refused.
        not_before: the closed groups of requests, and when each opens again.
    """

    name: str
    mark: str
    user_id: str
    is_asked_for: bool = False
    playlist_id: str | None = None
    done: int = 0
    refused: list[int] = []
    not_before: dict[str, datetime] = {}

    def closed_until(self, now: datetime) -> datetime | None:
        """The time before which Spotify takes no request of some group; None if it takes all."""
        return max((at for at in self.not_before.values() if at > now), default=None)

    @property
    def added(self) -> int:
        """How many entries the new playlist has."""
        return self.done - len(self.refused)


@dataclass(frozen=True, slots=True)
class Record:
    """Keeps the progress of one restore.

    Attributes:
        folder: the lake.
        digest: the digest of its plan.
    """

    folder: Folder
    digest: str

    def load(self) -> Progress | None:
        """The progress; None if no such restore is in progress.

        Raises:
            CommandError: the record cannot be read.
        """
        with explained():
            body = self.folder.read(self._key)
        try:
            return None if body is None else msgspec.json.decode(body, type=Progress)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CommandError(
                f"{self.folder.path(self._key)} cannot be read ({error}): start over with --anew"
            ) from error

    def save(self, progress: Progress) -> None:
        """Store the progress; it is on the disk when this returns.

        Raises:
            LakeError: the folder does not take it.
        """
        body = msgspec.json.format(msgspec.json.encode(progress), indent=1) + b"\n"
        self.folder.overwrite(self._key, body)

    def remove(self) -> None:
        """Forget the restore.

        Raises:
            LakeError: the folder does not let it go.
        """
        self.folder.remove(self._key)

    @property
    def _key(self) -> str:
        return restore_key(SOURCE, self.digest)
