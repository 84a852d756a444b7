"""Retention of a lake, wherever it is: what is kept, what would expire, and its removal."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake_contracts.deployed_settings import REFRESH_AFTER_DAYS
from playlake_contracts.retention import KeptDays, check_interval
from playlake_lake.retention.expire import Retention
from playlake_lake.retention.expired import expired_days, first_kept, held_days
from playlake_lake.retention.record import change_record, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from playlake.lakes.aws import AwsLake
    from playlake_lake.compaction.store import Store
    from playlake_lake.folder import Folder
    from playlake_lake.retention.expire import Expired, Partitions
    from playlake_lake.retention.expired import ExpiredDay
    from playlake_lake.retention.record import Record

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a source is kept.

    Attributes:
        source: the source.
        days: the days; None is for ever.
        since: the first day that is kept; None if all are.
        oldest: the oldest day that the lake holds of it; None if it holds none.
        held: the number of days that it holds.
    """

    source: str
    days: int | None
    since: str | None
    oldest: str | None
    held: int


@dataclass(frozen=True, slots=True)
class RetainedLake:
    """A lake whose old snapshots are removed.

    Attributes:
        store: its objects.
        explained: turns the errors of the store's client into a `LakeError`.
        partitions: opens the partitions of its catalog; None if it has none.
        is_deployed: whether a deployment says how long it keeps each source.
    """

    store: Store
    explained: Callable[[], AbstractContextManager[None]] = nullcontext
    partitions: Callable[[], Partitions] | None = None
    is_deployed: bool = False

    @classmethod
    def of_folder(cls, folder: Folder) -> RetainedLake:
        """A lake in a folder."""
        return cls(folder)

    @classmethod
    def on_aws(cls, lake: AwsLake) -> RetainedLake:
        """A lake on AWS."""
        from playlake_aws import errors  # noqa: PLC0415 - loads boto3
        from playlake_aws.partitions import GluePartitions  # noqa: PLC0415

        def partitions() -> Partitions:
            return GluePartitions(lake.aws.glue, lake.deployment.names.glue_database)

        return cls(lake.store, lambda: errors.explained(lake.place), partitions, is_deployed=True)

    def record(self) -> Record:
        """What the lake says of its retention.

        Raises:
            CommandError: it is damaged.
        """
        with self._explained():
            return read_record(self.store)

    def keep(self, changed: KeptDays, refresh_after_days: float = REFRESH_AFTER_DAYS) -> None:
        """Have the lake keep sources for other days.

        Args:
            changed: these sources.
            refresh_after_days: the days after which an unchanged playlist is landed again.

        Raises:
            CommandError: a deployment says it, or the days are too short for the runs.
        """
        if self.is_deployed:
            raise CommandError(
                "the deployment says how long this lake keeps each source: set keep_days in its "
                "settings, and deploy"
            )
        with self._explained():
            held = held_days(self.store)
        for source, days in changed.chosen.items():
            interval = _interval(held.get(source, []))
            try:
                check_interval(source, days, refresh_after_days, interval)
            except ValueError as error:
                raise CommandError(str(error)) from None
        with self._explained():
            change_record(
                self.store,
                lambda record: replace(record, keep_days=str(record.kept.with_(changed))),
            )

    def kept(self, kept: KeptDays, now: datetime) -> list[Kept]:
        """How long each source is kept, and what the lake holds of it."""
        with self._explained():
            held = held_days(self.store)
        return [
            Kept(
                source,
                days,
                None if days is None else first_kept(days, now),
                min(held.get(source, []), default=None),
                len(held.get(source, [])),
            )
            for source, days in kept.all().items()
        ]

    def expired(self, kept: KeptDays, now: datetime) -> list[ExpiredDay]:
        """What has expired."""
        with self._explained():
            cleaned = read_record(self.store).cleaned
            return list(expired_days(self.store, kept, now, cleaned))

    def expire(self, kept: KeptDays, now: datetime) -> Expired:
        """Remove what has expired.

        Raises:
            CommandError: the lake does not let objects be removed; what was removed stays so.
        """
        with self._explained():
            partitions = None if self.partitions is None else self.partitions()
            return Retention(self.store, kept, now, partitions).run()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(), self.explained():
            yield


def _interval(held: list[str]) -> timedelta:
    """The time between the last two days with runs; a day at least."""
    last = [date.fromisoformat(day) for day in held[-2:]]
    return max(last[-1] - last[0], _A_DAY) if last else _A_DAY
