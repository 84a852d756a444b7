"""Which artists and albums are in playlists, and of whom details are due.

Spotify gives details of one artist or album a request, so each is asked for once in 30 days at
most. Whoever is due and was not asked for stays wanted, for the playlist that names them may be
unchanged in the next run.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from playlake_contracts.manifest import DetailsCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from playlake_extractor.run.definition import Run

SCHEMA = "playlake.details/1"
SERVE_FOR = timedelta(days=30)

_FORM = r"^spotify:(artist|album):[0-9A-Za-z]{22}\Z"
_URI = re.compile(_FORM, re.ASCII)

Uri = Annotated[str, msgspec.Meta(pattern=_FORM)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom details were asked for, and of whom they are still wanted.

    Attributes:
        asked: Spotify URIs of artists and albums, with the day on which each was asked for.
        wanted: Spotify URIs of those that are due.
    """

    schema: str = SCHEMA
    asked: dict[Uri, date] = {}
    wanted: list[Uri] = []


class Kind(StrEnum):
    """What details are of."""

    ARTIST = "artist"
    ALBUM = "album"


@dataclass(slots=True)
class Found:
    """What a run has found of artists and albums, by their Spotify URIs.

    Attributes:
        named: in the playlists that it landed, if it looked.
        landed: those whose details it landed.
    """

    named: set[str] = field(default_factory=set)
    landed: set[str] = field(default_factory=set)

    def counts(self, *, refused: int = 0, left: int = 0) -> DetailsCounts:
        """What the manifest tells of them."""
        kinds = Counter(split_uri(uri)[0] for uri in self.landed)
        return DetailsCounts(
            artists=kinds[Kind.ARTIST], albums=kinds[Kind.ALBUM], refused=refused, left=left
        )


class _Credited(msgspec.Struct):
    uri: str | None = None


class _Album(_Credited):
    artists: list[_Credited | None] | None = None


class _Item(msgspec.Struct):
    artists: list[_Credited | None] | None = None
    album: _Album | None = None


def named_in(item: bytes) -> Iterator[str]:
    """The Spotify URIs of the artists and the album of a playlist's item; of an episode none."""
    try:
        read = msgspec.json.decode(item, type=_Item | None)
    except (msgspec.DecodeError, RecursionError):
        return  # it is landed as it is, and the transformer tells what is wrong with it
    if read is None:
        return
    album = read.album or _Album()
    for one in (album, *(album.artists or ()), *(read.artists or ())):
        if one is not None and one.uri is not None and _URI.match(one.uri):
            yield one.uri


def uri_of(kind: Kind, spotify_id: str) -> str:
    """The Spotify URI of an artist or album."""
    return f"spotify:{kind}:{spotify_id}"


def split_uri(uri: str) -> tuple[Kind, str]:
    """What a Spotify URI stands for, and its id."""
    _, kind, spotify_id = uri.split(":")
    return Kind(kind), spotify_id


def due(known: Asked, named: Iterable[str], run: Run) -> list[str]:
    """The URIs of whom details are due in a run that has read these names.

    They come in another order every run, so that those whom Spotify does not answer for cannot
    keep the others waiting for ever.
    """
    asked = _still_serving(known, run.run_id.scheduled_at)
    wanted = {*known.wanted, *named} - asked.keys()
    return sorted(wanted, key=lambda uri: hashlib.sha256(f"{run.run_id} {uri}".encode()).digest())


def remember_asked(
    known: Asked, asked: Iterable[str], named: Iterable[str], now: datetime
) -> Asked:
    """What is known, and that of these details were asked for, and that those were named."""
    serving = _still_serving(known, now)
    for uri in asked:
        serving[uri] = max(now.date(), serving.get(uri, now.date()))
    wanted = {*known.wanted, *named} - serving.keys()
    return Asked(asked=dict(sorted(serving.items())), wanted=sorted(wanted))


def encode_asked(known: Asked) -> bytes:
    """Encode as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n"


def decode_asked(raw: bytes) -> Asked:
    """Decode.

    Raises:
        ValueError: it is none, or of a schema that this version does not know.
    """
    known = msgspec.json.decode(raw, type=Asked)
    if known.schema != SCHEMA:
        raise ValueError(f"details schema {known.schema!r} is not {SCHEMA!r}")
    return known


def _still_serving(known: Asked, now: datetime) -> dict[str, date]:
    return {uri: day for uri, day in known.asked.items() if now.date() - day < SERVE_FOR}
