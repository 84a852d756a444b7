"""When the runs of a source are started, and how long the next one may take to finish."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from playlake_infra.schedule_expression import check_schedule, interval

_LONGEST_INTERVAL: Final = timedelta(days=31)
# Somebody is told when no run has finished for so many intervals.
_INTERVALS_WITHOUT_RUN: Final = 1.5
# An alarm looks back a week at most.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_LONGEST_ALARM: Final = timedelta(days=7)


class RunSchedule(BaseModel):
    """The schedule of the runs of a source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schedule: Annotated[str, AfterValidator(check_schedule)] = Field(
        description="When the extractor runs: rate(...) or cron(...)."
    )
    hours_between_runs: float | None = Field(
        None,
        gt=0,
        description="Hours between two runs at most; only for a cron schedule, which requires it.",
    )

    @property
    def interval(self) -> timedelta:
        """The longest time between two scheduled runs."""
        return interval(self.schedule) or timedelta(hours=self.hours_between_runs or 0)

    @property
    def overdue_after(self) -> timedelta:
        """The longest time that may pass between two finished runs."""
        return self.interval * _INTERVALS_WITHOUT_RUN

    @property
    def needs_watcher(self) -> bool:
        """Whether runs are so far apart that no alarm can wait for them."""
        return self.overdue_after > _LONGEST_ALARM

    @model_validator(mode="after")
    def _check_interval(self) -> Self:
        is_rate = interval(self.schedule) is not None
        if is_rate != (self.hours_between_runs is None):
            raise ValueError(
                "a rate schedule already defines the interval: remove hours_between_runs"
                if is_rate
                else "the alarm for missing runs needs the interval of a cron schedule: "
                "set hours_between_runs"
            )
        if self.interval > _LONGEST_INTERVAL:
            raise ValueError(
                f"runs are {self.interval} apart, and may be {_LONGEST_INTERVAL.days} days apart "
                "at most: run more often"
            )
        return self
