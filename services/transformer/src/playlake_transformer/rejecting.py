"""Rejects what can never be processed: keeps a record, and sends a dead letter once.

The record is what counts. It says which raw objects are done although they have no rows, unless the
object is committed after all: then its commit mark counts. A dead letter only gives notice of the
record, and expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from msgspec.structs import replace

from playlake_contracts.keys import rejected_message
from playlake_contracts.rejects import Reject
from playlake_contracts.sendable import sendable
from playlake_transformer import __version__
from playlake_transformer.ports import DeadLetter

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.errors import RejectError
    from playlake_transformer.ports import Clock, Message, Queue, Rejects
    from playlake_transformer.status import Status

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rejecting:
    """Rejects messages, records of messages, and raw objects."""

    queue: Queue
    rejects: Rejects
    status: Status
    clock: Clock

    async def reject_message(self, message: Message, body: str, error: RejectError) -> None:
        """Reject a message that names no raw object, or a record of one, and count it.

        Args:
            message: what asked for it.
            body: what the dead letter holds: the message, or one record of it.
            error: why.
        """
        if await self._keep(message, rejected_message(body), body, error, None):
            self.status.note_rejected(error.code, str(error))
            _log.error("message_rejected", code=error.code, reason=str(error))

    async def reject_object(
        self, message: Message, body: str, error: RejectError, created: RawObjectCreated
    ) -> bool:
        """Reject a raw object; return whether that is new.

        Args:
            message: what asked for it.
            body: the record of the message that names the object.
            error: why.
            created: the raw object.
        """
        return await self._keep(message, created.key.rejected, body, error, created)

    async def _keep(
        self,
        message: Message,
        key: str,
        body: str,
        error: RejectError,
        created: RawObjectCreated | None,
    ) -> bool:
        """Keep a record and send a dead letter, unless that was done before.

        Of several messages that ask for it at a time, the one whose record is written first sends
        the letter. If its process is killed before the record says so, two letters are sent.
        """
        reject = self._reject(message, body, error, created)
        claim = await self.rejects.claim(key, replace(reject, is_sent=False))
        earlier = claim.earlier
        if earlier is not None and _is_repeated(reject, earlier, message):
            return False
        await self.queue.reject(_letter(body, error, created))
        await self.rejects.record(key, reject, claim.mark)
        return True

    def _reject(
        self, message: Message, body: str, error: RejectError, created: RawObjectCreated | None
    ) -> Reject:
        at = self.clock.now()
        if created is not None:
            return reject_of(created, error, at, message_id=message.message_id)
        return Reject(
            code=error.code,
            reason=sendable(str(error)),
            rejected_at=at,
            transformer_version=__version__,
            message_id=message.message_id,
            message=sendable(body),
        )


def reject_of(
    created: RawObjectCreated, error: RejectError, at: datetime, *, message_id: str | None = None
) -> Reject:
    """The record that a raw object is rejected."""
    return Reject(
        raw_key=str(created.key),
        raw_version=created.etag or created.version_id,
        code=error.code,
        reason=sendable(str(error)),
        rejected_at=at,
        transformer_version=__version__,
        message_id=message_id,
    )


def _is_repeated(reject: Reject, earlier: Reject, message: Message) -> bool:
    """Whether this was rejected before; a dead letter that was moved back is rejected anew."""
    if reject.raw_version != earlier.raw_version:
        return False
    if reject.message_id == earlier.message_id:
        return earlier.is_sent
    return not message.is_redriven


def _letter(body: str, error: RejectError, created: RawObjectCreated | None) -> DeadLetter:
    if created is None:
        return DeadLetter(body, error.code, str(error))
    key = created.key
    return DeadLetter(body, error.code, str(error), str(key), str(key.run_id))
