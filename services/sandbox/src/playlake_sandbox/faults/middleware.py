"""Applies fault rules to the requests for a source's routes; the control routes have no faults."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playlake_sandbox.errors import refuse_web_api
from playlake_sandbox.faults.active_rules import ActiveRule
from playlake_sandbox.faults.answer_rules import (
    AnswerRule,
    QuotaUsedUp,
    closed_response,
    fault_response,
)
from playlake_sandbox.faults.content_rules import ContentRule, change_contents
from playlake_sandbox.faults.delivery_rules import DeliveryRule, Reset, deliver, reset
from playlake_sandbox.faults.page_rules import Members, PageRule, change_pages
from playlake_sandbox.faults.state_rules import StateRule, change_state
from playlake_sandbox.rooms import Refuse
from playlake_sandbox.spotify_json import json_response
from playlake_sandbox.state import Sandbox

_CONTROL_PREFIX = "/sandbox/"


class InjectFaults:
    """Middleware that serves a request with the fault of the rule that applies to it, if any.

    `refusals` has the way to refuse of each source beside Spotify, by the prefix of its paths.
    """

    def __init__(self, app: ASGIApp, sandbox: Sandbox, refusals: Mapping[str, Refuse]) -> None:
        self._app = app
        self._sandbox = sandbox
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request, with a fault or without."""
        active = self._due(scope)
        if active is None:
            await self._app(scope, receive, send)
        else:
            await self._apply(active, scope, receive, send)

    def _due(self, scope: Scope) -> ActiveRule | None:
        if scope["type"] != "http" or scope["path"].startswith(_CONTROL_PREFIX):
            return None
        return self._sandbox.faults.take(scope["method"], scope["path"], self._sandbox.clock.now)

    async def _apply(self, active: ActiveRule, scope: Scope, receive: Receive, send: Send) -> None:
        refuse = self._refuse(scope["path"])
        match active.rule:
            case QuotaUsedUp() as rule:
                await closed_response(rule, self._wait(active), refuse)(scope, receive, send)
            case AnswerRule() as rule:
                await fault_response(rule, refuse)(scope, receive, send)
            case Reset():
                await reset(receive)
            case DeliveryRule() as rule:
                answer = await self._answer(scope, receive)
                await deliver(rule, answer, scope, receive, send)
            case PageRule() as rule:
                answer = await self._answer(scope, receive)
                changed = _changed(answer, partial(change_pages, rule, number=active.applied))
                await changed(scope, receive, send)
            case ContentRule() as rule:
                answer = await self._answer(scope, receive)
                changed = _changed(answer, partial(change_contents, rule))
                await changed(scope, receive, send)
            case StateRule() as rule:
                change_state(rule, self._sandbox, scope)
                await self._app(scope, receive, send)

    def _refuse(self, path: str) -> Refuse:
        own = (refuse for prefix, refuse in self._refusals.items() if path.startswith(prefix))
        return next(own, refuse_web_api)

    def _wait(self, active: ActiveRule) -> timedelta:
        clock = self._sandbox.clock
        left = active.closed_until - clock.now if active.closed_until else timedelta()
        return clock.real_time(max(left, timedelta()))

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        answer, body = Response(), bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status_code, answer.raw_headers = message["status"], message["headers"]
            body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        answer.body = bytes(body)
        return answer


def _changed(answer: Response, change: Callable[[Members], Members]) -> Response:
    if answer.status_code != HTTPStatus.OK:
        return answer
    return json_response(change(json.loads(bytes(answer.body))))
