"""The runs of a source: what their task, their schedules, their metrics and alarms are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from playlake_infra.run_schedule import RunSchedule
    from playlake_infra.settings import Settings
    from playlake_infra.sources import FurtherSource

EXTRACTOR: Final = "extractor"


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a source.

    Attributes:
        source: the source; None for Spotify, whose names have no source in them.
        title: the name of the source for a person.
        schedule: when they are started.
        time_zone: the time zone of a cron schedule.
        deployment: the name of the deployment.
        consents: whether the source is read with the consent of a user, which ends.
    """

    source: str | None
    title: str
    schedule: RunSchedule
    time_zone: str
    deployment: str
    consents: bool = False

    @classmethod
    def of_spotify(cls, settings: Settings) -> Self:
        """The runs of Spotify, whose settings are those of the deployment itself."""
        zone = settings.schedule_time_zone
        return cls(None, "Spotify", settings, zone, settings.name, consents=True)

    @classmethod
    def of_source(cls, settings: Settings, source: FurtherSource) -> Self:
        """The runs of a further source."""
        return cls(source.name, source.title, source, settings.schedule_time_zone, settings.name)

    @classmethod
    def all(cls, settings: Settings) -> list[Self]:
        """The runs of all sources, Spotify first."""
        further = [cls.of_source(settings, source) for source in settings.sources.chosen]
        return [cls.of_spotify(settings), *further]

    @property
    def service(self) -> str:
        """The name of the task's container, of its log and, after the deployment's, its family."""
        return EXTRACTOR if self.source is None else f"{EXTRACTOR}-{self.source}"

    @property
    def namespace(self) -> str:
        """The namespace of their metrics, so that each source has metrics of its own."""
        return self.deployment if self.source is None else f"{self.deployment}/{self.source}"

    def scheduled(self, what: str) -> str:
        """The name of a schedule, after that of the deployment."""
        return what if self.source is None else f"{what}-{self.source}"

    def watched(self, what: str) -> str:
        """The name of an alarm, after that of the deployment."""
        return what if self.source is None else f"{self.source}-{what}"
