"""The files of the project: current, the same each time, and as Microsoft's schemas want them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playlake_lake.compaction.in_force import IN_FORCE_SCHEMA
from playlake_warehouses.powerbi import AthenaDatabase, LakeFolder, project_files, write_project
from playlake_warehouses.powerbi.functions import IN_FORCE_SCHEMA as READ_SCHEMA
from playlake_warehouses.powerbi.m_text import m_text
from playlake_warehouses.powerbi.measures import MEASURES, MEASURES_TABLE
from playlake_warehouses.powerbi.tables import model_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "warehouses" / "powerbi"
FILES = project_files(LakeFolder())
DOCUMENTS = {path: json.loads(text) for path, text in FILES.items() if not path.endswith(".tmdl")}
VISUALS = {path: document for path, document in DOCUMENTS.items() if path.endswith("/visual.json")}
EVERY_VISUAL = pytest.mark.parametrize("path", VISUALS)
FIELDS = {(table.name, column.name) for table in model_tables() for column in table.columns}
HIDDEN = {
    (table.name, column.name)
    for table in model_tables()
    for column in table.columns
    if column.is_hidden or table.is_hidden
}


def test_the_files_in_the_repository_are_current() -> None:
    there = {
        str(path.relative_to(COMMITTED)): path.read_text(encoding="utf-8")
        for path in COMMITTED.rglob("*")
        if path.is_file()
    }
    assert there == FILES, "run make docs"


def test_equal_schemas_give_equal_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
        assert write_project(folder, LakeFolder()) == len(FILES)
    one, other = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*.*")
            if path.is_file()
        }
        for folder in folders
    )
    assert one == other
    assert len(one) == len(FILES)
    assert not any(b"\r" in body for body in one.values())


def test_only_the_parameters_tell_one_lake_from_another() -> None:
    parameters = "Playlake.SemanticModel/definition/expressions.tmdl"
    for place in (AthenaDatabase("other"), LakeFolder(r"D:\other")):
        other = project_files(place)
        assert {path for path, text in other.items() if text != FILES[path]} == {parameters}


def test_the_place_of_a_lake_is_in_the_parameters() -> None:
    folder = parameters_of(LakeFolder('D:\\a "b" #(lf)'))
    assert folder["LakeSource"].startswith('"Folder" meta ')
    assert folder["LakeFolder"].startswith('"D:\\a ""b"" #(#)(lf)" meta ')
    athena = parameters_of(AthenaDatabase("my_lake"))
    assert athena["LakeSource"].startswith('"Athena" meta ')
    assert athena["AthenaDatabase"].startswith('"my_lake" meta ')


def test_a_control_character_is_refused() -> None:
    with pytest.raises(ValueError, match="has a control character: leave it out"):
        m_text("a\0b")


def test_the_record_of_compaction_is_read_in_the_version_that_is_written() -> None:
    assert READ_SCHEMA == IN_FORCE_SCHEMA


def test_the_project_leads_to_the_report_and_the_report_to_the_model() -> None:
    report = DOCUMENTS["Playlake.pbip"]["artifacts"][0]["report"]["path"]
    model = DOCUMENTS[f"{report}/definition.pbir"]["datasetReference"]["byPath"]["path"]
    assert model.removeprefix("../") + "/definition.pbism" in DOCUMENTS


def test_every_page_has_its_file_and_is_in_the_order() -> None:
    definition = "Playlake.Report/definition/pages"
    order = DOCUMENTS[f"{definition}/pages.json"]["pageOrder"]
    pages = {path.split("/")[3] for path in DOCUMENTS if path.endswith("/page.json")}
    assert sorted(order) == sorted(pages)
    for name in pages:
        assert DOCUMENTS[f"{definition}/{name}/page.json"]["name"] == name


@EVERY_VISUAL
def test_a_visual_has_the_name_of_its_folder(path: str) -> None:
    assert VISUALS[path]["name"] == path.split("/")[-2]


@EVERY_VISUAL
def test_a_visual_shows_fields_that_the_model_has_and_people_see(path: str) -> None:
    shown = list(fields(VISUALS[path]))
    assert shown
    measures = {(MEASURES_TABLE, measure.name) for measure in MEASURES}
    for kind, field in shown:
        assert field in (measures if kind == "Measure" else FIELDS - HIDDEN)


def test_every_visual_lies_on_its_page_and_on_no_other() -> None:
    pages: dict[str, list[tuple[int, int, int, int]]] = {}
    for path, visual in VISUALS.items():
        place = visual["position"]
        left, top = place["x"], place["y"]
        area = (left, top, left + place["width"], top + place["height"])
        assert left >= 0
        assert top >= 0
        assert area[2] <= 1280
        assert area[3] <= 720
        pages.setdefault(path.split("/")[3], []).append(area)
    for areas in pages.values():
        assert [
            (one, other)
            for at, one in enumerate(areas)
            for other in areas[at + 1 :]
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        ] == []


def fields(node: Any) -> Iterator[tuple[str, tuple[str, str]]]:  # noqa: ANN401 - it is JSON
    """The fields that are named anywhere in a document."""
    if isinstance(node, list):
        for item in node:
            yield from fields(item)
    elif isinstance(node, dict):
        for kind in {"Measure", "Column"} & node.keys():
            inner = node[kind]
            yield kind, (inner["Expression"]["SourceRef"]["Entity"], inner["Property"])
        for item in node.values():
            yield from fields(item)


def parameters_of(place: AthenaDatabase | LakeFolder) -> dict[str, str]:
    """The values of the parameters, by their names."""
    text = project_files(place)["Playlake.SemanticModel/definition/expressions.tmdl"]
    lines = [
        line for line in text.splitlines() if line.startswith("expression ") and "meta" in line
    ]
    return dict(line.removeprefix("expression ").split(" = ", 1) for line in lines)
