"""What the launcher adds to MiniStack: an identity, a guard, and a seal on its state."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from playlake.local_aws import launcher
from playlake.local_aws.launcher import IDENTITY_PATH, fingerprints, guarded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWN, OTHER = "playlake-own", "playlake-other"


async def ask(path: str, **headers: str) -> tuple[int, bytes]:
    """The status and body that a guarded application answers; its own answer is 204."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: object, _receive: object, send: Callable[..., Any]) -> None:
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {}

    given = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "path": path, "headers": given}
    await guarded(app, OWN)(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


def signed(key: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential={key}/20261121/us-east-1/s3/aws4_request, Signature=0"


async def test_the_server_says_who_it_is() -> None:
    assert await ask(IDENTITY_PATH) == (200, OWN.encode())


@pytest.mark.parametrize("headers", [{}, {"authorization": signed(OWN)}, {"authorization": "x"}])
async def test_its_own_requests_and_unsigned_ones_pass(headers: dict[str, str]) -> None:
    assert (await ask("/bucket/key", **headers))[0] == 204


async def test_the_keys_of_other_programs_pass() -> None:
    assert (await ask("/bucket/key", authorization=signed("test")))[0] == 204


async def test_a_request_that_means_another_local_aws_is_refused() -> None:
    status, body = await ask("/bucket/key", authorization=signed(OTHER))
    assert status == 403
    assert b"<Code>InvalidAccessKeyId</Code>" in body
    target = {"x_amz_target": "AmazonSQS.SendMessage", "authorization": signed(OTHER)}
    status, body = await ask("/", **target)
    assert status == 403
    assert json.loads(body)["__type"] == "InvalidAccessKeyId"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "sqs.json").write_text("before")
    (tmp_path / "state" / "athena.json").write_text("results")
    (tmp_path / "state.seal").write_text("{}")
    monkeypatch.setenv("PLAYLAKE_AWS", str(tmp_path))
    monkeypatch.setenv("PLAYLAKE_NONCE", OWN)
    monkeypatch.setenv("GATEWAY_PORT", "4566")
    return tmp_path


def test_a_clean_end_seals_the_state_and_nothing_is_sealed_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(nonce: str) -> None:
        assert nonce == OWN
        assert json.loads((folder / "server.json").read_text())["nonce"] == OWN
        assert not (folder / "state.seal").exists()
        assert not (folder / "state" / "athena.json").exists()
        (folder / "state" / "sqs.json").write_text("after")

    monkeypatch.setattr(launcher, "_serve", serve)
    launcher.main()
    sealed = json.loads((folder / "state.seal").read_text())
    assert sealed == fingerprints(folder / "state")
    assert list(sealed) == ["sqs.json"]


@pytest.mark.parametrize(
    ("message", "arguments", "is_sealed"),
    [
        ("Persistence: failed to save %s: %s", ("sqs", "no space left"), False),
        ("Persistence: error getting state for %s: %s", ("sqs", "it changed"), False),
        ("Persistence: failed altogether", (), False),
        # Athena's state is thrown away at the next start.
        ("Persistence: failed to save %s: %s", ("athena", "a datetime"), True),
    ],
)
def test_a_state_that_was_not_written_in_full_is_not_sealed(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    message: str,
    arguments: tuple[str, ...],
    is_sealed: bool,
) -> None:
    def serve(_: str) -> None:
        logging.getLogger("persistence").error(message, *arguments)

    monkeypatch.setattr(launcher, "_serve", serve)
    launcher.main()
    assert (folder / "state.seal").exists() == is_sealed
