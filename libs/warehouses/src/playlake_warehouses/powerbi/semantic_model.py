"""The semantic model as the files of TMDL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from playlake_warehouses.powerbi.described import Kind
from playlake_warehouses.powerbi.functions import FUNCTIONS
from playlake_warehouses.powerbi.keys import RELATIONS
from playlake_warehouses.powerbi.measures import MEASURES, MEASURES_TABLE
from playlake_warehouses.powerbi.parameters import parameters
from playlake_warehouses.powerbi.tables import model_tables
from playlake_warehouses.powerbi.tags import lineage_tag
from playlake_warehouses.powerbi.tmdl import assigned, file_text, item, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_warehouses.powerbi.described import (
        Column,
        Expression,
        Measure,
        ModelTable,
        Relation,
    )
    from playlake_warehouses.powerbi.parameters import Place

# The level that Power BI Desktop gives to new models.
_COMPATIBILITY_LEVEL: Final = 1600
_CULTURE: Final = "en-US"


def model_files(place: Place) -> dict[str, str]:
    """The files of the folder `definition` of the model, by their paths in it."""
    tables = model_tables()
    expressions = (*parameters(place), *FUNCTIONS)
    return {
        "database.tmdl": file_text(
            item("database", properties=[f"compatibilityLevel: {_COMPATIBILITY_LEVEL}"])
        ),
        "model.tmdl": file_text(_model(tables, expressions)),
        "expressions.tmdl": _joined([_expression(each) for each in expressions]),
        "relationships.tmdl": _joined([_relationship(each) for each in RELATIONS]),
        **{f"tables/{table.name}.tmdl": file_text(_table(table)) for table in tables},
    }


def _joined(items: Sequence[list[str]]) -> str:
    return "\n".join(file_text(lines) for lines in items)


def _model(tables: Sequence[ModelTable], expressions: Sequence[Expression]) -> list[str]:
    names = [expression.name for expression in expressions] + [table.name for table in tables]
    lines = item(
        "model Model",
        properties=[
            f"culture: {_CULTURE}",
            "defaultPowerBIDataSourceVersion: powerBI_V3",
            f"sourceQueryCulture: {_CULTURE}",
            # Without returnErrorValuesAsNull: a value that cannot be read fails the refresh.
            "dataAccessOptions\n\tlegacyRedirects",
        ],
    )
    # No hidden table of dates for each column that has a date.
    lines += ["", "annotation __PBI_TimeIntelligenceEnabled = 0"]
    lines += ["", f"annotation PBI_QueryOrder = {json.dumps(names)}", ""]
    return lines + [f"ref table {quoted(table.name)}" for table in tables]


def _expression(each: Expression) -> list[str]:
    return item(
        assigned(f"expression {quoted(each.name)}", each.m),
        text=each.text,
        properties=[f"lineageTag: {lineage_tag('expression', each.name)}"],
        annotations=[("PBI_ResultType", each.result)],
    )


def _relationship(relation: Relation) -> list[str]:
    column = quoted(relation.column)
    return item(
        f"relationship {lineage_tag('relationship', relation.many, relation.one)}",
        properties=[
            f"fromColumn: {quoted(relation.many)}.{column}",
            f"toColumn: {quoted(relation.one)}.{column}",
        ],
    )


def _table(table: ModelTable) -> list[str]:
    measures = MEASURES if table.name == MEASURES_TABLE else ()
    source = assigned("source", table.query)
    partition = item(f"partition {quoted(table.name)} = m", properties=["mode: import", source])
    properties = [
        *(["isHidden"] if table.is_hidden else []),
        f"lineageTag: {lineage_tag('table', table.name)}",
        *(["dataCategory: Time"] if table.is_dates else []),
    ]
    return item(
        f"table {quoted(table.name)}",
        text=table.text,
        properties=properties,
        children=[
            *map(_measure, measures),
            *(_column(table, column) for column in table.columns),
            partition,
        ],
        annotations=[("PBI_ResultType", "Table")],
    )


def _measure(measure: Measure) -> list[str]:
    return item(
        assigned(f"measure {quoted(measure.name)}", measure.dax),
        text=measure.text,
        properties=[
            f"formatString: {measure.shown}",
            f"lineageTag: {lineage_tag('measure', measure.name)}",
        ],
    )


def _column(table: ModelTable, column: Column) -> list[str]:
    kind = column.kind
    annotations = [("SummarizationSetBy", "User")]
    if kind is Kind.DAY:
        annotations.append(("UnderlyingDateTimeDataType", "Date"))
    return item(
        f"column {quoted(column.name)}",
        text=column.text,
        properties=[
            f"dataType: {kind.tmdl}",
            *(["isHidden"] if column.is_hidden else []),
            *(["isKey"] if column.is_key else []),
            *([f"formatString: {kind.shown}"] if kind.shown else []),
            f"lineageTag: {lineage_tag('column', table.name, column.name)}",
            # Figures of snapshots are not to be added up; the measures say what may be.
            "summarizeBy: none",
            f"sourceColumn: {column.name}",
        ],
        annotations=annotations,
    )
