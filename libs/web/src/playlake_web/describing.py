"""The OpenAPI document: what FastAPI finds out, and what it cannot know.

It cannot know that a bad value is answered as a problem, who may ask for what, and examples. The
examples are answers about a small invented lake, of which long lists have two
elements at most.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from playlake_web.access.guard import FEED_TOKEN, is_feed, is_open, needed_scope
from playlake_web.access.sessions import COOKIE
from playlake_web.problems import Problem
from playlake_web.representing import JSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

Document = dict[str, Any]
EXAMPLES: Final = "examples.json"
_REFERENCES: Final = "#/components/schemas/{model}"
_DESCRIPTION: Final = "The history of a lake. Every address is also a page for a browser."
_SCHEMES: Final = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of a program. It has the scope feed, read or operate; each may do "
        "what those before it may.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The session of a browser that has signed in at /login, with the scope of "
        "the token that it has shown.",
    },
    "feed": {
        "type": "apiKey",
        "in": "query",
        "name": FEED_TOKEN,
        "description": "A token with the scope feed, which no other address takes from a query.",
    },
}
_EVERYWHERE: Final = ("token", "session")
# FastAPI says that a bad value is answered so; here it is the problem `bad_request`.
_NEVER: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let an application describe itself by `document`."""

    def openapi() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI) -> Document:
    """The OpenAPI document of an application."""
    found = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes
    )
    components = found.setdefault("components", {})
    schemas = {**components.get("schemas", {}), **_problem_schemas()}
    components["schemas"] = {name: schemas[name] for name in sorted(schemas) if name not in _NEVER}
    components["securitySchemes"] = _SCHEMES
    components["examples"] = {
        code: {"summary": problem["title"], "value": problem}
        for code, problem in examples()["problems"].items()
    }
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            operation["security"] = _security(method.upper(), path)
            _complete(operation)
    return found


def operations(found: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations of a document with their paths."""
    for path, methods in found["paths"].items():
        for operation in methods.values():
            yield path, operation


@cache
def examples() -> Mapping[str, Any]:
    """Real answers: by operation id and status `answers`, `requests`, and `problems` by code."""
    found: Mapping[str, Any] = json.loads((files("playlake_web") / EXAMPLES).read_bytes())
    return found


def _security(method: str, path: str) -> list[dict[str, list[str]]]:
    """The schemes of which one lets a request in, each with the scope that it needs."""
    if is_open(path):
        return []
    schemes = _SCHEMES if is_feed(path) else _EVERYWHERE
    return [{name: [needed_scope(method, path)]} for name in schemes]


def _complete(operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    name = operation["operationId"]
    for status, answers in examples()["answers"].get(name, {}).items():
        for media_type, example in answers.items():
            operation["responses"][status]["content"][media_type]["example"] = example
    if name in examples()["requests"]:
        operation["requestBody"]["content"][JSON]["example"] = examples()["requests"][name]


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_REFERENCES)
    return {**schema.pop("$defs"), "Problem": schema}
