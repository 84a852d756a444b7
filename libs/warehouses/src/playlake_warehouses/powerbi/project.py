"""A Power BI project: the folders of a model and a report, and the file that opens both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from playlake_warehouses.powerbi.report import report_files
from playlake_warehouses.powerbi.schemas import schema
from playlake_warehouses.powerbi.semantic_model import model_files
from playlake_warehouses.powerbi.tags import lineage_tag

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_warehouses.powerbi.parameters import Place
    from playlake_warehouses.powerbi.visuals import Json

PROJECT_FILE: Final = "Playlake.pbip"
_MODEL: Final = "Playlake.SemanticModel"
_REPORT: Final = "Playlake.Report"


def project_files(place: Place) -> dict[str, str]:
    """The text of each file of the project, by its path.

    Args:
        place: the lake that the parameters name.

    Raises:
        ValueError: the place has a control character in its name.
    """
    documents = {
        PROJECT_FILE: _project(),
        f"{_MODEL}/.platform": _platform("SemanticModel"),
        f"{_MODEL}/definition.pbism": _model(),
        f"{_REPORT}/.platform": _platform("Report"),
        f"{_REPORT}/definition.pbir": _report(),
        **{f"{_REPORT}/definition/{path}": file for path, file in report_files().items()},
    }
    files = {path: _json(document) for path, document in documents.items()}
    model = model_files(place)
    return files | {f"{_MODEL}/definition/{path}": text for path, text in model.items()}


def write_project(folder: Path, place: Place) -> int:
    """Write the project to a folder that exists, and return the number of its files.

    Raises:
        ValueError: as for `project_files`.
        OSError: a file cannot be written.
    """
    files = project_files(place)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def _project() -> Json:
    return {
        "$schema": schema("pbip"),
        "version": "1.0",
        "artifacts": [{"report": {"path": _REPORT}}],
        "settings": {"enableAutoRecovery": True},
    }


def _platform(kind: str) -> Json:
    """What the folder of a model or a report is."""
    return {
        "$schema": schema("platform"),
        "metadata": {"type": kind, "displayName": "Playlake"},
        "config": {"version": "2.0", "logicalId": lineage_tag("item", kind)},
    }


def _model() -> Json:
    return {"$schema": schema("pbism"), "version": "4.2", "settings": {}}


def _report() -> Json:
    return {
        "$schema": schema("pbir"),
        "version": "4.0",
        "datasetReference": {"byPath": {"path": f"../{_MODEL}"}},
    }


def _json(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
