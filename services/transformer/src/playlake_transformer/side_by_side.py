"""Runs calls side by side, and leaves none behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable


async def side_by_side(calls: Iterable[Coroutine[None, None, object]]) -> None:
    """Wait until every call has ended, then raise the first failure; its notes name the others.

    Otherwise calls of a failed attempt would still run during the next attempt.
    """
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if not failures:
        return
    first, *others = failures
    for other in others:
        first.add_note(f"beside it: {type(other).__name__}: {other}")
    raise first
