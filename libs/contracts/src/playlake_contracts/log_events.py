"""Log events that another program reads: the command, and the template's metric filters.

A service writes each as one JSON object a line, with the event's name under `event`. An event that
nobody else reads is no part of the contract and is logged by its name where it happens.
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
    """An event; `run_id` is bound by the logger and stands in every line of a run."""

    run_id: str | None = None

    @classmethod
    def name(cls) -> str:
        """The event's name, as it stands under `event`."""
        return str(cls.__struct_config__.tag)

    @property
    def level(self) -> Level:
        """How severe it is."""
        return "info"

    def write(self, log: Logger) -> None:
        """Log the event with all its fields."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        del fields["event"], fields["run_id"]
        getattr(log, self.level)(self.name(), **fields)


class RunStarted(LogEvent, frozen=True, kw_only=True, tag="run_started"):
    """The settings are right, and the run begins."""

    version: str = ""


class RunPlanned(LogEvent, frozen=True, kw_only=True, tag="run_planned"):
    """How many playlists the run is asked for, and how many of them need not be read."""

    playlists: int
    settled: int


class RefreshTokenEnds(LogEvent, frozen=True, kw_only=True, tag="refresh_token_ends"):
    """The user's consent ends within days."""

    days: int
    ends_on: str | None = None

    @property
    def level(self) -> Level:
        """A warning: somebody has to log in again."""
        return "warning"


class PlaylistLeftOut(LogEvent, frozen=True, kw_only=True, tag="playlist_left_out"):
    """The user's list has a playlist that the run does not read, and that has no outcome."""

    playlist_id: str
    reason: str

    @property
    def level(self) -> Level:
        """A warning: the user may expect it in the lake."""
        return "warning"


class PlaylistAccounted(LogEvent, frozen=True, kw_only=True, tag="playlist_accounted"):
    """A playlist has its outcome; `requests` were sent so far."""

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
        """A warning unless the outcome is a success."""
        return "info" if self.outcome.is_success else "warning"


class PartLanded(LogEvent, frozen=True, kw_only=True, tag="part_landed"):
    """A part is in the raw bucket."""

    part: str
    object_key: str = ""
    bytes: int = 0
    snapshots: int
    entries: int
    details: int = 0


class DetailsPlanned(LogEvent, frozen=True, kw_only=True, tag="details_planned"):
    """How many artists and albums are due for details, and how many requests they may take."""

    due: int
    budget: int


class DetailsAccounted(LogEvent, frozen=True, kw_only=True, tag="details_accounted"):
    """The details of an artist or album were requested; `requests` were sent so far."""

    uri: str
    requests: int
    code: str | None = None
    reason: str | None = None

    @property
    def level(self) -> Level:
        """A warning where there are no details."""
        return "info" if self.code is None else "warning"


class Waiting(LogEvent, frozen=True, kw_only=True, tag="waiting"):
    """The run waits before it tries a request again."""

    seconds: float
    reason: str


class QuotaGroupClosed(LogEvent, frozen=True, kw_only=True, tag="quota_group_closed"):
    """The source takes no more requests of a group of endpoints before a moment."""

    group: str
    not_before: datetime
    reason: str = ""

    @property
    def level(self) -> Level:
        """A warning: some playlists are left to a later run."""
        return "warning"


class RunFinished(LogEvent, frozen=True, kw_only=True, tag="run_finished"):
    """The manifest is landed."""

    outcomes: dict[Outcome, int] = {}
    configured: int
    parts: int = 0
    requests: int
    retries: int = 0
    waited_seconds: float = 0.0
    details: dict[str, int] | None = None
    duration_seconds: float = 0.0


class RunAlreadyComplete(LogEvent, frozen=True, kw_only=True, tag="run_already_complete"):
    """The run's manifest was landed before, so there is nothing to do."""

    outcomes: dict[Outcome, int] = {}


class RunStopped(LogEvent, frozen=True, kw_only=True, tag="run_stopped"):
    """The extractor ends with the exit status of a code."""

    code: str
    reason: str

    @property
    def level(self) -> Level:
        """An error: the run has no manifest, or some playlists were not read."""
        return "error"


class ObjectRejected(LogEvent, frozen=True, kw_only=True, tag="object_rejected"):
    """A raw object, or a message, went to the dead-letter queue."""

    code: str
    reason: str

    @property
    def level(self) -> Level:
        """An error: somebody has to look."""
        return "error"


ExtractorEvent = (
    RunStarted
    | RunPlanned
    | RefreshTokenEnds
    | PlaylistLeftOut
    | PlaylistAccounted
    | PartLanded
    | DetailsPlanned
    | DetailsAccounted
    | Waiting
    | QuotaGroupClosed
    | RunFinished
    | RunAlreadyComplete
    | RunStopped
)


_decoder = msgspec.json.Decoder(ExtractorEvent)


def read_events(lines: Iterable[bytes], run_id: str) -> Iterator[ExtractorEvent]:
    """The extractor's events of a run in the lines of a log.

    Lines that are no such event, or belong to another run, are left out: other processes may write
    to the same log.
    """
    for line in lines:
        try:
            event = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if event.run_id in {None, run_id}:
            yield event
