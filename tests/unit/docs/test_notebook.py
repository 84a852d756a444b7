"""The example notebook runs on a synthetic lake, and its plots show what the history says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from world_lakes import WorldLake

from playlake_lake.identity import make_lake
from playlake_sandbox.world.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake import Lake

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs" / "history.ipynb"
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
DAYS = 12


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the cells of code define, run in order as by Jupyter."""
    home = tmp_path_factory.mktemp("home")
    folder, _ = make_lake(home / "lakes" / "default", synthetic=True)
    WorldLake(folder, Library(seed=11, largest=100)).fill(DAYS)
    made: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, mpl.rc_context():
        patch.setenv("PLAYLAKE_HOME", str(home))
        mpl.use("agg")
        for cell in CELLS:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                exec(compile(source, cell["id"], "exec"), made)  # noqa: S102 - our own page
        yield made
        plt.close("all")


def test_it_is_kept_without_outputs() -> None:
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    assert len(code) >= 5
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"]] == []
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


def test_every_stay_of_the_busiest_playlist_is_a_line(names: dict[str, Any]) -> None:
    (axes,) = names["comings"].axes
    drawn = sum(len(lines.get_segments()) for lines in axes.collections)
    lake: Lake = names["lake"]
    changes = lake.changes()
    changed = changes[changes["change"].isin(["added", "removed"])]["playlist_id"]
    assert names["busiest"] == changed.value_counts().index[0]
    assert drawn == len(lake.memberships(names["busiest"])) > 20


def test_the_bars_are_the_changes_of_each_day(names: dict[str, Any]) -> None:
    (axes,) = names["daily"].axes
    heights = [bar.get_height() for bar in axes.patches]
    counts = names["changes"]["change"].value_counts()
    assert sum(height for height in heights if height > 0) == counts["added"] > 10
    assert sum(height for height in heights if height < 0) == -counts["removed"] < -10
    assert len(heights) <= 2 * DAYS


def test_the_share_that_stays_only_falls(names: dict[str, Any]) -> None:
    (axes,) = names["staying"].axes
    assert len(axes.lines) > 1
    for line in axes.lines:
        shares = list(line.get_ydata())
        assert shares[0] == 100
        assert shares == sorted(shares, reverse=True)
        assert 0 <= shares[-1] < 100


# The names of synthetic playlists have signs that matplotlib's font lacks.
@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
def test_all_plots_can_be_drawn(names: dict[str, Any], tmp_path: Path) -> None:
    for name in ("comings", "daily", "staying"):
        names[name].savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
