"""Writes the rows of a raw object anew in this process, from bytes that it does not have yet."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from playlake_lake.errors import LakeError
from playlake_transformer.adapters.transforming import OwnProcessTransforms
from playlake_transformer.clean_raw import GivenRawObject
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import RejectError, RetryError
from playlake_transformer.stages import Stages

if TYPE_CHECKING:
    from playlake_backfill.places import Place
    from playlake_contracts.keys import RawKey
    from playlake_transformer.committer import Committer


class NotCommittedError(LakeError):
    """A step of a commit failed that may succeed later."""


@dataclass(slots=True)
class Committing:
    """Commits raw objects, one after the other; a context manager.

    Attributes:
        place: the lake.
    """

    place: Place
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _committer: Committer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._opened.aclose())
        self._runner.close()

    def commit(self, key: RawKey, body: bytes) -> bool:
        """Write the files and the mark of a raw object anew; see `store.Commit`.

        Raises:
            NotCommittedError: the lake does not answer, or refuses.
        """
        return self._runner.run(self._commit(key, body))

    async def _open(self) -> Committer:
        if self._committer is not None:
            return self._committer
        opening = self.place.open(OwnProcessTransforms(), 1)
        committer, _ = await self._opened.enter_async_context(opening)
        self._committer = committer
        return committer

    async def _commit(self, key: RawKey, body: bytes) -> bool:
        committer = await self._open()
        given = replace(committer, raw=GivenRawObject(committer.raw, key, body))
        created = RawObjectCreated(key, bytes=len(body), etag=None, version_id=None, overwrite=True)
        try:
            await given.commit(created, Stages())
        except RejectError:
            return False
        except RetryError as error:
            raise NotCommittedError(f"{key} was not written anew ({error}): erase again") from error
        return True
