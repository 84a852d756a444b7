"""Tells a person of the waits that the extractor's request policy logs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake.output.text import safe
from playlake.running.sentences import sentence_of
from playlake_contracts.log_events import ExtractorEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.types import EventDict, WrappedLogger

    from playlake.invocation import Invocation


@contextmanager
def telling(here: Invocation) -> Iterator[None]:
    """Say log events that are for a person as sentences, while a block lasts; log nothing."""

    def say(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        try:
            sentence = sentence_of(msgspec.convert(event, ExtractorEvent))
        except msgspec.ValidationError:  # an event that is for no other program
            sentence = None
        if sentence is not None:
            here.say(safe(sentence))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[say])
    try:
        yield
    finally:
        structlog.configure(**before)
