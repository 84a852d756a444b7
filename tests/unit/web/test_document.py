"""The OpenAPI document is complete, and docs/api.md says all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from web_lakes import served, site_of

from playlake_web.access.links import Links
from playlake_web.access.tokens import Scope, Token, Tokens
from playlake_web.app import documented_app
from playlake_web.describing import operations
from playlake_web.problems import ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from playlake_lake.folder import Folder

BY_SCOPE = {scope: Token(scope, scope[0] * 32) for scope in Scope}
DOCUMENT = documented_app().openapi()
TEXT = (Path(__file__).parents[3] / "docs/api.md").read_text("utf-8")
OPERATIONS = {each["operationId"]: (path, each) for path, each in operations(DOCUMENT)}
FIELDS = {
    (name, field): each
    for name, schema in DOCUMENT["components"]["schemas"].items()
    for field, each in schema.get("properties", {}).items()
}


@pytest.fixture(scope="module")
def guarded_by_scopes(lake: Folder) -> Iterator[httpx.Client]:
    """A client of a site with a token of each scope."""
    with served(site_of(lake, Tokens(tuple(BY_SCOPE.values()))), Links()) as client:
        yield client


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_described_and_has_an_example_of_every_answer(name: str) -> None:
    path, operation = OPERATIONS[name]
    assert f" {path}\n\n{operation['description']}" in TEXT
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]
        assert f"| `{parameter['name']}` |" in TEXT
        assert parameter["description"].replace("|", "\\|") in TEXT
    for status, response in operation["responses"].items():
        assert response["description"]
        for media_type, content in response.get("content", {}).items():
            if media_type != "text/html":
                assert "example" in content or content["examples"], (status, media_type)
    assert "422" not in operation["responses"]


@pytest.mark.parametrize(("schema", "field"), FIELDS)
def test_a_field_is_described(schema: str, field: str) -> None:
    description = FIELDS[schema, field]["description"]
    section = TEXT.partition(f"### {schema}\n")[2].partition("\n### ")[0]
    assert f"| `{field}` |" in section
    assert description in section


@pytest.mark.parametrize("code", ProblemCode)
def test_a_problem_is_described_with_an_example(code: ProblemCode) -> None:
    example = DOCUMENT["components"]["examples"][code]["value"]
    assert example["status"] == code.status
    assert f"| `{code}` | {code.status.value} | {code.summary}. |" in TEXT
    assert example["detail"] in TEXT


def test_an_operation_says_who_may_send_it() -> None:
    assert "security" not in DOCUMENT
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"token", "session", "feed"}
    schemes = {
        path: [name for each in operation["security"] for name in each]
        for path, operation in OPERATIONS.values()
        if [list(each) for each in operation["security"]] != [["token"], ["session"]]
    }
    assert schemes == {
        "/feed.atom": ["token", "session", "feed"],
        "/playlists/{playlist_id}/feed.atom": ["token", "session", "feed"],
        "/livez": [],
        "/readyz": [],
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_scope_that_an_operation_says_is_the_one_that_it_needs(
    guarded_by_scopes: httpx.Client, name: str
) -> None:
    path, operation = OPERATIONS[name]
    methods = DOCUMENT["paths"][path]
    (method,) = [each for each, other in methods.items() if other["operationId"] == name]
    said = {scope for each in operation["security"] for (scope,) in each.values()}
    needed = Scope(said.pop()) if said else None
    assert not said
    assert f"Needs {'no token' if needed is None else f'the scope {needed}'}.\n" in _section(path)
    address = re.sub(r"\{\w+\}", "x", path)
    for scope in (None, *Scope):
        token = None if scope is None else BY_SCOPE[scope]
        headers = {} if token is None else {"authorization": f"Bearer {token.secret}"}
        status = guarded_by_scopes.request(method, address, headers=headers).status_code
        if needed is None:
            assert status == 200
        elif scope is None:
            assert status == 401
        else:
            assert (status == 403) is not scope.covers(needed), scope


def _section(path: str) -> str:
    return TEXT.partition(f" {path}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    "name", [name for name, (_, each) in OPERATIONS.items() if each.get("requestBody")]
)
def test_what_is_posted_is_described_with_an_example(name: str) -> None:
    path, operation = OPERATIONS[name]
    section = TEXT.partition(f" {path}\n")[2].partition("\n## ")[0]
    content = operation["requestBody"]["content"]
    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    assert json.dumps(content["application/json"]["example"]) in section
    for each in content.values():
        for field, schema in each["schema"].get("properties", {}).items():
            assert f"| `{field}` |" in section
            assert schema["description"] in section
    assert {"200", "202", "303", "409", "502"} <= set(operation["responses"])


def test_the_document_needs_a_token_as_everything_does(guarded: httpx.Client) -> None:
    assert guarded.get("/openapi.json").json()["code"] == "signed_out"


def test_the_document_is_what_is_served(client: httpx.Client) -> None:
    served: dict[str, Any] = client.get("/openapi.json").json()
    assert served == DOCUMENT
