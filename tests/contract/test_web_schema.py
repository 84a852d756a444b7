"""The page's API follows its OpenAPI document for every request, whoever sends it.

`make web-schema` sends more requests, and says how many.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
import schemathesis
from api_examples import BrokenReader, stub_pipeline
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)
from web_lakes import OPERATOR, READER, site_of, two_weeks

from playlake_lake.errors import QueryError
from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.app import create_app, documented_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI
    from schemathesis.checks import CheckFunction
    from starlette.types import Receive, Scope, Send

    from playlake_lake.folder import Folder
    from playlake_web.site import Site

TOKEN = {"authorization": f"Bearer {OPERATOR.secret}"}
PAGE = {"Accept": "text/html"}
SENDERS = {
    "a program": TOKEN,
    "a browser": TOKEN | PAGE,
    "a stranger": {"authorization": f"Bearer {'x' * 32}"},
    "a browser that is not signed in": PAGE,
    "a program, of a lake that refuses": TOKEN,
}
PLACES = (str(Path.cwd()), tempfile.gettempdir(), "s3://", "site-packages", 'File "', "Traceback")
LEAKS = (READER.secret, OPERATOR.secret, *PLACES)
# A cursor and a moment are texts, and no schema says which.
UNLIKE_OTHER_TEXTS = ("bad_cursor", "bad_moment")
FEW = 5
CASES = int(os.environ.get("CASES", FEW))
some = settings(
    max_examples=CASES,
    derandomize=CASES == FEW,  # the same few requests every time; others are for web-schema
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
counted: Counter[str] = Counter()


@cache
def lake() -> Folder:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return two_weeks(Path(folder.name))


def site() -> Site:
    made = site_of(lake(), Tokens((READER, OPERATOR)), stub_pipeline())
    return replace(made, hosts=("testserver", "localhost"))


@cache
def whole() -> FastAPI:
    return create_app(site(), Links())


@cache
def refusing() -> FastAPI:
    """An API over a lake that answers nothing, as Athena does beyond its budget."""
    error = QueryError(f"s3://bucket/raw {READER.secret}: Bytes scanned limit was exceeded")
    return create_app(replace(site(), reader=BrokenReader(error)), Links())


def needs_token(case: schemathesis.Case[Any]) -> bool:
    """Whether the document says that an operation needs a token."""
    return bool(case.operation.definition.raw.get("security") != [])


def of_pipeline(case: schemathesis.Case[Any]) -> bool:
    """Whether an operation is about what surrounds the lake, and may do without the lake."""
    return "operations" in case.operation.definition.raw["tags"]


def is_written_as_text(case: schemathesis.Case[Any]) -> bool:
    """Whether a parameter is no text, and a query writes it as one, or as several.

    Of a list it has the elements, of an object the names, and the last of them counts. So
    `cursor=null` is a text, and a page, which needs no cursor, takes it.
    """
    given = (case.query or {}).values()
    return any(each == "null" or isinstance(each, list | dict) for each in given)


def schema_over(make: Callable[[], FastAPI], *, at_limits: bool) -> schemathesis.BaseSchema:
    """The document, and an application that is made when the first request comes.

    Args:
        make: makes it.
        at_limits: whether every parameter is also tried at its limits and beyond, which takes
            some forty requests an operation.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make()(scope, receive, send)

    found = schemathesis.openapi.from_dict(documented_app().openapi())
    found.app = app
    found.config.phases.coverage.enabled = at_limits or CASES > FEW
    return found


of_lake = schema_over(whole, at_limits=True)
of_lake_in_short = schema_over(whole, at_limits=False)
of_refusing = schema_over(refusing, at_limits=False)


def checked(case: schemathesis.Case[Any], sender: str, *excluded: CheckFunction) -> int:
    """Send a request as somebody and check the answer; its status."""
    headers = SENDERS[sender]
    response = case.call(headers=headers, allow_redirects=False)
    counted[sender] += 1
    if any(code in response.text for code in UNLIKE_OTHER_TEXTS):
        excluded = (*excluded, positive_data_acceptance)
    if is_written_as_text(case):
        excluded = (*excluded, negative_data_rejection)
    if response.status_code == 303:  # who it is comes before what is asked for
        excluded = (*excluded, negative_data_rejection, unsupported_method)
    if (
        response.status_code == 503 and case.operation.path == "/health"
    ):  # the answer: all is not well
        excluded = (*excluded, not_a_server_error)
    case.validate_response(response, headers=headers, excluded_checks=[*excluded])
    told, asked = response.text + str(response.headers), unquote_plus(response.request.url or "")
    assert not [leak for leak in LEAKS if leak in told and leak not in asked]
    return response.status_code


@pytest.fixture(scope="module", autouse=True)
def same_requests() -> Iterator[None]:
    """The few requests are the same every time.

    Hypothesis also draws constants of the modules that happen to be loaded, which depends on the
    tests that this process has run before: here it draws none.
    """
    with pytest.MonkeyPatch.context() as patch:
        if CASES == FEW:
            patch.setattr(providers, "_get_local_constants", Constants)
        providers.CONSTANTS_CACHE.cache.clear()
        yield
    providers.CONSTANTS_CACHE.cache.clear()


def test_requests_do_not_depend_on_what_is_loaded() -> None:
    assert (len(HypothesisProvider(None)._local_constants) == 0) is (CASES == FEW)


@of_lake.parametrize()
@some
def test_a_program_is_answered_as_described(case: schemathesis.Case[Any]) -> None:
    checked(case, "a program")


@of_lake_in_short.parametrize()
@some
def test_a_browser_is_answered_as_described(case: schemathesis.Case[Any]) -> None:
    checked(case, "a browser")


@of_lake_in_short.parametrize()
@some
def test_a_stranger_is_let_in_nowhere(case: schemathesis.Case[Any]) -> None:
    expected = {401} if needs_token(case) else {200, 405}
    assert checked(case, "a stranger") in expected


@of_lake_in_short.parametrize()
@some
def test_a_browser_that_is_not_signed_in_is_sent_to_sign_in(case: schemathesis.Case[Any]) -> None:
    expected = {303, 401} if needs_token(case) else {200, 405}
    assert checked(case, "a browser that is not signed in") in expected


@of_refusing.parametrize()
@some
def test_a_lake_that_cannot_be_read_is_a_problem(case: schemathesis.Case[Any]) -> None:
    sender = "a program, of a lake that refuses"
    without_lake = {200, 303, 409} if of_pipeline(case) else set()
    assert checked(case, sender, not_a_server_error) in {400, 404, 405, 503} | without_lake


def teardown_module() -> None:
    print(f"\n{sum(counted.values()):,} requests: {dict(counted)}")
