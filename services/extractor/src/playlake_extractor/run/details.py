"""Decides which artists, albums and so on are due for a request of their details.

A source gives details of one thing a request, so each is requested once in 30 days at most. What
is due and was not requested stays wanted, for the playlist that names it may be unchanged in the
next run.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from playlake_contracts.manifest import DetailsCounts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from playlake_extractor.run.definition import Run

SCHEMA = "playlake.details/1"
SERVE_FOR = timedelta(days=30)

# Source, kind and id. For Spotify's artists and albums this is the Spotify URI.
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*:[a-z]+:[0-9A-Za-z_-]+\Z")]


class RequestedDetails(msgspec.Struct, frozen=True, kw_only=True):
    """The things whose details were requested, and those whose details are still due.

    Attributes:
        asked: by name, the day on which the details were requested.
        wanted: names of the things that are due.
    """

    schema: str = SCHEMA
    asked: dict[Name, date] = {}
    wanted: list[Name] = []


@dataclass(slots=True)
class DetailsOfRun:
    """The things that a run has found, and whose details it has landed.

    Attributes:
        named: names of the things in its playlists.
        landed: names of the things whose details it has landed.
    """

    named: set[str] = field(default_factory=set)
    landed: set[str] = field(default_factory=set)

    def counts(self, *, refused: int = 0, left: int = 0) -> DetailsCounts:
        """The counts in the manifest."""
        kinds = Counter(kind_and_id(name)[0] for name in self.landed)
        return DetailsCounts(
            artists=kinds["artist"], albums=kinds["album"], refused=refused, left=left
        )


def name_of(source: str, kind: str, details_id: str) -> str:
    """The name of a thing that has details."""
    return f"{source}:{kind}:{details_id}"


def kind_and_id(name: str) -> tuple[str, str]:
    """The kind and the id in a name."""
    _, kind, details_id = name.split(":", 2)
    return kind, details_id


def due(known: RequestedDetails, named: Iterable[str], run: Run) -> list[str]:
    """The names that are due in a run whose playlists have these names.

    Their order differs from run to run, so that those which the source does not answer for cannot
    keep the others waiting for ever.
    """
    asked = _still_serving(known, run.run_id.scheduled_at)
    wanted = {*known.wanted, *named} - asked.keys()
    return sorted(wanted, key=lambda name: hashlib.sha256(f"{run.run_id} {name}".encode()).digest())


def add_requested(
    known: RequestedDetails, asked: Iterable[str], named: Iterable[str], now: datetime
) -> RequestedDetails:
    """Add the names whose details a run requested, and the names in its playlists."""
    serving = _still_serving(known, now)
    for name in asked:
        serving[name] = max(now.date(), serving.get(name, now.date()))
    wanted = {*known.wanted, *named} - serving.keys()
    return RequestedDetails(asked=dict(sorted(serving.items())), wanted=sorted(wanted))


def encode_requested(known: RequestedDetails) -> bytes:
    """Encode as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n"


def decode_requested(raw: bytes) -> RequestedDetails:
    """Decode.

    Raises:
        ValueError: the bytes are not of a schema that this version can read.
    """
    known = msgspec.json.decode(raw, type=RequestedDetails)
    if known.schema != SCHEMA:
        raise ValueError(f"details schema {known.schema!r} is not {SCHEMA!r}")
    return known


def _still_serving(known: RequestedDetails, now: datetime) -> dict[str, date]:
    return {name: day for name, day in known.asked.items() if now.date() - day < SERVE_FOR}
