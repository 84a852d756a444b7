"""The model: strict TMDL whose tables, relations and measures name what there is."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

import pyarrow as pa
import pytest
from dax_language import columns_named, tables_named
from dax_language import parse as parse_dax
from m_language import parse as parse_m
from tmdl_files import Item, TmdlError, parse_file, unquoted

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES, description
from playlake_warehouses.powerbi import LakeFolder, project_files
from playlake_warehouses.powerbi.keys import KEYS
from playlake_warehouses.powerbi.measures import MEASURES
from playlake_warehouses.powerbi.tmdl import quoted

FOLDER = "Playlake.SemanticModel/definition/"
PARSED = {
    path.removeprefix(FOLDER): parse_file(text)
    for path, text in project_files(LakeFolder()).items()
    if path.endswith(".tmdl")
}
MODEL = PARSED["model.tmdl"][0]
OBJECTS = [item for items in PARSED.values() for item in items]
MODEL_TABLES = {item.name: item for item in OBJECTS if item.type == "table"}
RELATIONS = [item for item in OBJECTS if item.type == "relationship"]
MEASURED = {
    name: measure
    for table in MODEL_TABLES.values()
    for name, measure in table.of("measure").items()
}
IN_LAKE = {
    name: table for name, table in {**TABLES, **HISTORY_TABLES}.items() if name != "quarantine"
}
TYPES = {
    pa.string(): "string",
    pa.int32(): "int64",
    pa.int64(): "int64",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "dateTime",
    pa.timestamp("us", tz="UTC"): "dateTime",
}
EVERY_TABLE = pytest.mark.parametrize("name", IN_LAKE)
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def everything(items: list[Item]) -> list[Item]:
    """Objects and all that is in them."""
    return [each for item in items for each in (item, *everything(item.items))]


def column(reference: str) -> tuple[str, str]:
    """The table and the column that a relation names."""
    table, _, name = reference.partition(".")
    return unquoted(table), unquoted(name)


@EVERY_TABLE
def test_a_table_has_every_column_of_its_schema_with_its_type_and_meaning(name: str) -> None:
    columns = MODEL_TABLES[name].of("column")
    for field in IN_LAKE[name].schema:
        found = columns[field.name]
        assert found.properties["dataType"] == TYPES[field.type]
        assert found.properties["sourceColumn"] == field.name
        assert found.text == description(field)


def test_the_rows_that_expire_are_not_in_the_model() -> None:
    assert "quarantine" not in MODEL_TABLES
    assert MODEL_TABLES.keys() == {*IN_LAKE, "playlist_names", "dates", "Figures"}


@EVERY_TABLE
def test_technical_columns_are_hidden(name: str) -> None:
    hidden = {
        n for n, each in MODEL_TABLES[name].of("column").items() if "isHidden" in each.properties
    }
    present = set(MODEL_TABLES[name].of("column"))
    technical = {"source", "run_id", "part", "snapshot_date", "identity", "content_hash", *KEYS}
    assert technical & present <= hidden
    assert hidden.isdisjoint({"name", "artist_names", "entries", "day", "outcome", "change"})


def test_no_figure_is_added_up_unless_a_measure_says_so() -> None:
    columns = chain.from_iterable(table.of("column").values() for table in MODEL_TABLES.values())
    assert {each.properties["summarizeBy"] for each in columns} == {"none"}


def test_every_table_is_named_by_the_model_and_has_a_file_and_a_partition_of_its_name() -> None:
    assert sorted(MODEL.references) == sorted(MODEL_TABLES)
    for name, table in MODEL_TABLES.items():
        assert PARSED[f"tables/{name}.tmdl"] == [table]
        assert table.of("partition").keys() == {name}
        assert table.of("partition")[name].properties["mode"] == "import"


def test_lineage_tags_are_unique() -> None:
    tagged = [
        item
        for item in everything(OBJECTS)
        if item.type in {"table", "column", "measure", "expression"}
    ]
    tags = Counter(item.properties["lineageTag"] for item in tagged)
    tags.update(item.name for item in RELATIONS)
    assert set(tags.values()) == {1}
    assert all(GUID.fullmatch(tag) for tag in tags)


def test_names_are_unique_whatever_their_case() -> None:
    for table in MODEL_TABLES.values():
        names = [item.name.lower() for item in table.items if item.type in {"column", "measure"}]
        assert max(Counter(names).values()) == 1
    assert max(Counter(name.lower() for name in MEASURED).values()) == 1


def test_a_relation_joins_columns_that_there_are() -> None:
    assert RELATIONS
    for relation in RELATIONS:
        for end in ("fromColumn", "toColumn"):
            table, name = column(relation.properties[end])
            assert name in MODEL_TABLES[table].of("column")


def test_no_two_ways_lead_from_one_table_to_another() -> None:
    leads: dict[str, list[str]] = {}
    for relation in RELATIONS:
        many, one = (column(relation.properties[end])[0] for end in ("fromColumn", "toColumn"))
        leads.setdefault(many, []).append(one)

    def reached(table: str) -> list[str]:
        return [found for one in leads.get(table, []) for found in (one, *reached(one))]

    for table in MODEL_TABLES:
        assert max(Counter(reached(table)).values(), default=1) == 1


def test_the_table_of_dates_is_marked_as_one() -> None:
    dates = MODEL_TABLES["dates"]
    assert dates.properties["dataCategory"] == "Time"
    assert [n for n, each in dates.of("column").items() if "isKey" in each.properties] == ["day"]


@pytest.mark.parametrize("name", MEASURED)
def test_a_measure_names_tables_and_columns_that_there_are(name: str) -> None:
    dax = MEASURED[name].value
    parse_dax(dax)
    named = columns_named(dax)
    assert named or tables_named(dax)
    for each in named:
        assert each.name in MODEL_TABLES[each.table].of("column")
    assert tables_named(dax) <= MODEL_TABLES.keys()


def test_every_measure_is_in_the_model_as_it_is_described() -> None:
    for measure in MEASURES:
        found = MEASURED[measure.name]
        assert " ".join(found.value.split()) == " ".join(measure.dax.split())
        assert found.text == measure.text
        assert found.properties["formatString"] == measure.shown


def test_every_query_is_m() -> None:
    sources = [item.value for item in OBJECTS if item.type == "expression"]
    sources += [
        table.of("partition")[name].properties["source"] for name, table in MODEL_TABLES.items()
    ]
    assert len(sources) > 30
    for source in sources:
        parse_m(source)


def test_a_name_with_other_signs_is_quoted() -> None:
    assert quoted("day") == "day"
    assert quoted("Ada's songs") == "'Ada''s songs'"
    assert unquoted(quoted("Ada's songs")) == "Ada's songs"


@pytest.mark.parametrize(
    "text",
    [
        "table day\n\tcolumn a\n\t\tdataType string\n",
        "table day\n\tcolumn a b\n",
        "table day\n\t\tlineageTag: a\n",
        "table day\n\tlineageTag: a\n\tlineageTag: b\n",
        "table day\n\tmeasure a =\n\t\t1\n",
        "table day\n\tcolumn a\n\tcolumn a\n",
        "table day\n\tisKey\n",
        "table day ",
        "measure a = 1\n",
    ],
)
def test_what_is_no_tmdl_is_found(text: str) -> None:
    with pytest.raises(TmdlError):
        parse_file(text)
