"""Options of the tests that take as long as they are given; known where this folder is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutations", type=int, default=400, help="how many parts are mutated")
    parser.addoption("--seed", type=int, help="what is mutated follows from it")
