"""Applies the rules to every request that Spotify would serve; the control routes are spared."""

import json
from http import HTTPStatus

from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playlake_sandbox.faults import connection
from playlake_sandbox.faults.active_rules import Armed
from playlake_sandbox.faults.answer_rules import instead
from playlake_sandbox.faults.delivery_rules import deliver
from playlake_sandbox.faults.kinds import AnswerRule, DeliveryRule, PageRule, Reset, StateRule
from playlake_sandbox.faults.page_rules import falsify
from playlake_sandbox.faults.state_rules import change
from playlake_sandbox.responses import found
from playlake_sandbox.state import Sandbox

_SPARED = "/sandbox/"


class InjectFaults:
    """Middleware that does to a request what the rule that is due says."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request, well or badly."""
        armed = self._due(scope)
        if armed is None:
            await self._app(scope, receive, send)
        else:
            await self._misserve(armed, scope, receive, send)

    def _due(self, scope: Scope) -> Armed | None:
        if scope["type"] != "http" or scope["path"].startswith(_SPARED):
            return None
        return self._sandbox.faults.take(scope["method"], scope["path"])

    async def _misserve(self, armed: Armed, scope: Scope, receive: Receive, send: Send) -> None:
        match armed.rule:
            case AnswerRule() as rule:
                await instead(rule)(scope, receive, send)
            case Reset():
                await connection.reset(receive)
            case DeliveryRule() as rule:
                await deliver(rule, await self._answer(scope, receive), receive, send)
            case PageRule() as rule:
                answer = await self._answer(scope, receive)
                if answer.status_code == HTTPStatus.OK:
                    answer = found(falsify(rule, json.loads(bytes(answer.body)), armed.applied))
                await answer(scope, receive, send)
            case StateRule() as rule:
                change(rule, self._sandbox, scope)
                await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        answer, body = Response(), bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status_code, answer.raw_headers = message["status"], message["headers"]
            body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        answer.body = bytes(body)
        return answer
