"""The raw objects, commit marks and reject records of some days of a lake on AWS."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from playlake_aws.announcing import landed
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import (
    RAW_PREFIX,
    REJECTED_PREFIX,
    SOURCE_PREFIX,
    RawKey,
    day_prefix,
    partition_prefix,
    rejected_prefix,
    source_of,
    table_prefix,
)
from playlake_contracts.rejects import decode_reject
from playlake_lake.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from playlake_aws.announcing import Landed
    from playlake_aws.lake import AwsLake
    from playlake_contracts.rejects import Reject
    from playlake_lake.side_by_side import Progress


@dataclass(frozen=True, slots=True)
class AwsListing:
    """Lists what a lake holds; the cost grows with the days, not with the age of the lake.

    Attributes:
        lake: the lake.
        dates: the days; None is every day.
    """

    lake: AwsLake
    dates: Sequence[str] | None

    def raw(self) -> Iterator[Landed]:
        """The raw objects, in order of source and day."""
        days = [day_prefix(source, date) for source, date in self._source_days()]
        return chain.from_iterable(
            map(self._landed, [RAW_PREFIX] if self.dates is None else days),
        )

    def one(self, key: str) -> list[Landed]:
        """The raw object under a key; none if it is gone, or the key is no raw object's."""
        try:
            prefix = str(RawKey.parse(key))
        except ValueError:
            return []
        return [each for each in self._landed(prefix) if str(each.stored.key) == key]

    def marks(self) -> list[str]:
        """The keys of the commit marks."""
        days = [partition_prefix("loads", date) for date in self.dates or ()]
        return self._curated([table_prefix("loads")] if self.dates is None else days)

    def records(self) -> list[str]:
        """The keys of the reject records."""
        days = [rejected_prefix(source, date) for source, date in self._source_days()]
        return self._curated([REJECTED_PREFIX] if self.dates is None else days)

    def rejects(self, progress: Progress) -> dict[str, Reject]:
        """The records that count, by their keys: those of raw objects have no commit mark."""
        records = self.records()
        found = dict(zip(records, self.read(records, progress), strict=True))
        days = {key.run_id.snapshot_date for each in found.values() for key in _raw_key(each)}
        marks = set(AwsListing(self.lake, sorted(days)).marks())
        return {key: each for key, each in found.items() if not _is_committed(each, marks)}

    def read(self, records: Sequence[str], progress: Progress) -> list[Reject]:
        """The reject records under some keys."""
        if not records:
            return []
        bucket = self.lake.deployment.curated_bucket

        def read(key: str) -> Reject:
            return decode_reject(self.lake.get(bucket, key))

        return list(side_by_side(records, read, progress, "Reading records of rejects"))

    def _landed(self, prefix: str) -> Iterator[Landed]:
        return landed(self.lake.aws.s3, self.lake.deployment.raw_bucket, prefix)

    def _curated(self, prefixes: Iterable[str]) -> list[str]:
        bucket = self.lake.deployment.curated_bucket
        return [key for prefix in prefixes for key in self.lake.keys(bucket, prefix)]

    def _source_days(self) -> list[tuple[str, str]]:
        sources = self._sources() if self.dates else []
        return [(source, date) for source in sources for date in self.dates or ()]

    def _sources(self) -> list[str]:
        pages = self.lake.aws.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.lake.deployment.raw_bucket, Prefix=SOURCE_PREFIX, Delimiter="/"
        )
        prefixes = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", ())]
        return [source for prefix in prefixes if (source := source_of(prefix)) is not None]


def _raw_key(reject: Reject) -> Iterator[RawKey]:
    return raw_keys([] if reject.raw_key is None else [reject.raw_key])


def _is_committed(reject: Reject, marks: AbstractSet[str]) -> bool:
    return any(key.curated("loads") in marks for key in _raw_key(reject))
