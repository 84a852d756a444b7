"""Visuals of a report, as the enhanced report format (PBIR) has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playlake_warehouses.powerbi.measures import MEASURES_TABLE
from playlake_warehouses.powerbi.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

CARD: Final = "card"
LINES: Final = "lineChart"
COLUMNS: Final = "clusteredColumnChart"
BARS: Final = "clusteredBarChart"
TABLE: Final = "tableEx"
SLICER: Final = "slicer"


@dataclass(frozen=True, slots=True)
class Field:
    """A column or a measure that a visual shows."""

    table: str
    name: str

    @property
    def is_measure(self) -> bool:
        """Whether it is a measure."""
        return self.table == MEASURES_TABLE


@dataclass(frozen=True, slots=True)
class Area:
    """Where a visual is on its page, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Visual:
    """A visual.

    Attributes:
        title: its title; the name of the field if empty.
        type: its type, as Power BI names it.
        area: where it is.
        roles: the fields of each of its roles.
        largest_first: whether its rows are sorted by its last field, from the largest.
    """

    title: str
    type: str
    area: Area
    roles: Mapping[str, Sequence[Field]]
    largest_first: bool = False


def measure(name: str) -> Field:
    """The field of a measure."""
    return Field(MEASURES_TABLE, name)


def visual_json(visual: Visual, name: str, order: int) -> Json:
    """The content of a file `visual.json`.

    Args:
        visual: the visual.
        name: its name in the page.
        order: its number in the page, from 0: the order of the Tab key.
    """
    area = visual.area
    return {
        "$schema": schema("visualContainer"),
        "name": name,
        "position": {
            "x": area.x,
            "y": area.y,
            "z": order,
            "height": area.height,
            "width": area.width,
            "tabOrder": order,
        },
        "visual": {
            "visualType": visual.type,
            "query": _query(visual),
            **({"visualContainerObjects": _title(visual.title)} if visual.title else {}),
            "drillFilterOtherVisuals": True,
        },
    }


def _query(visual: Visual) -> Json:
    state = {
        role: {"projections": [_projection(field) for field in fields]}
        for role, fields in visual.roles.items()
    }
    if not visual.largest_first:
        return {"queryState": state}
    last = [field for fields in visual.roles.values() for field in fields][-1]
    sort = {"field": _expression(last), "direction": "Descending"}
    return {"queryState": state, "sortDefinition": {"sort": [sort]}}


def _projection(field: Field) -> Json:
    return {
        "field": _expression(field),
        "queryRef": f"{field.table}.{field.name}",
        "nativeQueryRef": field.name,
    }


def _expression(field: Field) -> Json:
    source = {"Expression": {"SourceRef": {"Entity": field.table}}, "Property": field.name}
    return {"Measure" if field.is_measure else "Column": source}


def _title(text: str) -> Json:
    literal = {"expr": {"Literal": {"Value": "'" + text.replace("'", "''") + "'"}}}
    return {"title": [{"properties": {"text": literal}}]}
