"""Two transformers of one lake serve its page alike, and each says what itself has done."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import httpx
import pytest
from aws_lakes import aws_lake, empty
from landed import bad_entry, entry, manifest, manifest_key, part, part_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.integration.transformer.conftest import Transformer

    from playlake.local_aws import LocalAws

    Start = Callable[..., AbstractContextManager[Transformer]]

SECRET = "o" * 40
OPERATOR = {"authorization": f"Bearer {SECRET}"}
KEY = part_key(run="page")
BODY = part(KEY, [entry(1)], [entry(2), bad_entry()])
# What is of the one that answers, and when it was looked at.
OWN = ("process", "breaker", "operation", "at")
RUN = str(KEY.run_id)


@pytest.fixture(scope="module")
def two(start: Start, aws: LocalAws) -> Iterator[tuple[Transformer, Transformer]]:
    """Two transformers with tokens, and a lake with a run and a dead letter."""
    # Runs of other tests read the same playlists at the same time, so any of them may be the last.
    empty(aws_lake(aws))
    bucket = aws.resources.raw_bucket
    with ExitStack() as running:
        first, second = (
            running.enter_context(start(PLAYLAKE_TOKENS=f"operate:{SECRET}")) for _ in range(2)
        )
        for each in (first, second):
            each.api.headers.update(OPERATOR)
        landed = {KEY: BODY, manifest_key("page"): manifest("page", (KEY, BODY, 2))}
        for key, body in landed.items():
            aws.s3.put_object(Bucket=bucket, Key=str(key), Body=body)
        rejected = part_key(7, run="page")
        aws.s3.put_object(Bucket=bucket, Key=str(rejected), Body=b"synthetic junk")

        def done(_: object) -> bool:
            states = (first.status(), second.status())
            committed = sum(each["objects_committed"] for each in states)
            rejected = sum(each["objects_rejected"] for each in states)
            return bool(committed >= 2 and rejected >= 1)

        first.until(done)
        yield first, second
    # What a test sent back is nothing that the tests after these have to expect.
    for url in (aws.queue_url, aws.dead_letter_queue_url):
        aws.sqs.purge_queue(QueueUrl=url)


@pytest.mark.parametrize(
    "path",
    [
        "/runs",
        f"/runs/{RUN}",
        f"/parts/{RUN}/part-0000",
        "/playlists",
        "/playlists/playlist0",
        "/quality",
        "/dlq",
    ],
)
def test_both_give_the_same_answer(two: tuple[Transformer, Transformer], path: str) -> None:
    answers = [each.api.get(path) for each in two]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()


def test_status_differs_by_what_is_of_a_process_alone(
    two: tuple[Transformer, Transformer], eventually: Callable[..., Any]
) -> None:
    def shared() -> list[dict[str, Any]]:
        found = [each.api.get("/status").json() for each in two]
        return [{name: each[name] for name in each if name not in OWN} for each in found]

    # Each looks at what surrounds the lake every five seconds.
    first, _ = eventually(shared, lambda found: found[0] == found[1])
    assert first["dead_letters"] >= 1
    assert first["last_commit_at"] is not None
    started = [each.status()["started_at"] for each in two]
    assert started[0] != started[1]


def test_where_athena_refuses_all_else_works(start: Start) -> None:
    with Refusing() as refusing, start(AWS_ENDPOINT_URL_ATHENA=refusing.url) as running:
        for path in ("/runs", "/playlists", "/quality"):
            answer = running.api.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "lake_unreadable"), path
        page = running.api.get("/runs", headers={"accept": "text/html"})
        assert (page.status_code, "Traceback" in page.text) == (503, False)
        for path in ("/status", "/dlq", "/livez", "/readyz", "/docs"):
            assert running.api.get(path).status_code == 200, path
        assert running.api.get("/status").json()["unreadable"] == []
        assert refusing.asked >= 3


class Refusing:
    """An Athena whose workgroup cancels every query, because it would scan too much."""

    def __init__(self) -> None:
        self.asked = 0

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                self.rfile.read(int(self.headers["content-length"]))
                body = json.dumps(
                    {
                        "__type": "InvalidRequestException",
                        "message": "Bytes scanned limit was exceeded",
                    }
                ).encode()
                self.send_response(400)
                self.send_header("x-amzn-requestid", "synthetic")
                self.send_header("content-type", "application/x-amz-json-1.1")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def test_a_dead_letter_is_sent_back_by_the_page(two: tuple[Transformer, Transformer]) -> None:
    first, second = two
    [letter] = [
        each for each in first.api.get("/dlq").json()["dead_letters"] if each["run_id"] == RUN
    ]
    answer = second.api.post("/dlq/redrive", json={"ids": [letter["id"]]})
    assert answer.status_code in {200, 202}, answer.text
    assert "1 dead letter sent back" in answer.json()["said"]


def test_nobody_is_let_in_without_a_token(two: tuple[Transformer, Transformer]) -> None:
    url = str(two[0].api.base_url)
    with httpx.Client(base_url=url, trust_env=False) as stranger:
        for path in ("/status", "/health", "/runs", "/dlq", "/docs", "/openapi.json"):
            assert stranger.get(path).status_code == 401, path
        assert stranger.post("/crawl").status_code == 401
        assert stranger.get("/livez").status_code == 200
        assert stranger.get("/readyz").status_code == 200
        assert stranger.get("/", headers={"accept": "text/html"}).status_code == 303
        assert stranger.get("/livez", headers={"host": "evil.example"}).status_code == 421


def test_a_start_for_everybody_without_a_token_is_refused(environment: dict[str, str]) -> None:
    public = {"PLAYLAKE_HTTP_PORT": "0", "PLAYLAKE_HTTP_HOST": "0.0.0.0"}  # noqa: S104
    ended = subprocess.run(
        [sys.executable, "-m", "playlake_transformer"],
        env=environment | public,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 78
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith("playlake-transformer: other machines reach 0.0.0.0, and anybody ")


def test_a_token_is_made_and_its_link_signs_a_browser_in(start: Start) -> None:
    address = "http://lake.example:8080"
    with start(PLAYLAKE_MAKE_TOKEN="true", PLAYLAKE_HTTP_ADDRESSES=address) as running:  # noqa: S106
        lines = [json.loads(line) for line in running.log.read_text().splitlines()]
        [told] = [line for line in lines if line["event"] == "sign_in"]
        assert told["link"].startswith(f"{address}/login/")
        link = told["link"].removeprefix(address)
        named = {"host": "lake.example:8080"}
        assert running.api.get(link, headers=named).status_code == 303
        assert running.api.get(link, headers=named).status_code == 401
        shown = {"authorization": f"Bearer {told['token']}"}
        assert running.api.get("/status", headers=shown).status_code == 200
