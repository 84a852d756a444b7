"""Parts whose files are there and whose marks are missing: no reader of ours shows their rows."""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import chdir, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest
from free_ports import choose_port
from landed import bad_entry, entry, part

from playlake import local_aws as local
from playlake.commands.tables import counting_sql
from playlake.lakes.queries import named_queries
from playlake.project import Project
from playlake.watching.status import RUNS_SQL
from playlake_aws.athena import run_sql
from playlake_contracts.committed_sql import committed_only
from playlake_contracts.keys import RawKey, table_prefix
from playlake_contracts.query_parameters import filled
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_lake.folder import Folder, etag
from playlake_lake.identity import make_lake
from playlake_lake.tables import query
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake.local_aws import LocalAws

FIRST = datetime(2030, 1, 1, 6, tzinfo=UTC)
QUERIES = named_queries(Project.find(os.environ).queries)
DOCUMENTED = Path(__file__).resolve().parents[3].joinpath("docs/data-model.md").read_text("utf-8")
# Of the named queries, those that answer something on so small a lake.
ANSWERED = (
    "albums", "artists", "playlist_growth", "popularity_trend", "release_years", "songs",
    "top_artists",
)  # fmt: skip
OF_A_PART = (
    "playlists", "playlist_items", "tracks", "albums", "artists", "track_artists", "album_artists",
    "quarantine",
)  # fmt: skip


def key(day: int, number: int = 0) -> RawKey:
    return RawKey.of_part("spotify", RunId.derive("spotify", FIRST + timedelta(days=day)), number)


WHOLE = (key(0), key(1))
EARLY = (key(1, 1), key(2))


@dataclass(frozen=True)
class Lake:
    """The same lake on the local AWS and in a folder."""

    aws: LocalAws
    folder: Folder

    def put(self, name: str, body: bytes) -> None:
        self.aws.s3.put_object(Bucket=self.aws.resources.curated_bucket, Key=name, Body=body)
        self.folder.put_new(name, body)

    def bare(self, sql: str) -> list[tuple[Any, ...]]:
        """What Athena says of a query to which nothing is added."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("playlake_aws.athena._committed", lambda sql, *_: sql)
            return run_sql(self.aws, sql).rows


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Two days are whole; a second part of the last of them, and a third day, lack their marks."""
    home = tmp_path_factory.mktemp("half")
    folder, _ = make_lake(home / "lake", synthetic=True)
    with local.local_aws(
        replace(Project.find(os.environ), home=home / "home"), port=choose_port()
    ) as aws:
        lake = Lake(aws, folder)
        for number, each in enumerate((*WHOLE, *EARLY)):
            entries = (
                entry(track, popularity=10 * number) for track in range(number, 12 + 10 * number)
            )
            raw = part(each, [*entries, bad_entry()])
            made = transform(raw, each)
            commit = Commit(etag(raw), len(raw), FIRST, timedelta(seconds=1), "0.1.0")
            marks = [commit_mark_file(each, made, commit)] if each in WHOLE else []
            for file in (*made.files, *marks):
                lake.put(file.key, file.body)
        yield lake


def said(rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    """Rows as texts, in which times have no zone, as both engines mean UTC."""
    plain = (
        tuple(each.replace(tzinfo=None) if isinstance(each, datetime) else each for each in row)
        for row in rows
    )
    return Counter(map(str, plain))


def documented(language: str) -> list[str]:
    """The blocks of code in a language that show how to read by oneself."""
    section = DOCUMENTED.partition("## Reading by yourself")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def parts(rows: Iterable[tuple[Any, ...]]) -> set[tuple[str, str]]:
    return {(str(run), str(part)) for run, part in rows}


def names(*keys: RawKey) -> set[tuple[str, str]]:
    return {(str(each.run_id), each.part) for each in keys}


@pytest.mark.parametrize("table", OF_A_PART)
def test_athena_sees_whole_parts(lake: Lake, table: str) -> None:
    sql = f"SELECT DISTINCT run_id, part FROM {table}"
    assert parts(lake.bare(sql)) == names(*WHOLE, *EARLY)
    assert parts(run_sql(lake.aws, sql).rows) == names(*WHOLE)


@pytest.mark.parametrize("table", OF_A_PART)
def test_a_lake_in_a_folder_shows_whole_parts(lake: Lake, table: str) -> None:
    sql = f"SELECT DISTINCT run_id, part FROM {table}"
    assert parts(query(lake.folder, sql).rows) == names(*WHOLE)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_saved_query_sees_whole_parts_wherever_it_runs(lake: Lake, name: str) -> None:
    sql = filled(QUERIES[name].sql, {"since": "'2000-01-01'"})
    whole = said(query(lake.folder, sql).rows)
    assert whole
    assert said(over_files(lake.folder, sql)) == whole
    assert said(over_files(lake.folder, sql, marks=EARLY)) != whole, "the other parts would show"
    assert Counter(row[0] for row in run_sql(lake.aws, sql).rows) == Counter(
        row[0] for row in query(lake.folder, sql).rows
    )


@pytest.mark.parametrize("sql", [RUNS_SQL, counting_sql()])
def test_what_the_command_counts_is_whole(lake: Lake, sql: str) -> None:
    assert said(run_sql(lake.aws, sql).rows) == said(query(lake.folder, sql).rows)


def over_files(folder: Folder, sql: str, *, marks: Iterable[RawKey] = ()) -> list[tuple[Any, ...]]:
    """What DuckDB says of a saved query over every file, as if more parts had their marks."""
    with closing(duckdb.connect()) as duck:
        duck.execute("CREATE SCHEMA lake; SET schema = 'lake'")
        for name, table in TABLES.items():
            files = str(folder.root / table_prefix(name) / "**" / "*.parquet")
            if any(folder.keys(table_prefix(name))):
                duck.read_parquet(files, hive_partitioning=True).create(name)
            else:
                columns = ", ".join(f"{column} VARCHAR" for column in (*table.schema.names, "day"))
                duck.execute(f"CREATE TABLE {name} ({columns})")
        for each in names(*marks):
            duck.execute("INSERT INTO loads BY NAME SELECT ? AS run_id, ? AS part", each)
        return duck.execute(committed_only(sql, "lake")).fetchall()


def test_the_documented_line_reads_whole_parts_in_athena(lake: Lake) -> None:
    sql, _ = documented("sql")
    found = lake.bare(f"SELECT DISTINCT run_id, part FROM ({sql})")
    assert parts(found) == names(*WHOLE)


def test_the_documented_line_reads_whole_parts_in_duckdb(lake: Lake) -> None:
    _, sql = documented("sql")
    with chdir(lake.folder.root), closing(duckdb.connect()) as duck:
        found = duck.execute(f"SELECT DISTINCT run_id, part FROM ({sql})").fetchall()
        bare = duck.read_parquet("curated/playlist_items/**/*.parquet").count("*").fetchone()
    assert parts(found) == names(*WHOLE)
    assert bare == (13 + 22 + 31 + 40,)


def test_the_documented_line_reads_whole_parts_in_pandas(lake: Lake) -> None:
    code, _ = documented("python")
    known: dict[str, Any] = {"pd": pd}
    with chdir(lake.folder.root):
        exec(compile(code, "docs/data-model.md", "exec"), known)  # noqa: S102 - our own page
        everything = pd.read_parquet("curated/playlist_items")
    items = known["items"]
    assert parts(zip(items["run_id"], items["part"], strict=True)) == names(*WHOLE)
    assert len(everything) > len(items) == 13 + 22
