"""What remembers the failures of the transformer counts them for each raw object."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from landed import part_key

if TYPE_CHECKING:
    from playlake_transformer.ports import Failures

pytestmark = pytest.mark.asyncio(loop_factories=["memory", "aws"])


async def test_each_raw_object_has_a_count_of_its_own(failures: Failures) -> None:
    first, second = part_key(0), part_key(1)
    assert [await failures.note(first, f"synthetic {number}") for number in range(3)] == [1, 2, 3]
    assert await failures.note(second, "synthetic") == 1


async def test_failures_at_the_same_time_are_all_counted(failures: Failures) -> None:
    key = part_key()
    noted = await asyncio.gather(*(failures.note(key, "synthetic: Größe") for _ in range(4)))
    assert sorted(noted) == [1, 2, 3, 4]
