"""A lake of version 1 of the tables is read by version 2, and one of version 2 by a reader of 1.

Version 1 has neither the tables `quality_results` and `playlist_daily` nor any added column. What
it has otherwise is the same, so version 1 is made of version 2 by leaving them out. All synthetic.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from aws_lakes import upload
from folder_lakes import put_files, put_mark
from landed import entry, part
from observed_aws import glue_client
from two_days import DAYS, MANIFESTS, PARTS

from playlake.lakes.care import problems_of
from playlake.lakes.folder import FolderLake
from playlake.local_aws.provision import PRESET, provision
from playlake.watching.status import RUNS_SQL
from playlake_aws.athena import run_sql
from playlake_contracts.hive import columns
from playlake_contracts.keys import table_prefix
from playlake_contracts.resource_names import ResourceNames
from playlake_contracts.tables import ADDED_COLUMNS, TABLES
from playlake_lake.marks import mark_keys, read_mark
from playlake_lake.tables import query
from playlake_transformer.adapters.glue import GlueCatalog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake.project import Project
    from playlake_lake.folder import Folder

COLUMN: Final = "rows_quality_results"
TABLE: Final = "quality_results"
ADDED_TABLES: Final = (TABLE, "playlist_daily")
LOADS: Final = TABLES["loads"].schema
LOADS_1: Final = pa.schema([one for one in LOADS if one.name not in ADDED_COLUMNS["loads"]])
GOLDEN: Final = Path(__file__).parents[2] / "golden" / "lake-0.1.0" / "curated-bucket"

COUNTS: Final = f"SELECT snapshot_date, part, {COLUMN} FROM loads ORDER BY snapshot_date, part"
OLD_COUNTS: Final = [(DAYS[0], "manifest", None), (DAYS[0], "part-0000", None)]
ACCOUNTS: Final = "SELECT DISTINCT snapshot_date, account FROM run_outcomes ORDER BY snapshot_date"
ACCOUNTS_OF_BOTH: Final = [(DAYS[0], None), (DAYS[1], "ada")]
RULES: Final = f"SELECT rule FROM {TABLE} WHERE snapshot_date = '{DAYS[1]}'"


@pytest.fixture
def version_1(full: Folder) -> Folder:
    """A lake in a folder, of one day, as version 1 wrote it."""
    for key in list(full.keys()):
        if DAYS[1] in key or key.startswith(tuple(map(table_prefix, ADDED_TABLES))):
            full.path(key).unlink()
    for table, added in ADDED_COLUMNS.items():
        for key in list(full.keys(table_prefix(table))):
            rows = pq.read_table(full.path(key)).drop_columns(list(added))
            pq.write_table(rows, full.path(key))
    return full


def upgrade(folder: Folder) -> Folder:
    """Commit a second day as version 2 does: a row that breaks a rule, in a run of an account."""
    body = part(PARTS[1], [entry(1, popularity=300), entry(2)])
    folder.put_new(str(PARTS[1]), body)
    manifest = folder.read(str(MANIFESTS[0])) or b""
    second = manifest.replace(str(PARTS[0].run_id).encode(), str(PARTS[1].run_id).encode())
    folder.put_new(str(MANIFESTS[1]), second.replace(b'"account": null', b'"account": "ada"'))
    for key in (PARTS[1], MANIFESTS[1]):
        put_files(folder, key)
        put_mark(folder, key)
    return folder


def counts_of_both(rules: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What `COUNTS` is of the lake after `upgrade`, if its part broke these rules."""
    assert ("track_popularity",) in rules
    return [*OLD_COUNTS, (DAYS[1], "manifest", 0), (DAYS[1], "part-0000", len(rules))]


def folder_rows(folder: Folder, sql: str) -> list[tuple[Any, ...]]:
    return query(folder, sql).rows


def test_version_1_is_what_version_0_1_0_wrote() -> None:
    marks = sorted(GOLDEN.glob("curated/loads/*/*.parquet"))
    assert {tuple(pq.read_schema(mark).names) for mark in marks} == {tuple(LOADS_1.names)}
    assert not any((GOLDEN / table_prefix(table)).exists() for table in ADDED_TABLES)


def test_a_folder_of_version_1_has_the_new_column_and_table(
    version_1: Folder, playlake: Command
) -> None:
    assert folder_rows(version_1, COUNTS) == OLD_COUNTS
    assert folder_rows(version_1, ACCOUNTS) == ACCOUNTS_OF_BOTH[:1]
    for table in ADDED_TABLES:
        assert query(version_1, f"SELECT * FROM {table}").rows == []
    assert folder_rows(version_1, "SELECT count(*) FROM tracks") == [(4,)]
    assert problems_of(FolderLake.open(version_1.root, version_1.root / "logs")) == []
    for command in ("status", "quality", "runs", "check"):
        assert playlake(command, "--lake", "full") == 0, playlake.notices


def test_a_folder_of_both_versions_has_old_and_new_rows(version_1: Folder) -> None:
    both = upgrade(version_1)
    rules = folder_rows(both, RULES)
    assert folder_rows(both, COUNTS) == counts_of_both(rules)
    assert folder_rows(both, ACCOUNTS) == ACCOUNTS_OF_BOTH
    assert problems_of(FolderLake.open(both.root, both.root / "logs")) == []
    counted = {key: read_mark(key, both.path(key)).rows.get(TABLE) for key in mark_keys(both)}
    assert counted == {
        **{key.curated("loads"): None for key in (PARTS[0], *MANIFESTS)},
        PARTS[1].curated("loads"): len(rules),
    }


