from __future__ import annotations

import pytest


@pytest.fixture
def said() -> list[str]:
    """The notices for a person; its `append` serves as `say`."""
    return []
