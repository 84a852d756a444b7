"""What a raw object is called, and the rows that it becomes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


class Rejected(Exception):  # noqa: N818 - it is the object's outcome
    """The object as a whole cannot be transformed; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Key:
    """The facts in the key of a raw object."""

    source: str
    snapshot_date: str
    run_id: str
    part: str

    @classmethod
    def of(cls, text: str) -> Key:
        """Read a key such as `raw/source=spotify/snapshot_date=…/run=…/part-0000.jsonl.zst`."""
        _, source, snapshot_date, run, name = text.split("/")
        return cls(
            source=source.removeprefix("source="),
            snapshot_date=snapshot_date.removeprefix("snapshot_date="),
            run_id=run.removeprefix("run="),
            part=name.split(".")[0],
        )

    @property
    def scheduled_at(self) -> datetime:
        """The time in the run id."""
        return datetime.strptime(self.run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    def row(self, fetched_at: datetime, columns: Row) -> Row:
        """A row with the columns that every table has."""
        return {
            "source": self.source,
            "run_id": self.run_id,
            "part": self.part,
            "snapshot_date": self.snapshot_date,
            "fetched_at": fetched_at,
            **columns,
        }


@dataclass(slots=True)
class SlowRows:
    """The rows of a raw object by table, and what its commit mark says about it."""

    fetched_at: datetime
    tables: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    snapshots: int = 0
    json_bytes: int = 0
