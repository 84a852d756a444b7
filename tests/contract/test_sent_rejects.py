"""What remembers the rejects that were sent knows each by the body of its dead letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_transformer.errors import EventUnreadableError

if TYPE_CHECKING:
    from playlake_transformer.ports import SentRejects

pytestmark = pytest.mark.asyncio(loop_factories=["memory", "aws"])

ERROR = EventUnreadableError("synthetic: Größe")


async def test_a_reject_is_known_once_it_is_noted(sent_rejects: SentRejects) -> None:
    assert not await sent_rejects.has("<synthetic/>")
    await sent_rejects.note("<synthetic/>", ERROR)
    await sent_rejects.note("<synthetic/>", ERROR)
    assert await sent_rejects.has("<synthetic/>")
    assert not await sent_rejects.has("<synthetic />")


async def test_a_body_may_be_any_text(sent_rejects: SentRejects) -> None:
    body = "\ud800 " + "synthetic" * 100_000
    await sent_rejects.note(body, ERROR)
    assert await sent_rejects.has(body)
