"""A day of a table is registered once, however many parts of it are committed at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playlake_transformer.adapters.glue import GlueCatalog
from playlake_transformer.errors import AwsUnavailableError

DAY = "2026-11-21"


class CountingGlue:
    """Counts the calls that register a day; the first ones fail."""

    def __init__(self, failures: int = 0) -> None:
        self.calls: list[str] = []
        self.failures = failures

    async def batch_create_partition(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401  boto's
        self.calls.append(request["TableName"])
        await asyncio.sleep(0.01)
        if len(self.calls) <= self.failures:
            raise ConnectionError("synthetic")
        return {}


def catalog(glue: CountingGlue) -> GlueCatalog:
    return GlueCatalog(glue, "playlake", "curated")  # type: ignore[arg-type]


async def test_several_at_once_make_one_call() -> None:
    glue = CountingGlue()
    registering = catalog(glue)
    await asyncio.gather(*(registering.register("tracks", DAY) for _ in range(8)))
    await registering.register("tracks", DAY)
    assert glue.calls == ["tracks"]


async def test_tables_and_days_do_not_wait_for_each_other() -> None:
    glue = CountingGlue()
    registering = catalog(glue)
    days = [("tracks", DAY), ("albums", DAY), ("tracks", "2026-11-22")]
    await asyncio.gather(*(registering.register(*day) for day in days))
    assert len(glue.calls) == 3


async def test_after_a_failure_another_one_registers() -> None:
    glue = CountingGlue(failures=1)
    registering = catalog(glue)
    outcomes = await asyncio.gather(
        *(registering.register("tracks", DAY) for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [AwsUnavailableError, type(None), type(None)]
    assert glue.calls == ["tracks", "tracks"]


async def test_one_that_is_cancelled_leaves_the_work_to_the_next() -> None:
    glue = CountingGlue()
    registering = catalog(glue)
    first = asyncio.create_task(registering.register("tracks", DAY))
    second = asyncio.create_task(registering.register("tracks", DAY))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert glue.calls == ["tracks", "tracks"]
    with pytest.raises(asyncio.CancelledError):
        await first
