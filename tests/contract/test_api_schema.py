"""The API follows its OpenAPI description for every request, healthy or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error

from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.api.app import create_app
from playlake_transformer.api.checks import Checks, Patience
from playlake_transformer.status import Status


def schema_over(status: Status) -> schemathesis.BaseSchema:
    hour = timedelta(hours=1)
    checks = Checks(status, SystemClock(), Patience(poll=hour, work=hour), timedelta)
    app = create_app(checks)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


STARTED = SystemClock().now()
starting = schema_over(Status(started_at=STARTED))
polling = schema_over(Status(started_at=STARTED, polled_at=STARTED))


@starting.parametrize()
def test_a_service_that_starts_answers_as_described(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=[not_a_server_error])  # 503 is what it should say


@polling.parametrize()
def test_a_service_that_polls_answers_as_described(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()
