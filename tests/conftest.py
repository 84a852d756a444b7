"""What holds for every test."""

from __future__ import annotations

import pytest

from playlake.demo import sandbox, week


@pytest.fixture(scope="session", autouse=True)
def any_port() -> None:
    """Tests run side by side: none of them prefers a port that another prefers too."""
    week.TRANSFORMER_PORT = 0
    sandbox.PREFERRED_PORT = 0
