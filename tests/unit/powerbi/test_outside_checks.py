"""What others say of the project: Microsoft's JSON schemas, and `pbir-utils validate`.

Both are in an environment of their own, which `make .venv-powerbi/stamp` makes. The schemas of what
is inside a visual are in no package: there anything is taken.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT7

from playlake_warehouses.powerbi import LakeFolder, project_files

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = ROOT / ".venv-powerbi"
DOCUMENTS = {
    path: json.loads(text)
    for path, text in project_files(LakeFolder()).items()
    if not path.endswith(".tmdl")
}
# The schemas that no package has, in parts of which ours refer to them.
LACKING = (
    "filterConfiguration",
    "formattingObjectDefinitions",
    "semanticQuery",
    "visualConfiguration",
)

pytestmark = pytest.mark.skipif(
    not (ENVIRONMENT / "stamp").is_file(),
    reason="there is no .venv-powerbi: `make .venv-powerbi/stamp` makes it",
)


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """Microsoft's schemas, by their addresses."""
    [folder] = ENVIRONMENT.glob("lib/python*/site-packages/powerbi_mcp/validation/schemas")
    index = json.loads((folder / "INDEX.json").read_text(encoding="utf-8"))
    return {
        address: json.loads((folder / name).read_text(encoding="utf-8"))
        for address, name in index.items()
    }


def validator(schemas: dict[str, Any], address: str) -> Draft7Validator:
    """What validates a file that names a schema."""
    registry: Registry[Any] = Registry(retrieve=anything)  # type: ignore[call-arg]
    return Draft7Validator(schemas[address] | {"$id": address}, registry=registry)


def anything(address: str) -> Any:  # noqa: ANN401 - a resource
    """A schema that takes anything, for one of those that no package has."""
    family = address.split("/")[-3]
    if family not in LACKING:
        raise AssertionError(f"the schema {address} is missing")
    names = ("Selector", "QueryExpressionContainer", "Background", "LockAspect")
    return DRAFT7.create_resource({"definitions": {name: {} for name in names}})


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_file_is_as_its_schema_wants_it(path: str, schemas: dict[str, Any]) -> None:
    document = DOCUMENTS[path]
    validator(schemas, document["$schema"]).validate(document)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_a_schema_does_not_know_is_refused(path: str, schemas: dict[str, Any]) -> None:
    faulty = DOCUMENTS[path] | {"invented": 1, "metadata": 1}
    with pytest.raises(ValidationError):
        validator(schemas, faulty["$schema"]).validate(faulty)


def test_only_what_is_inside_a_visual_has_no_schema(schemas: dict[str, Any]) -> None:
    used = {document["$schema"] for document in DOCUMENTS.values()}
    outside = {
        urldefrag(reference)[0].split("/")[-3]
        for address in used
        for reference in references(schemas[address])
        if not reference.startswith("#")
    }
    assert outside <= set(LACKING)


def test_pbir_utils_finds_nothing() -> None:
    report = ROOT / "warehouses" / "powerbi" / "Playlake.Report"
    command = [str(ENVIRONMENT / "bin" / "pbir-utils"), "validate", "--strict", str(report)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "rules passed" in ended.stdout


def references(node: Any) -> list[str]:  # noqa: ANN401 - it is JSON
    """The references of a schema."""
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for item in node.values() for found in references(item)]
    return []
