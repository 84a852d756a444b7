"""The runs of a source or an account: what their task, schedules, metrics and alarms are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from playlake_infra.readers import readers_of

if TYPE_CHECKING:
    from playlake_infra.readers import Reader
    from playlake_infra.run_schedule import RunSchedule
    from playlake_infra.settings import Settings

EXTRACTOR: Final = "extractor"


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a source, or of an account of Spotify.

    Attributes:
        label: what their names end with, the source or the account; None for Spotify's account
            that has no name.
        title: the name for a person.
        schedule: when they are started.
        time_zone: the time zone of a cron schedule.
        deployment: the name of the deployment.
        consents: whether the source is read with the consent of a user, which ends.
    """

    label: str | None
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
    def of_reader(cls, settings: Settings, reader: Reader) -> Self:
        """The runs of a further source or account."""
        return cls(
            reader.label,
            reader.title,
            reader.schedule,
            settings.schedule_time_zone,
            settings.name,
            consents=reader.consents,
        )

    @classmethod
    def all(cls, settings: Settings) -> list[Self]:
        """All runs, those of Spotify's account without a name first."""
        further = [cls.of_reader(settings, reader) for reader in readers_of(settings)]
        return [cls.of_spotify(settings), *further]

    @property
    def service(self) -> str:
        """The name of the task's container, of its log and, after the deployment's, its family."""
        return EXTRACTOR if self.label is None else f"{EXTRACTOR}-{self.label}"

    @property
    def namespace(self) -> str:
        """The namespace of their metrics, so that each source has metrics of its own."""
        return self.deployment if self.label is None else f"{self.deployment}/{self.label}"

    def scheduled(self, what: str) -> str:
        """The name of a schedule, after that of the deployment."""
        return what if self.label is None else f"{what}-{self.label}"

    def watched(self, what: str) -> str:
        """The name of an alarm, after that of the deployment."""
        return what if self.label is None else f"{self.label}-{what}"
