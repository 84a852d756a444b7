"""Fixtures in memory and virtual time: an hour of the service takes milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from twins.transformer import World
from virtual_time import VirtualTimeLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from typing import Any


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], VirtualTimeLoop]]:
    return {"virtual": VirtualTimeLoop}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """The logged events with their fields, and with what every line of their context has."""
    with capture_logs([merge_contextvars]) as captured:
        yield captured
