"""How many generated parts are compared: `--generated`, which `make equal PARTS=…` sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

BLOCK = 20


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the seeds of generated parts block by block, so that a failure names few of them."""
    if "seeds" in metafunc.fixturenames:
        parts = metafunc.config.getoption("--generated")
        blocks = [range(start, min(start + BLOCK, parts)) for start in range(0, parts, BLOCK)]
        metafunc.parametrize("seeds", blocks, ids=lambda block: f"{block[0]}-{block[-1]}")
