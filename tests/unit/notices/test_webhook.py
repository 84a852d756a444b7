"""Webhooks: what is sent, how it is signed, and what is never followed or said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from hooks import Hook, hook

from playlake_contracts.version import VERSION
from playlake_web.notices import NotSentError, trial_notice
from playlake_web.notices.webhook import Webhook, check_address, check_secret, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTICE = trial_notice(datetime(2026, 11, 21, 6, tzinfo=UTC))
# A secret, a message and its signature, as https://www.standardwebhooks.com has them.
SIGNED_WITH = "any text"
EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def served() -> Iterator[Hook]:
    with hook() as found:
        yield found


def webhook(served: Hook, pauses: list[float] | None = None, secret: str | None = None) -> Webhook:
    sleep = (lambda _: None) if pauses is None else pauses.append
    return Webhook(served.address, secret, sleep=sleep, now=lambda: 1_795_240_800.9)


def test_a_notice_is_posted_as_json(served: Hook) -> None:
    webhook(served).send(NOTICE)
    ((headers, body),) = served.requests
    assert json.loads(body) == json.loads(NOTICE.json())
    assert json.loads(body)["id"] == headers["webhook-id"] == NOTICE.identity
    assert headers["User-Agent"] == f"Playlake/{VERSION}"
    assert headers["Content-Type"] == "application/json"
    assert "webhook-signature" not in headers
    assert "Authorization" not in headers


def test_a_secret_signs_it(served: Hook) -> None:
    webhook(served, secret=SIGNED_WITH).send(NOTICE)
    ((headers, body),) = served.requests
    signed = f"{headers['webhook-id']}.1795240800.".encode() + body
    digest = hmac.new(SIGNED_WITH.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-timestamp"] == "1795240800"
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    body = b'{"test": 2432232314}'
    found = signature(EXAMPLE, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ValueError, match="is not base64"):
        check_secret("whsec_!")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_failure_is_tried_again_with_pauses(served: Hook, status: int) -> None:
    served.answers, pauses = [status, status], list[float]()
    webhook(served, pauses).send(NOTICE)
    assert (len(served.requests), pauses) == (3, [1.0, 4.0])
    served.answers = [status] * 3
    with pytest.raises(NotSentError, match=rf"webhook at 127\.0\.0\.1:\d+ answered {status}$"):
        webhook(served).send(NOTICE)


def test_another_answer_is_not_tried_again(served: Hook) -> None:
    served.answers = [404]
    with pytest.raises(NotSentError, match="answered 404") as failed:
        webhook(served).send(NOTICE)
    assert len(served.requests) == 1
    assert "secret-path" not in str(failed.value)


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_not_followed(served: Hook, status: int) -> None:
    with hook() as elsewhere:
        served.answers, served.location = [status], elsewhere.address
        with pytest.raises(NotSentError, match=rf"leads to 127\.0\.0\.1:{elsewhere.port}: set the"):
            webhook(served).send(NOTICE)
        assert elsewhere.requests == []


def test_no_answer_is_said_without_the_address() -> None:
    nobody = Hook(port=choose_port())
    with pytest.raises(NotSentError, match=r"did not answer \(ConnectionError\)") as failed:
        webhook(nobody).send(NOTICE)
    assert "secret-path" not in str(failed.value)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/hook", "http://127.0.0.1:8000/", "http://localhost/x", "http://[::1]:1/"],
)
def test_addresses_that_are_taken(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "http://127.0.0.1.example.org/",
        "ftp://127.0.0.1/",
        "https://",
        "https://example.org:port/",
        "https://[::1",
        "https://user:word@example.org/",
        "example.org",
        "",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"^it (is|has)"):
        check_address(address)
