"""Raw objects take a share of the memory of the container."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_transformer.adapters import memory

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024


def test_the_lowest_limit_counts(tmp_path: Path) -> None:
    low, high = tmp_path / "low", tmp_path / "high"
    low.write_text(f"{512 * MIB}\n")
    high.write_text(f"{2**62}\n")
    assert memory.usable_memory([high, low]) == 512 * MIB


def test_without_a_limit_it_is_the_machine_s(tmp_path: Path) -> None:
    unlimited = tmp_path / "unlimited"
    unlimited.write_text("max\n")
    found = memory.usable_memory([unlimited, tmp_path / "missing"])
    assert found == memory.usable_memory([])
    assert found > 64 * MIB


@pytest.mark.parametrize(
    ("chosen", "usable", "budget"),
    [(0, 512 * MIB, 32 * MIB), (0, 2**40, 64 * MIB), (5, 512 * MIB, 5)],
)
def test_a_sixteenth_is_for_raw_objects_unless_a_setting_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, chosen: int, usable: int, budget: int
) -> None:
    monkeypatch.setattr(memory, "usable_memory", lambda: usable)
    assert memory.raw_budget(chosen) == budget
