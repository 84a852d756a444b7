"""Follows a synthetic part through a deployment, from its landing to a row in Athena.

The part is of 1 January 1970, so no query of recent days sees it. Whatever comes of it, all of it
is removed at the end.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from playlake.errors import CommandError
from playlake_aws.errors import explained
from playlake_aws.partitions import GluePartitions
from playlake_contracts.keys import RawKey, partition_prefix
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_contracts.rejects import decode_reject
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import SOURCE
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from playlake_aws.lake import AwsLake

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLAYLIST: Final = "PlaylakeChecksTheStack"
_ENTRIES: Final = 2
_LOOK_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the check.

    Attributes:
        name: what was checked.
        seconds: how long it took.
        found: what was found.
    """

    name: str
    seconds: float
    found: str


@dataclass(frozen=True, slots=True)
class StackCheck:
    """A check of a deployment.

    Attributes:
        lake: its lake.
        wait: how long a step may take.
        key: the key of the synthetic part.
        sleep: pauses for seconds.
    """

    lake: AwsLake
    wait: timedelta
    key: RawKey
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, lake: AwsLake, wait: timedelta) -> StackCheck:
        """A check with a part that no other check has."""
        return cls(
            lake, wait, RawKey.of_part(SOURCE, RunId.derive(SOURCE, _LONG_AGO, uuid4().hex), 0)
        )

    def run(self, done: Callable[[Step], None]) -> None:
        """Carry out the check.

        Args:
            done: takes each step that succeeded.

        Raises:
            CommandError: a step failed; what it left is removed.
        """
        with explained(self.lake.place):
            try:
                for name, step in (
                    ("land", self._land),
                    ("commit", self._commit),
                    ("query", self._query),
                ):
                    done(_timed(name, step))
            finally:
                removed = _timed("clean up", self._remove)
            done(removed)

    def _land(self) -> str:
        if not self.lake.store.put_new(str(self.key), _body(self.key)):
            raise CommandError(f"{self.key} is there already: start the check again")
        return f"{self.key} in {self.lake.deployment.raw_bucket}"

    def _commit(self) -> str:
        mark = self.key.curated("loads")
        if self._wait_for(lambda: mark in self._listed("loads")):
            return f"{len(self._files())} files"
        record = self.lake.store.read(self.key.rejected)
        if record is not None:
            reject = decode_reject(record)
            raise CommandError(f"the part was rejected ({reject.code}): {reject.reason}")
        raise CommandError(
            f"the part was not committed within {self.wait.total_seconds():,.0f} s: see whether a "
            f"transformer runs, by `playlake status --lake {self.lake.place}`"
        )

    def _query(self) -> str:
        sql = (
            f"SELECT count(*), count(track_id) FROM playlist_items WHERE day = '{self._day}' "  # noqa: S608 - an id of our own
            f"AND run_id = '{self.key.run_id}'"
        )
        if not self._wait_for(lambda: self.lake.query(sql).rows == [(_ENTRIES, _ENTRIES)]):
            raise CommandError(
                f"Athena does not see the {_ENTRIES} rows of the part within "
                f"{self.wait.total_seconds():,.0f} s: see whether the transformer may register "
                f"partitions in the database {self.lake.deployment.names.glue_database}"
            )
        return f"{_ENTRIES} rows of {_ENTRIES}"

    def _remove(self) -> str:
        """Remove the raw object first: nothing brings the rest back then."""
        store = self.lake.store
        store.remove_for_good([str(self.key)])
        files = self._files()
        marks = [file for file in files if file == self.key.curated("loads")]
        store.remove_for_good(marks)
        store.remove_for_good([file for file in files if file not in marks])
        store.remove_for_good([self.key.rejected, *store.versions(self._failures)])
        partitions = GluePartitions(self.lake.aws.glue, self.lake.deployment.names.glue_database)
        for table in TABLES:
            if not self._listed(table):
                partitions.drop(table, [self._day])
        return f"{len(files) + 1} objects"

    @property
    def _day(self) -> str:
        return self.key.run_id.snapshot_date

    @property
    def _failures(self) -> str:
        return self.key.failure(0).removesuffix("0.txt")

    def _files(self) -> list[str]:
        return [
            file
            for table in TABLES
            for file in self._listed(table)
            if file == self.key.curated(table)
        ]

    def _listed(self, table: str) -> list[str]:
        return list(self.lake.store.versions(partition_prefix(table, self._day)))

    def _wait_for(self, is_so: Callable[[], bool]) -> bool:
        """Whether something comes true within the time, unless the part was rejected meanwhile."""
        deadline = time.monotonic() + self.wait.total_seconds()
        while not is_so():
            if time.monotonic() > deadline or self.lake.store.size(self.key.rejected) is not None:
                return False
            self.sleep(_LOOK_EVERY_SECONDS)
        return True


def _timed(name: str, step: Callable[[], str]) -> Step:
    begun = time.monotonic()
    found = step()
    return Step(name, round(time.monotonic() - begun, 1), found)


def _body(key: RawKey) -> bytes:
    """A part with a playlist of Playlake's own; all of it is synthetic."""
    now = datetime.now(UTC)
    page = {"items": [_entry(number) for number in range(_ENTRIES)], "offset": 0, "total": _ENTRIES}
    playlist = {"id": _PLAYLIST, "name": "Playlake checks a deployment (synthetic)", "items": page}
    head = Head(
        source=key.source,
        playlist_id=_PLAYLIST,
        run_id=str(key.run_id),
        fetched_at=now,
        snapshot_id=None,
    )
    tail = Tail(api="items", entries=_ENTRIES, complete=True)
    body = json.dumps(playlist).encode()
    return b"".join(compress_frame(encode_snapshot(head, lambda: body, [], lambda: tail)))


def _entry(number: int) -> dict[str, Any]:
    artist = {"id": "PlaylakeSyntheticArtis", "name": "Synthetic"}
    album = {"id": "PlaylakeSyntheticAlbum", "name": "Synthetic", "artists": [artist]}
    track = {
        "type": "track",
        "id": f"PlaylakeSyntheticTrac{number}",
        "name": f"Synthetic {number}",
        "duration_ms": 180_000,
        "explicit": False,
        "album": album,
        "artists": [artist],
    }
    return {"added_at": "1970-01-01T00:00:00Z", "is_local": False, "item": track}
