"""What a restore makes, and what it leaves out with the reason. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_contracts.sources.spotify import MOST_ADDED

if TYPE_CHECKING:
    from playlake_lake.history.values import Contents, Entry

# Spotify documents that it refuses more. Users report 11,000, and 500 for more:
# https://github.com/spotify/web-api/issues/1179
DOCUMENTED_LIMIT: Final = 10_000

_DIGEST_BYTES: Final = 8
# Who the user is, the new playlist, and how many entries it has at the end.
_OTHER_REQUESTS: Final = 3
_ID: Final = re.compile(r"[0-9A-Za-z]{22}", re.ASCII)
_ADDABLE: Final = ("track", "episode")


class Reason(StrEnum):
    """Why a position is left out."""

    LOCAL = "a local file, which Spotify's API cannot add"
    TAKEN_DOWN = "no longer available on that day"
    VANISHED = "vanished: Spotify did not say what it was"
    UNREADABLE = "unreadable: its JSON is in quarantine"
    OTHER_KIND = "neither a song nor an episode, which is all that Spotify's API adds"
    NO_URI = "without an id of Spotify's"
    REFUSED = "refused by Spotify now"


class Wanted(NamedTuple):
    """An entry to add.

    Attributes:
        position: its old position, from 0.
        uri: its URI.
        name: what it is, for a person; None if that is unknown.
    """

    position: int
    uri: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A position that is left out.

    Attributes:
        position: the position, from 0.
        reason: the reason.
        name: what it was, for a person; None if that is unknown.
    """

    position: int
    reason: Reason
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A new playlist.

    Attributes:
        name: its name.
        old_name: the name that the old one had.
        day: the day whose contents it gets, such as `2026-11-20`.
        public: whether it is to be on the user's profile.
        wanted: its entries, in order.
        left_out: the positions that are left out, in order.
        digest: a text that plans of other names or contents do not have.
    """

    name: str
    old_name: str
    day: str
    public: bool
    wanted: tuple[Wanted, ...]
    left_out: tuple[LeftOut, ...]
    digest: str

    @property
    def requests(self) -> int:
        """How many requests it takes if none fails."""
        return _OTHER_REQUESTS + ceil(len(self.wanted) / MOST_ADDED)

    def description(self, mark: str) -> str:
        """The description of the new playlist, with a mark by which it is found again."""
        return f"{self.old_name} as of {self.day}, restored by Playlake ({mark})"


def plan_of(
    contents: Contents,
    *,
    old_name: str,
    old_id: str,
    day: str,
    name: str | None,
    public: bool,
) -> Plan:
    """Plan a new playlist.

    Args:
        contents: what the old one held.
        old_name: its name then.
        old_id: its id.
        day: the day, such as `2026-11-20`.
        name: the name of the new one; None makes one of the old name and the day.
        public: whether the new one is to be on the user's profile.
    """
    wanted: list[Wanted] = []
    left_out: list[LeftOut] = []
    for position, entry in enumerate(contents):
        found = _addable(entry)
        if isinstance(found, Reason):
            left_out.append(LeftOut(position, found, _shown(entry)))
        else:
            wanted.append(Wanted(position, found, _shown(entry)))
    new_name = name or f"{old_name} ({day})"
    digest = _digest(old_id, day, new_name, *(each.uri for each in wanted))
    one_line = " ".join(old_name.split())
    return Plan(new_name, one_line, day, public, tuple(wanted), tuple(left_out), digest)


def _addable(entry: Entry) -> str | Reason:
    """The URI of an entry that Spotify's API adds, else why it does not."""
    match entry.item_type:
        case "local":
            return Reason.LOCAL
        case "unreadable":
            return Reason.UNREADABLE
        case "unavailable":
            return Reason.VANISHED if entry.identity is None else Reason.TAKEN_DOWN
        case kind if kind in _ADDABLE:
            return _uri(kind, entry.identity or "") or Reason.NO_URI
        case _:
            return Reason.OTHER_KIND


def _uri(kind: str, identity: str) -> str | None:
    """The URI in an identity, or the one of its id: saved files can lack URIs."""
    for prefix in (f"spotify:{kind}:", "id:"):
        spotify_id = identity.removeprefix(prefix)
        if identity.startswith(prefix) and _ID.fullmatch(spotify_id):
            return f"spotify:{kind}:{spotify_id}"
    return None


def _shown(entry: Entry) -> str | None:
    named = [text for text in (entry.name, entry.artist_names) if text]
    return ", ".join(named) or entry.identity


def _digest(*texts: str) -> str:
    return blake2b("\n".join(texts).encode(), digest_size=_DIGEST_BYTES).hexdigest()