def test_a_reader_of_version_1_reads_the_files_of_version_2(version_1: Folder) -> None:
    both = upgrade(version_1)
    marks = [both.path(key) for key in mark_keys(both)]
    read = ds.dataset(marks, schema=LOADS_1).to_table()
    assert (read.num_rows, read.schema.names) == (4, LOADS_1.names)
    explicit = f"SELECT {', '.join(LOADS_1.names)} FROM read_parquet(?, union_by_name = true)"
    with duckdb.connect() as duck:
        assert len(duck.execute(explicit, [[str(mark) for mark in marks]]).fetchall()) == 4
    for mark in marks:
        assert pq.read_table(mark, schema=LOADS_1).num_rows == 1


@pytest.fixture
def templates_1(project: Project, tmp_path: Path) -> Path:
    """The templates with the tables of version 1."""
    template = json.loads((project.templates / f"{PRESET}.json").read_text())
    resources = template["Resources"]
    later = [name for name, each in resources.items() if _is_compacted(each)]
    for name in later:
        del resources[name]
    added = [name for name, each in resources.items() if _table_name(each) in ADDED_TABLES]
    assert len(added) == len(ADDED_TABLES)
    for name in added:
        del resources[name]
    for resource in resources.values():
        if its_own := ADDED_COLUMNS.get(_table_name(resource) or ""):
            described = resource["Properties"]["TableInput"]["StorageDescriptor"]
            described["Columns"] = [
                one for one in described["Columns"] if one["Name"] not in its_own
            ]
    (tmp_path / f"{PRESET}.json").write_text(json.dumps(template))
    return tmp_path


def _is_compacted(resource: dict[str, Any]) -> bool:
    """Whether a resource is of the database of compacted tables, or a view of the history."""
    if resource["Type"] not in {"AWS::Glue::Database", "AWS::Glue::Table"}:
        return False
    properties = resource["Properties"]
    made = properties.get("TableInput", {})
    names = (properties.get("DatabaseName"), properties.get("DatabaseInput", {}).get("Name"))
    return (
        ResourceNames("playlake").compacted_database in names
        or made.get("TableType") == "VIRTUAL_VIEW"
    )


def _table_name(resource: dict[str, Any]) -> str | None:
    is_table = resource["Type"] == "AWS::Glue::Table"
    return resource["Properties"]["TableInput"]["Name"] if is_table else None


@pytest.fixture
def catalog_1(local_aws: LocalAws, templates_1: Path, project: Project) -> Iterator[None]:
    """The catalog of version 1, with the partition of its day; afterwards that of this version."""
    provision(local_aws, templates_1)
    _, loads_1 = _columns(local_aws, None)
    database = local_aws.resources.glue_database
    local_aws.glue.create_partition(
        DatabaseName=database,
        TableName="loads",
        PartitionInput={"Values": [DAYS[0]], "StorageDescriptor": {"Columns": loads_1}},
    )
    yield
    provision(local_aws, project.templates)
    for day in DAYS:
        for table in ("loads", TABLE):
            local_aws.glue.delete_partition(
                DatabaseName=database, TableName=table, PartitionValues=[day]
            )


def _columns(aws: LocalAws, day: str | None) -> tuple[list[str], Any]:
    """The columns of `loads`, or of one of its days, by name and as Glue has them."""
    database = aws.resources.glue_database
    if day is None:
        found: Any = aws.glue.get_table(DatabaseName=database, Name="loads")["Table"]
    else:
        found = aws.glue.get_partition(
            DatabaseName=database, TableName="loads", PartitionValues=[day]
        )["Partition"]
    described = found["StorageDescriptor"]["Columns"]
    return [one["Name"] for one in described], described


async def _register(aws: LocalAws, *places: tuple[str, str]) -> None:
    """Register days of tables, as the transformer does when it commits."""
    resources = aws.resources
    async with glue_client(aws.endpoint_url) as glue:
        catalog = GlueCatalog(glue, resources.glue_database, resources.curated_bucket)
        for table, day in places:
            await catalog.register(table, day)


@pytest.mark.usefixtures("catalog_1")
def test_a_lake_on_aws_goes_to_version_2_and_its_old_reader_stays(
    on_aws: AwsLake, local_aws: LocalAws, project: Project, version_1: Folder, templates_1: Path
) -> None:
    upload(on_aws, version_1)
    old_reader = f"SELECT {', '.join(LOADS_1.names)} FROM loads"
    assert _columns(local_aws, None)[0] == LOADS_1.names
    assert len(run_sql(local_aws, old_reader).rows) == 2

    provision(local_aws, project.templates)
    assert _columns(local_aws, None)[0] == LOADS.names
    assert _columns(local_aws, DAYS[0])[0] == LOADS_1.names

    upload(on_aws, upgrade(version_1))
    places = [("loads", DAYS[0]), ("loads", DAYS[1]), (TABLE, DAYS[1])]
    asyncio.run(_register(local_aws, *places))
    assert _columns(local_aws, DAYS[0])[1] == _columns(local_aws, DAYS[1])[1]
    assert _columns(local_aws, DAYS[1])[1] == columns(TABLES["loads"])
    rules = run_sql(local_aws, RULES).rows
    assert run_sql(local_aws, COUNTS).rows == counts_of_both(rules)
    assert run_sql(local_aws, ACCOUNTS).rows == ACCOUNTS_OF_BOTH
    assert len(on_aws.query(RUNS_SQL).rows) == 2

    provision(local_aws, templates_1)
    assert _columns(local_aws, None)[0] == LOADS_1.names
    assert _columns(local_aws, DAYS[0])[0] == LOADS.names
    assert len(run_sql(local_aws, old_reader).rows) == 4
