"""What a run of the extractor tells on its way: the events in its log that a person is shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AS_WISHED = {Outcome.LANDED, Outcome.UNCHANGED}


class _Logged(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    run_id: str | None = None

    @property
    def sentence(self) -> str | None:
        """The event in a sentence; None where it goes without saying."""
        return None


class RunStarted(_Logged, frozen=True, kw_only=True, tag="run_started"):
    """The settings are right, and the run begins."""


class RunPlanned(_Logged, frozen=True, kw_only=True, tag="run_planned"):
    """How many playlists the run is asked for, and how many of them need not be read."""

    playlists: int
    settled: int

    @property
    def sentence(self) -> str:
        """The plan."""
        return f"{self.playlists:,} playlists, {self.settled:,} of them unchanged."


class RefreshTokenEnds(_Logged, frozen=True, kw_only=True, tag="refresh_token_ends"):
    """The login ends within days."""

    days: int

    @property
    def sentence(self) -> str:
        """What to do."""
        return f"The login ends in {self.days} days: run `playlake login` before that."


class PlaylistAccounted(_Logged, frozen=True, kw_only=True, tag="playlist_accounted"):
    """A playlist has its outcome; `requests` were sent so far, where that is told."""

    playlist_id: str
    outcome: Outcome
    reason: str | None = None
    requests: int | None = None

    @property
    def sentence(self) -> str | None:
        """What was not as wished, and why."""
        if self.outcome in _AS_WISHED:
            return None
        return f"Playlist {self.playlist_id}: {self.outcome}. {self.reason or ''}".rstrip()


class PartLanded(_Logged, frozen=True, kw_only=True, tag="part_landed"):
    """A part is in the raw bucket."""

    part: str
    snapshots: int
    entries: int
    details: int = 0

    @property
    def sentence(self) -> str:
        """What is in the part."""
        if self.details:
            return f"Landed {self.part}: details of {self.details:,} artists and albums."
        return f"Landed {self.part}: {self.snapshots:,} playlists, {self.entries:,} entries."


class DetailsPlanned(_Logged, frozen=True, kw_only=True, tag="details_planned"):
    """Of how many artists and albums details are due, and how many requests they may take."""

    due: int
    budget: int

    @property
    def sentence(self) -> str:
        """The plan."""
        return (
            f"Details of {self.due:,} artists and albums are due; {self.budget:,} requests may be "
            "spent on them."
        )


class DetailsAccounted(_Logged, frozen=True, kw_only=True, tag="details_accounted"):
    """An artist or album was asked for; `requests` were sent so far."""

    uri: str
    requests: int
    reason: str | None = None

    @property
    def sentence(self) -> str | None:
        """Whose details did not come, and why."""
        return None if self.reason is None else f"No details of {self.uri}. {self.reason}"


class Waiting(_Logged, frozen=True, kw_only=True, tag="waiting"):
    """The run waits before it tries again."""

    seconds: float
    reason: str

    @property
    def sentence(self) -> str:
        """For how long, and why."""
        return f"Waiting {self.seconds:g} s: {self.reason}"


class BucketClosed(_Logged, frozen=True, kw_only=True, tag="bucket_closed"):
    """Spotify takes no more requests of a group before a moment."""

    bucket: str
    not_before: datetime

    @property
    def sentence(self) -> str:
        """Which group, and until when."""
        return (
            f"Spotify takes no more requests of the group {self.bucket} before "
            f"{self.not_before:%Y-%m-%d %H:%M} UTC."
        )


class RunFinished(_Logged, frozen=True, kw_only=True, tag="run_finished"):
    """The manifest is landed."""

    configured: int
    requests: int


class RunStopped(_Logged, frozen=True, kw_only=True, tag="run_stopped"):
    """The extractor ends with the exit status of a code, and says why."""

    code: str
    reason: str


Event = (
    RunStarted
    | RunPlanned
    | RefreshTokenEnds
    | PlaylistAccounted
    | PartLanded
    | DetailsPlanned
    | DetailsAccounted
    | Waiting
    | BucketClosed
    | RunFinished
    | RunStopped
)
_decoder = msgspec.json.Decoder(Event)


def read_events(lines: Iterable[bytes], run_id: str) -> Iterator[Event]:
    """The events of a run in lines of a log, which other processes may have written to as well."""
    for line in lines:
        try:
            event = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):  # another event, or no event at all
            continue
        if event.run_id in {None, run_id}:
            yield event
