"""A checkpoint of the fold: all that it must know of the past to go on from any run."""

from __future__ import annotations

from typing import Final

import msgspec

from playlake_lake.history.metadata import Metadata
from playlake_lake.history.values import Entry, Instant, Joining, Membership, Stretch

SCHEMA: Final = "playlake.history/1"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a playlist after an observation.

    Attributes:
        latest: the last observation, whatever it said; None before the first.
        seen: the last observation that asserted contents.
        contents_of: the run whose snapshot these are.
        contents: the contents in force. Holes and entries without identity are remembered as what
            they were before.
        joinings: how each entry came, by its position.
        gone_since: the first 404 since contents were asserted.
        metadata: the last value of each that was sent.
        copies: the number of memberships by identity, those that ended among them; that of entries
            without identity under the empty text.
        stretch: the last row of the timeline, as far as it goes.
    """

    schema: str = SCHEMA
    latest: Instant | None = None
    seen: Instant | None = None
    contents_of: str | None = None
    contents: tuple[Entry, ...] = ()
    joinings: tuple[Joining, ...] = ()
    gone_since: Instant | None = None
    metadata: Metadata = Metadata()
    copies: dict[str, int] = {}
    stretch: Stretch | None = None

    def memberships(self) -> list[Membership]:
        """The memberships that have not ended, by position."""
        if self.seen is None:
            return []
        still_there = True if self.gone_since is None else None
        return [
            Membership(entry, joining, self.seen, None, position, still_there)
            for position, (entry, joining) in enumerate(
                zip(self.contents, self.joinings, strict=True)
            )
        ]

    def to_bytes(self) -> bytes:
        """Encode the state; equal states give equal bytes."""
        return _encoder.encode(self)

    @classmethod
    def from_bytes(cls, checkpoint: bytes) -> State:
        """Decode a state.

        Raises:
            ValueError: it is none, or one of another version.
        """
        try:
            schema = _schema_decoder.decode(checkpoint).schema
            if schema == SCHEMA:
                return _decoder.decode(checkpoint)
        except msgspec.DecodeError as error:
            raise ValueError(
                f"the checkpoint cannot be read ({error}): fold the history from its beginning"
            ) from error
        raise ValueError(
            f"the checkpoint is {schema[:80]!r} and not {SCHEMA!r}: fold the history from its "
            "beginning"
        )


class _Schema(msgspec.Struct):
    schema: str


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(State)
_schema_decoder = msgspec.msgpack.Decoder(_Schema)
