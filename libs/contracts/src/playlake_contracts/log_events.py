"""Log events that another program reads: the command.

A service writes each event as one line with a JSON object; its name is under `event`. Events that
no other program reads are not part of the contract and are logged directly where they happen.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Level = Literal["info", "warning", "error"]


class Logger(Protocol):
    """The methods of a structlog logger that events need."""

    def info(self, event: str, **fields: object) -> object:
        """Log at the level info."""

    def warning(self, event: str, **fields: object) -> object:
        """Log at the level warning."""

    def error(self, event: str, **fields: object) -> object:
        """Log at the level error."""


class LogEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """An event. The logger adds `run_id` to every line of a run."""

    run_id: str | None = None

    @classmethod
    def name(cls) -> str:
        """The event's name, the value under `event`."""
        return str(cls.__struct_config__.tag)

    @property
    def level(self) -> Level:
        """The log level."""
        return "info"

    def write(self, log: Logger) -> None:
        """Log the event with all its fields."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        del fields["event"], fields["run_id"]
        getattr(log, self.level)(self.name(), **fields)


class RunStarted(LogEvent, frozen=True, kw_only=True, tag="run_started"):
    """The settings are valid, and the run starts."""

    version: str = ""


class RunPlanned(LogEvent, frozen=True, kw_only=True, tag="run_planned"):
    """The number of the run's playlists, and the number of those that need not be read."""

    playlists: int
    settled: int


class RefreshTokenEnds(LogEvent, frozen=True, kw_only=True, tag="refresh_token_ends"):
    """The refresh token expires within `days` days."""

    days: int
    ends_on: str | None = None

    @property
    def level(self) -> Level:
        """A warning, because the user has to log in again."""
        return "warning"


class PlaylistLeftOut(LogEvent, frozen=True, kw_only=True, tag="playlist_left_out"):
    """The user's list has a playlist that the run does not read, and that has no outcome."""

    playlist_id: str
    reason: str

    @property
    def level(self) -> Level:
        """A warning: the user may expect it in the lake."""
        return "warning"


class PlaylistProgress(LogEvent, frozen=True, kw_only=True, tag="playlist_progress"):
    """The number of entries read so far of a large playlist; `total` is None if not known."""

    playlist_id: str
    entries: int
    total: int | None = None


class PlaylistAccounted(LogEvent, frozen=True, kw_only=True, tag="playlist_accounted"):
    """A playlist has its outcome; `requests` is the number sent so far."""

    playlist_id: str
    outcome: Outcome
    code: str | None = None
    reason: str | None = None
    entries: int | None = None
    total: int | None = None
    part: str | None = None
    requests: int | None = None

    @property
    def level(self) -> Level:
        """Info if the outcome is a success, else a warning."""
        return "info" if self.outcome.is_success else "warning"


class PartLanded(LogEvent, frozen=True, kw_only=True, tag="part_landed"):
    """A part was landed in the raw bucket."""

    part: str
    object_key: str = ""
    bytes: int = 0
    snapshots: int
    entries: int
    details: int = 0


class DetailsPlanned(LogEvent, frozen=True, kw_only=True, tag="details_planned"):
    """The number of artists and albums whose details are due, and the budget of requests."""

    due: int
    budget: int


class DetailsAccounted(LogEvent, frozen=True, kw_only=True, tag="details_accounted"):
    """The details of an artist or album were requested; `requests` is the number sent so far."""

    uri: str
    requests: int
    code: str | None = None
    reason: str | None = None

    @property
    def level(self) -> Level:
        """A warning if there are no details, else info."""
        return "info" if self.code is None else "warning"


class CoverNotKept(LogEvent, frozen=True, kw_only=True, tag="cover_not_kept"):
    """The cover of a playlist could not be kept; the playlist is landed nevertheless."""

    playlist_id: str
    reason: str

    @property
    def level(self) -> Level:
        """A warning, because the page will have no cover of it."""
        return "warning"


class CoverCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The number of covers that a run met for the first time: kept, and not kept."""

    kept: int = 0
    failed: int = 0


class Waiting(LogEvent, frozen=True, kw_only=True, tag="waiting"):
    """The run waits before it tries a request again."""

    seconds: float
    reason: str


class QuotaGroupClosed(LogEvent, frozen=True, kw_only=True, tag="quota_group_closed"):
    """The source accepts no requests to a group of endpoints before a time."""

    group: str
    not_before: datetime
    reason: str = ""

    @property
    def level(self) -> Level:
        """A warning, because some playlists are left to a later run."""
        return "warning"


class RunFinished(LogEvent, frozen=True, kw_only=True, tag="run_finished"):
    """The manifest was landed."""

    outcomes: dict[Outcome, int] = {}
    configured: int
    parts: int = 0
    requests: int
    retries: int = 0
    waited_seconds: float = 0.0
    details: dict[str, int] | None = None
    covers: CoverCounts | None = None
    duration_seconds: float = 0.0


class RunAlreadyComplete(LogEvent, frozen=True, kw_only=True, tag="run_already_complete"):
    """The run's manifest had been landed before, so there is nothing to do."""

    outcomes: dict[Outcome, int] = {}


class RunStopped(LogEvent, frozen=True, kw_only=True, tag="run_stopped"):
    """The extractor ends with the exit status of an error code."""

    code: str
    reason: str

    @property
    def level(self) -> Level:
        """An error, because the run has no manifest or some playlists were not read."""
        return "error"


ExtractorEvent = (
    RunStarted
    | RunPlanned
    | RefreshTokenEnds
    | PlaylistLeftOut
    | PlaylistProgress
    | PlaylistAccounted
    | PartLanded
    | DetailsPlanned
    | DetailsAccounted
    | CoverNotKept
    | Waiting
    | QuotaGroupClosed
    | RunFinished
    | RunAlreadyComplete
    | RunStopped
)


_decoder = msgspec.json.Decoder(ExtractorEvent)


def read_events(lines: Iterable[bytes], run_id: str) -> Iterator[ExtractorEvent]:
    """Read the extractor's events of a run from the lines of a log.

    Other lines are skipped: other processes and other runs may write to the same log.
    """
    for line in lines:
        try:
            event = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if event.run_id in {None, run_id}:
            yield event
