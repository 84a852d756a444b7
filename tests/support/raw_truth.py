"""The truth to hold queries against: pandas over the raw JSON, with none of our decoding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from query_truth import RawHistory, raw_lines

from playlake_contracts.keys import RAW_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws


@dataclass(frozen=True)  # without slots: what is computed is kept
class RawTruth:
    """What the raw bucket of a lake holds."""

    aws: LocalAws

    @cached_property
    def history(self) -> RawHistory:
        """All of it, manifests too, as the truth of named queries."""
        return RawHistory.of(_objects(self.aws))

    @cached_property
    def snapshots(self) -> list[dict[str, Any]]:
        """Every snapshot with its entries in order, as plain JSON."""
        return [_with_entries(line) for line in _lines(self.aws)]

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Every entry of every snapshot: one row each, with the item as plain JSON."""
        return pd.DataFrame(
            [
                {
                    "playlist_id": snapshot["playlist_id"],
                    "run_id": snapshot["run_id"],
                    "position": position,
                    "added_at": entry["added_at"],
                    "item": entry["track"],
                }
                for snapshot in self.snapshots
                for position, entry in enumerate(snapshot["entries"])
            ]
        )

    @cached_property
    def tracks(self) -> pd.DataFrame:
        """The entries that are tracks of Spotify's catalogue, the item's fields beside them."""
        kept = self.entries[self.entries["item"].map(_is_track)].reset_index(drop=True)
        return kept.join(pd.DataFrame(list(kept["item"]))[_TRACK_FIELDS])


def _is_track(item: dict[str, Any] | None) -> bool:
    return item is not None and item["type"] == "track" and bool(item["id"] and item["name"])


_TRACK_FIELDS = ["id", "name", "duration_ms", "popularity", "album", "artists", "external_urls"]


def _with_entries(line: dict[str, Any]) -> dict[str, Any]:
    pages = [line["playlist"]["tracks"], *line["pages"]]
    return {**line, "entries": [entry for page in pages for entry in page["items"]]}


def _lines(aws: LocalAws) -> Iterator[dict[str, Any]]:
    for key, body in _objects(aws):
        if key.endswith(".jsonl.zst"):
            yield from raw_lines(body)


def _objects(aws: LocalAws) -> Iterator[tuple[str, bytes]]:
    bucket = aws.resources.raw_bucket
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RAW_PREFIX)
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    for key in sorted(keys):
        yield key, aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
