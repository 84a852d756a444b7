"""A compaction brings the views of the history to what is in force. All synthetic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from compacting import HISTORY, LATER, compact, in_force
from two_days import PARTS, two_days

from playlake_contracts.athena_views import history_view, sql_of_view
from playlake_contracts.keys import COMPACTED_PREFIX
from playlake_lake.compaction.publishing import publish_history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playlake_lake.folder import Folder


class Catalog:
    """The views of a Glue database; `before` is called before an update."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.views: dict[str, Any] = {
            name: history_view(name, "lake", "lake_compacted") for name in HISTORY
        }
        self.updates = 0
        self.before = before

    def get_table(self, *, DatabaseName: str, Name: str) -> Any:  # noqa: N803, ANN401
        assert DatabaseName == "lake"
        return {"Table": {**self.views[Name], "VersionId": "7"}}

    def update_table(self, *, DatabaseName: str, TableInput: Any, SkipArchive: bool) -> None:  # noqa: N803, ANN401
        assert (DatabaseName, SkipArchive) == ("lake", True)
        self.before()
        self.updates += 1
        self.views[TableInput["Name"]] = TableInput

    def publish(self, folder: Folder) -> list[str]:
        return publish_history(folder, self, "lake", "lake_compacted")


def is_published(catalog: Catalog, folder: Folder) -> bool:
    """Whether every view names all generations in force and no other."""
    return all(
        sql_of_view(catalog.views[name]["ViewOriginalText"]).endswith(
            f"generation in ({', '.join(map(repr, names or ['none']))})"
        )
        for name, names in in_force(folder).history_generations().items()
    )


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return two_days(tmp_path / "lake")


def test_views_are_replaced_if_their_text_differs(lake: Folder) -> None:
    catalog = Catalog()
    assert catalog.publish(lake) == []
    compact(lake)
    assert set(catalog.publish(lake)) == {
        name for name, names in in_force(lake).history_generations().items() if names
    }
    assert is_published(catalog, lake)
    updates = catalog.updates
    assert updates
    assert catalog.publish(lake) == []
    assert catalog.updates == updates


def test_of_two_compactions_the_later_text_stays(lake: Folder) -> None:
    compact(lake)
    overtaken = [True]

    def another() -> None:
        if overtaken.pop() if overtaken else False:
            lake.remove(PARTS[1].curated("loads"))
            compact(lake)

    catalog = Catalog(another)
    catalog.publish(lake)
    assert is_published(catalog, lake)


def test_files_are_removed_only_after_the_views_were_replaced(lake: Folder) -> None:
    compact(lake)
    lake.remove(PARTS[1].curated("loads"))
    compact(lake)
    after = LATER + timedelta(days=2)
    there = set(lake.keys(COMPACTED_PREFIX))

    class RefusedError(Exception):
        """The catalog does not answer."""

    def refuse() -> None:
        assert set(lake.keys(COMPACTED_PREFIX)) == there
        raise RefusedError

    with pytest.raises(RefusedError):
        compact(lake, after, publish=refuse)
    assert set(lake.keys(COMPACTED_PREFIX)) == there
    compact(lake, after)
    assert set(lake.keys(COMPACTED_PREFIX)) < there
