"""How far back a run before is looked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playlake_contracts.keys import RawKey, day_prefix, run_prefix, source_prefix
from playlake_contracts.runs import RunId
from playlake_transformer.run_before import MOST_DAYS, manifests_before

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
RUNS = [RunId.derive("spotify", FIRST + timedelta(days=day)) for day in range(MOST_DAYS + 10)]


async def test_runs_of_others_are_passed_over_for_a_limited_number_of_days() -> None:
    listed: list[str] = []

    async def folders(prefix: str) -> list[str]:
        listed.append(prefix)
        if prefix == source_prefix("spotify"):
            return [day_prefix("spotify", run.snapshot_date) for run in RUNS]
        return [run_prefix("spotify", run) for run in RUNS if run.snapshot_date in prefix]

    async def has(_: str) -> bool:
        return True

    last = RawKey.of_manifest("spotify", RUNS[-1])
    assert [key async for key in manifests_before(last, lambda _: False, folders, has)] == []
    assert len(listed) == 1 + MOST_DAYS
    found = [key async for key in manifests_before(last, lambda _: True, folders, has)]
    assert [key.run_id for key in found] == RUNS[-2 : -MOST_DAYS - 1 : -1]
