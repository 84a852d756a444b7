"""`playlist_daily` on the local Athena says what the raw JSON of the real services says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from run_history import true_rows

from playlake_aws.athena import run_sql
from playlake_contracts.keys import RAW_PREFIX, RawKey

if TYPE_CHECKING:
    from playlake.local_aws import LocalAws


def raw_objects(aws: LocalAws) -> dict[RawKey, bytes]:
    bucket = aws.resources.raw_bucket
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RAW_PREFIX)
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    return {
        RawKey.parse(key): aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys
    }


@pytest.mark.parametrize("compared", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_the_contents_of_every_playlist_in_every_run_are_those_that_were_landed(
    lake: LocalAws, compared: int
) -> None:
    """The truth takes seconds a run, so the last one is compared, and at night all of them."""
    objects = raw_objects(lake)
    result = run_sql(lake, "SELECT * FROM playlist_daily")
    names = [column.name for column in result.columns]
    found = [dict(zip(names, row, strict=True)) for row in result.rows]
    runs = [key for key in objects if key.is_manifest]
    assert len(runs) == 3
    for key in sorted(runs, key=str)[-compared:]:
        truth = true_rows(objects, key)
        rows = {row["playlist_id"]: row for row in found if row["run_id"] == str(key.run_id)}
        assert rows.keys() == truth.keys()
        for playlist_id, row in truth.items():
            assert {name: rows[playlist_id][name] for name in row} == row
    changes = {(row["entries_added"], row["entries_removed"]) for row in found}
    assert {(None, None), (0, 0)} < changes
