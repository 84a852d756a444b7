"""What commands open, list and read does not grow with the age of a lake: it is counted, not timed.

Three things do grow, and cost little: the names of the days, what is in force, of which each month
has some lines, and the tables of the history, of which each month has a file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from commands import Command
from compacting import compact
from growing_lakes import END, Growth, grow

from playlake.lakes.queries import SINCE, named_queries
from playlake.project import Project
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import IN_FORCE_KEY
from playlake_lake.folder import Folder
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

YOUNG, OLD = 40, 400
LOOKING_BACK, QUERY = 1.5, 3.0
QUERIES: Final = named_queries(Path(__file__).resolve().parents[3] / "queries")
OF_HISTORY: Final = {
    name
    for name, query in QUERIES.items()
    if set(HISTORY_TABLES).intersection(re.findall(r"\w+", re.sub("--.*", "", query.sql)))
}
BOUND: Final = {
    name: query
    for name, query in QUERIES.items()
    if name not in OF_HISTORY and any(each.name == SINCE for each in query.parameters)
}
# By default these read a year or all of a lake, so they are compared over the same days alone.
LONG: Final = {
    name
    for name, query in BOUND.items()
    for each in query.parameters
    if each.name == SINCE and each.default in {"365 days ago", "2000-01-01"}
}
GIVEN: Final = {"playlist": "Playlist 1", "other": "Playlist 3", "at": "2026-06-10"}
_IO: Final = Path("/proc/self/io")


@dataclass
class Counts:
    """What a command took: files opened, objects listed, bytes that the system gave of others."""

    opened: int = 0
    listed: int = 0
    read: int = 0

    def most(self, times: float) -> Counts:
        """So many times as much."""
        return Counts(*(int(each * times) for each in (self.opened, self.listed, self.read)))

    def __le__(self, other: Counts) -> bool:
        return (
            self.opened <= other.opened and self.listed <= other.listed and self.read <= other.read
        )


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A young and an old compacted lake, whose last days are the same."""
    parent = tmp_path_factory.mktemp("growing")
    roots = parent / "young", parent / "old"
    for root, days in zip(roots, (YOUNG, OLD), strict=True):
        folder = grow(root, Growth(days, every=timedelta(days=5), playlists=4, entries=10))
        compact(folder, END + timedelta(hours=5))
    playlake = Command(Project(parent))
    for arguments in (("diff", "Playlist 1"), ("query", "SELECT 1")):  # which reads modules
        assert playlake(*arguments, "--lake", str(roots[0])) == 0, playlake.notices
    return roots


@pytest.fixture
def counted(
    lakes: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Counts, Counts]]:
    """Counts what a command takes in the young and in the old lake."""
    now = Counts()
    path, listed, read = Folder.path, Folder._listed, Folder.read

    def counting_path(folder: Folder, key: str) -> Path:
        now.opened += key.endswith(".parquet")
        return path(folder, key)

    def counting_listed(folder: Folder, prefix: str) -> dict[str, str]:
        found = listed(folder, prefix)
        now.listed += len(found)
        return found

    def counting_read(folder: Folder, key: str) -> bytes | None:
        body = read(folder, key)
        now.read -= len(body or b"") if key == IN_FORCE_KEY else 0
        return body

    monkeypatch.setattr(Folder, "path", counting_path)
    monkeypatch.setattr(Folder, "_listed", counting_listed)
    monkeypatch.setattr(Folder, "read", counting_read)
    playlake = Command(Project(tmp_path))

    def run(root: Path, arguments: tuple[str, ...]) -> Counts:
        now.opened = now.listed = now.read = 0
        before = _bytes_read()
        assert playlake(*arguments, "--lake", str(root)) == 0, playlake.notices
        return Counts(now.opened, now.listed, max(0, _bytes_read() - before + now.read))

    def both(*arguments: str) -> tuple[Counts, Counts]:
        young, old = (run(root, arguments) for root in lakes)
        assert young.opened
        assert young.listed
        return young, old

    return both


def _bytes_read() -> int:
    """The bytes that this process has read so far; 0 where the system does not say."""
    if not _IO.exists():
        return 0
    first, *_ = _IO.read_text(encoding="ascii").splitlines()
    return int(first.removeprefix("rchar: "))


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "Playlist 1"),
        ("show", "Playlist 2"),
        ("show", "Playlist 1", "--at", "2026-06-10"),
        ("diff", "Playlist 1"),
        ("diff", "Playlist 1", "2026-06-10"),
    ],
    ids=" ".join,
)
def test_looking_back_takes_as_much_in_an_old_lake(
    arguments: tuple[str, ...], counted: Callable[..., tuple[Counts, Counts]]
) -> None:
    young, old = counted(*arguments)
    assert old <= young.most(LOOKING_BACK)


@pytest.mark.parametrize("name", sorted(BOUND))
def test_a_named_query_takes_as_much_of_the_same_days_in_an_old_lake(
    name: str, counted: Callable[..., tuple[Counts, Counts]]
) -> None:
    young, old = counted(*_query(name, {SINCE: _day(YOUNG)}))
    assert old <= young.most(LOOKING_BACK)


@pytest.mark.parametrize("name", sorted(BOUND.keys() - LONG))
def test_a_named_query_takes_no_more_than_its_own_days(
    name: str, counted: Callable[..., tuple[Counts, Counts]]
) -> None:
    young, old = counted(*_query(name, {}))
    assert old <= young.most(QUERY)


def test_a_playlist_at_a_time_takes_its_own_entries_out_of_the_files(tmp_path: Path) -> None:
    folder = grow(tmp_path / "lake", Growth(60, playlists=4, entries=10))
    compact(folder, END)  # the last day is open, so a table is of two kinds of files
    at = END - timedelta(days=2)
    values = {"playlist": "Playlist 1", "at": at.replace(tzinfo=None), SINCE: "2000-01-01"}
    explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {QUERIES['playlist_at'].sql}"
    ((_, plan),) = query(folder, explained, parameters=values).rows
    taken = sum(
        scan["operator_cardinality"]
        for scan in _scans(json.loads(plan))
        if "position" in str(scan["extra_info"]["Projections"])
    )
    assert taken == 10


def _scans(operator: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The operators of an executed query that read files."""
    if operator.get("operator_type") == "TABLE_SCAN":
        yield operator
    for each in operator["children"]:
        yield from _scans(each)


def _query(name: str, given: dict[str, str]) -> tuple[str, ...]:
    """The arguments that run a query as on the day after the last one of the lakes."""
    query = QUERIES[name]
    needed = {each.name: GIVEN[each.name] for each in query.parameters if each.default is None}
    values = query.bind(needed | given, END) | needed
    parameters = (text for each in values.items() for text in ("--param", "=".join(map(str, each))))
    return "query", "--name", name, "--limit", "10", *parameters


def _day(ago: int) -> str:
    return (END - timedelta(days=ago)).date().isoformat()
