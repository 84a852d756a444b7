"""A transformer that is killed, wherever it is, loses nothing and duplicates nothing."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port

from playlake.commands.tables import counting_sql
from playlake.local_aws.backlog import uncommitted, wait_until_committed
from playlake.local_aws.environments import transformer_environment
from playlake.services.ports import HOST
from playlake.services.processes import module_command, service, start
from playlake_aws.athena import run_sql
from playlake_contracts.keys import RAW_PREFIX, RawKey
from playlake_contracts.tables import TABLES
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from landed_lake import Landed

    from playlake.local_aws import LocalAws

KILLS = 3
GIVE_UP_AFTER = timedelta(seconds=60)
LOOK_EVERY_SECONDS = 0.02


@pytest.mark.slow
def test_kill_nine_and_a_restart_give_the_same_row_counts(landed: Landed) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    expected = expected_rows(landed.aws)
    kills = 0
    while kills < KILLS and uncommitted(landed.aws):
        kill_after_some_writes(landed, chance.randint(1, 12))
        kills += 1
    assert kills > 1, "there was work left when it was killed"

    environment, health = transformer(landed.aws)
    with service("transformer", environment, health, logs=landed.logs):
        wait_until_committed(landed.aws)

    counted = {table: rows for table, rows, _ in run_sql(landed.aws, counting_sql()).rows}
    assert counted == expected


def expected_rows(aws: LocalAws) -> dict[str, int]:
    """Rows by table of every raw object transformed once, here and now."""
    rows = Counter(dict.fromkeys(TABLES, 0))
    for key in keys(aws, aws.resources.raw_bucket, RAW_PREFIX):
        body = aws.s3.get_object(Bucket=aws.resources.raw_bucket, Key=key)["Body"].read()
        transformed = transform(body, RawKey.parse(key))
        rows.update({file.table: file.rows for file in transformed.files}, loads=1)
    return dict(rows)


def kill_after_some_writes(landed: Landed, writes: int) -> None:
    """Start the transformer and end it with SIGKILL once it has written so many objects."""
    bucket = landed.aws.resources.curated_bucket
    environment, _ = transformer(landed.aws)
    target = len(keys(landed.aws, bucket)) + writes
    process = start(module_command("transformer"), environment, landed.logs / "killed.log")
    deadline = time.monotonic() + GIVE_UP_AFTER.total_seconds()
    try:
        while len(keys(landed.aws, bucket)) < target and uncommitted(landed.aws):
            assert process.poll() is None, "it lives until it is killed"
            assert time.monotonic() < deadline, "it writes"
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        process.kill()
        process.wait()


def transformer(aws: LocalAws) -> tuple[dict[str, str], str]:
    """The environment of a transformer whose messages come back soon, and its health URL."""
    port = choose_port()
    own = transformer_environment(
        os.environ, aws, http_port=port, crawler_quiet=timedelta(seconds=60)
    )
    return {**own, "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": "3"}, f"http://{HOST}:{port}/readyz"


def keys(aws: LocalAws, bucket: str, prefix: str = "") -> list[str]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]
