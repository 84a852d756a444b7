"""What mends a lake: who may begin it, one at a time, and what is said about it."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from web_lakes import (
    CRATE,
    NOW,
    OPERATOR,
    READER,
    WELL,
    StubPipeline,
    letter,
    served,
    site_of,
)

from playlake_web.access.links import Links
from playlake_web.access.tokens import Tokens
from playlake_web.facts.pipeline import Crawler, OperationName
from playlake_web.pipeline import NotHereError, PipelineError, public_text
from playlake_web.problems import ProblemCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    import httpx

    from playlake_lake.folder import Folder
    from playlake_web.facts.pipeline import Surroundings

    Serve = Callable[..., AbstractContextManager[httpx.Client]]

BROWSER = {"accept": "text/html"}
PROGRAM = {"authorization": f"Bearer {OPERATOR.secret}"}
POSTS: list[tuple[str, dict[str, Any]]] = [
    ("/dlq/redrive", {"all": True}),
    ("/dlq/dismiss", {"ids": [letter(1).id], "reason": "known", "by": "Ada"}),
    ("/replay", {"run_id": "20261101T060000Z-aaaaaa"}),
    ("/reconcile", {}),
    ("/crawl", {}),
]
RUN = "20261101T060000Z-aaaaaa"


@pytest.fixture
def pipeline() -> StubPipeline:
    """Two dead letters; all else is well."""
    return StubPipeline(letters=[letter(1), letter(2)], runs={RUN})


@pytest.fixture
def client(lake: Folder, pipeline: StubPipeline) -> Iterator[httpx.Client]:
    """A client of a site with tokens; it has shown none."""
    tokens = Tokens((READER, OPERATOR))
    with served(site_of(lake, tokens, pipeline), Links()) as client:
        yield client


def sign_in(client: httpx.Client, secret: str = OPERATOR.secret) -> None:
    assert client.post("/login", data={"token": secret}).status_code == 303


def form_key(client: httpx.Client, address: str = "/dlq") -> str:
    found = re.search(r'name="form_key" value="(\w+)"', client.get(address, headers=BROWSER).text)
    assert found is not None
    return found[1]


def test_a_program_sends_letters_back(client: httpx.Client, pipeline: StubPipeline) -> None:
    listed = client.get("/dlq", headers=PROGRAM, params={"limit": 1}).json()
    assert (listed["total"], len(listed["dead_letters"])) == (2, 1)
    wanted = {"ids": [listed["dead_letters"][0]["id"]]}
    done = client.post("/dlq/redrive", headers=PROGRAM, json=wanted)
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["said"]) == ("done", "Letters sent back: 1.")
    assert client.get("/dlq", headers=PROGRAM).json()["total"] == 1
    assert client.get("/status", headers=PROGRAM).json()["dead_letters"] == 1
    client.post("/dlq/redrive", headers=PROGRAM, json={"all": True})
    nothing = client.post("/dlq/redrive", headers=PROGRAM, json={"all": True})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_do")
    assert pipeline.done == [f"redrive {letter(1).id}", "redrive all", "redrive all"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", "the body: give ids, or all as true"),
        (b'{"ids": [], "all": false}', "the body: give ids, or all as true"),
        (b'{"ids": ["a"], "all": true}', "the body: give ids, or all as true"),
        (b'{"ids": "a"}', "ids: Input should be a valid"),
        (b'{"every": true}', "every: Extra inputs are not permitted"),
        (b"[", "the body: Invalid JSON"),
        (b"\xff", "the body: Invalid JSON"),
    ],
)
def test_what_does_not_say_which_letters_is_refused(
    client: httpx.Client, pipeline: StubPipeline, body: bytes, said: str
) -> None:
    refused = client.post("/dlq/redrive", headers=PROGRAM, content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert said in refused.json()["detail"]
    assert pipeline.done == []


def test_what_is_dismissed_counts_no_more_and_is_sent_back_by_name_alone(
    client: httpx.Client, pipeline: StubPipeline
) -> None:
    body = {"ids": [letter(1).id], "reason": " landed by hand "}
    done = client.post("/dlq/dismiss", headers=PROGRAM, json=body)
    assert (done.status_code, done.json()["said"]) == (200, "Letters dismissed: 1.")
    found = client.get("/dlq", headers=PROGRAM).json()
    assert (found["total"], found["dismissed_total"]) == (1, 1)
    assert found["dead_letters"][0]["dismissed"] is None
    said = found["dismissed"][0]["dismissed"]
    assert (said["by"], said["reason"]) == ("the API", "landed by hand")
    assert client.get("/status", headers=PROGRAM).json()["dead_letters"] == 1
    again = client.post("/dlq/dismiss", headers=PROGRAM, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_do")
    client.post("/dlq/redrive", headers=PROGRAM, json={"ids": [letter(1).id]})
    assert client.get("/dlq", headers=PROGRAM).json()["dismissed_total"] == 0
    assert pipeline.done[0] == f"dismiss {letter(1).id}: landed by hand (the API)"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reason": "known"}, "ids: Field required"),
        ({"ids": [], "reason": "known"}, "ids: List should have at least 1 item"),
        ({"ids": ["a"]}, "reason: Field required"),
        ({"ids": ["a"], "reason": "  "}, "reason: String should match"),
        ({"ids": ["a"], "reason": "x" * 501}, "reason: String should have at most 500"),
        ({"ids": ["a"], "reason": "known", "by": "x" * 101}, "by: String should have at most 100"),
        ({"ids": ["a"], "reason": "known", "all": True}, "all: Extra inputs"),
    ],
)
def test_a_dismissal_without_letters_or_a_reason_is_refused(
    client: httpx.Client, pipeline: StubPipeline, body: dict[str, Any], said: str
) -> None:
    refused = client.post("/dlq/dismiss", headers=PROGRAM, json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert refused.json()["detail"].startswith(said)
    assert pipeline.done == []


def test_the_page_dismisses_what_is_chosen_and_shows_it(
    client: httpx.Client, pipeline: StubPipeline
) -> None:
    sign_in(client)
    text = client.get("/dlq", headers=BROWSER).text
    assert text.count('form="dismissal"') == 2
    form = {"form_key": form_key(client), "ids": [letter(1).id, letter(2).id], "to": "/dlq"}
    done = client.post("/dlq/dismiss", data={**form, "reason": "<i>old</i>", "by": "Ada"})
    text = client.get(done.headers["location"], headers=BROWSER).text
    assert "Letters dismissed: 2." in text
    assert "<h1>No dead letter counts.</h1>" in text
    assert text.count("&lt;i&gt;old&lt;/i&gt;") == 2
    assert text.count(">Send back<") == 2
    assert 'form="dismissal"' not in text
    assert client.get("/health").status_code == 200
    client.post("/dlq/dismiss", data={**form, "reason": "old"})
    assert [each.dismissed for each in pipeline.letters] != [None, None]


@pytest.mark.parametrize(("address", "body"), POSTS)
def test_only_whoever_may_operate_begins_an_operation(
    client: httpx.Client, pipeline: StubPipeline, address: str, body: dict[str, Any]
) -> None:
    assert client.post(address, json=body).status_code == 401
    reader = {"authorization": f"Bearer {READER.secret}"}
    refused = client.post(address, json=body, headers=reader)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert pipeline.done == []
    assert client.post(address, json=body, headers=PROGRAM).status_code == 200
    assert len(pipeline.done) == 1


@pytest.mark.parametrize(("address", "body"), POSTS)
def test_a_session_needs_the_key_of_its_form(
    client: httpx.Client, pipeline: StubPipeline, address: str, body: dict[str, Any]
) -> None:
    sign_in(client)
    text = {name: str(value).lower() for name, value in body.items()}
    if body.keys() & {"run_id", "ids"}:
        text = body
    for attempt in (
        client.post(address, json=body),
        client.post(address, data={**text, "form_key": "0" * 64}),
        client.post(address, data=text),
    ):
        assert (attempt.status_code, attempt.json()["code"]) == (403, "forged")
    assert pipeline.done == []
    key = {"form_key": form_key(client), "to": "/status?a=b"}
    done = client.post(address, data={**text, **key})
    assert done.status_code == 303
    assert done.headers["location"].startswith("/status?a=b&did=")
    assert len(pipeline.done) == 1


def test_another_site_cannot_post_even_where_nobody_signs_in(
    lake: Folder, pipeline: StubPipeline
) -> None:
    with served(site_of(lake, None, pipeline), Links()) as client:
        for site in ("cross-site", "same-site"):
            refused = client.post("/reconcile", data={}, headers={"sec-fetch-site": site})
            assert refused.json()["code"] == "forged"
        assert pipeline.done == []
        here = {"sec-fetch-site": "same-origin"}
        assert client.post("/reconcile", data={"to": "/"}, headers=here).status_code == 303
    assert pipeline.done == ["reconcile"]


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/x", "/login"])
def test_a_form_leads_back_to_a_page_of_this_site(client: httpx.Client, to: str) -> None:
    sign_in(client)
    done = client.post("/reconcile", data={"form_key": form_key(client), "to": to})
    assert done.headers["location"].startswith("/?did=")


def test_the_page_says_what_was_done_to_whoever_did_it(client: httpx.Client) -> None:
    sign_in(client)
    form = {"form_key": form_key(client), "all": "true", "to": "/dlq"}
    done = client.post("/dlq/redrive", data=form, headers=BROWSER)
    text = client.get(done.headers["location"], headers=BROWSER).text
    assert "Letters sent back: 2." in text
    assert "Nothing is rejected." in text
    assert "Letters sent back" not in client.get("/dlq", headers=BROWSER).text


def test_a_form_of_several_letters_means_these(
    client: httpx.Client, pipeline: StubPipeline
) -> None:
    sign_in(client)
    ids = [letter(1).id, letter(2).id]
    client.post("/dlq/redrive", data={"form_key": form_key(client), "ids": ids})
    assert pipeline.done == [f"redrive {','.join(ids)}"]


def test_one_operation_is_done_at_a_time_and_a_long_one_goes_on(
    lake: Folder, pipeline: StubPipeline
) -> None:
    pipeline.may_end = Event()
    with served(site_of(lake, None, pipeline, wait_seconds=0.05), Links()) as client:
        begun = client.post("/reconcile")
        assert begun.status_code == 202
        assert begun.json()["state"] == "running"
        assert begun.json()["ended_at"] is None
        for address, body in POSTS:
            second = client.post(address, json=body)
            assert (second.status_code, second.json()["code"]) == (409, "busy"), address
        assert client.get("/status").json()["operation"] == begun.json()
        assert "Under way" in client.get("/", headers=BROWSER).text
        pipeline.may_end.set()
        ended = _ended(client)
        assert ended["id"] == begun.json()["id"]
        assert ended["said"] == "Every raw object is committed or rejected."
    assert pipeline.done == ["reconcile"]


def _ended(client: httpx.Client) -> dict[str, Any]:
    while True:  # pytest's own limit ends this
        found: dict[str, Any] = client.get("/status").json()["operation"]
        if found["state"] != "running":
            return found


@pytest.mark.parametrize(
    ("error", "status", "code", "detail"),
    [
        (NotHereError("a lake in a folder has no crawler"), 404, "no_such_operation", "no crawler"),
        (PipelineError("AWS said no to arn:aws:sqs:eu:1:q"), 502, "operation_failed", "resource"),
        (ValueError("secret"), 502, "operation_failed", "the log of Playlake says why"),
    ],
)
def test_what_was_not_done_is_a_problem_and_the_next_one_can_begin(
    client: httpx.Client,
    pipeline: StubPipeline,
    error: Exception,
    status: int,
    code: str,
    detail: str,
) -> None:
    pipeline.fails = error
    failed = client.post("/crawl", headers=PROGRAM)
    assert (failed.status_code, failed.json()["code"]) == (status, code)
    assert detail in failed.json()["detail"]
    for hidden in ("arn:", "secret", "Traceback"):
        assert hidden not in failed.text
    operation = client.get("/status", headers=PROGRAM).json()["operation"]
    assert (operation["state"], operation["name"]) == ("failed", "crawl")
    pipeline.fails = None
    assert client.post("/crawl", headers=PROGRAM).status_code == 200


@pytest.mark.parametrize("run_id", ["nonsense", "../x", "20261102T060000Z-bbbbbb", ""])
def test_an_unknown_run_is_not_transformed(client: httpx.Client, run_id: str) -> None:
    refused = client.post("/replay", headers=PROGRAM, json={"run_id": run_id})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_run")


def test_a_reader_sees_commands_and_no_button(client: httpx.Client) -> None:
    run_id = client.get("/runs", headers=PROGRAM).json()["runs"][0]["run_id"]
    pages = {
        "/": "playlake redrive",
        "/dlq": "playlake redrive",
        "/status": "playlake redrive",
        f"/runs/{run_id}": f"playlake replay --run {run_id} --overwrite",
    }
    for secret, has_button in ((READER.secret, False), (OPERATOR.secret, True)):
        sign_in(client, secret)
        for page, command in pages.items():
            text = client.get(page, headers=BROWSER).text
            assert ('<form method="post"' in text) is has_button, page
            assert (f"<code>{command}" in text) is not has_button, page


def test_pages_of_two_sessions_have_keys_of_their_own(client: httpx.Client) -> None:
    run = "/runs/" + client.get("/runs", headers=PROGRAM).json()["runs"][0]["run_id"]
    sign_in(client, READER.secret)
    client.get(run, headers=BROWSER)
    sign_in(client)
    key = form_key(client, run)
    client.cookies.clear()
    assert key not in client.get(run, headers={**PROGRAM, **BROWSER}).text


def test_what_is_rejected_is_listed_with_its_reason_escaped(client: httpx.Client) -> None:
    text = client.get("/dlq", headers={**PROGRAM, **BROWSER}).text
    assert "2 dead letters." in text
    assert "frame 1 &lt;b&gt;ends&lt;/b&gt; early" in text
    assert "part-0001" in text
    assert text.count(">Send back<") == 2
    limited = client.get("/dlq?limit=1", headers={**PROGRAM, **BROWSER}).text
    assert "and 1 more" in limited


def test_the_overview_has_the_button_that_mends(client: httpx.Client) -> None:
    text = client.get("/", headers={**PROGRAM, **BROWSER}).text
    assert "All 3 playlists are accounted for." in text
    assert "2 dead letters" in text
    assert "Oldest 3 h" in text
    assert "Send all back" in text
    assert "2 things need a look." in text


STUCK = {"waiting": 14, "waiting_since": NOW - timedelta(minutes=47)}
FRESH = {"waiting": 1, "waiting_since": NOW - timedelta(minutes=4)}
NO_QUEUE = {
    "queued": None,
    "unknown": {"queued": "AWS did not answer: AccessDenied"},
    "unreadable": ("queued",),
}


@pytest.mark.parametrize(
    ("update", "said", "button"),
    [
        (STUCK, "14 raw objects are waiting, and nothing moves.", "Go on with what waits"),
        ({**STUCK, "waiting": 1}, "1 raw object is waiting, and nothing moves.", "Go on with"),
        (NO_QUEUE, "The queue cannot be read.", "Look again"),
    ],
)
def test_what_stands_still_is_the_first_thing_that_is_said(
    lake: Folder, update: dict[str, Any], said: str, button: str
) -> None:
    with served(site_of(lake, None, _around(update)), Links()) as client:
        text = client.get("/", headers=BROWSER).text
        assert f"<h1>{said}</h1>" in text
        assert "What was landed is safe in the lake; the tables show the state of " in text
        assert button in text
        assert "What still works" in text
        assert client.get("/health").status_code == 503
        assert client.get("/playlists", headers=BROWSER).status_code == 200


def _around(update: dict[str, Any]) -> StubPipeline:
    found: Surroundings = WELL.model_copy(update=update)
    return StubPipeline(found)


def test_what_waits_for_minutes_is_no_alarm(lake: Folder) -> None:
    with served(site_of(lake, None, _around(FRESH)), Links()) as client:
        text = client.get("/", headers=BROWSER).text
        assert "All 3 playlists are accounted for." in text
        assert "1 raw object waiting" in text
        assert client.get("/health").status_code == 200


def test_nothing_stands_still_while_it_is_gone_on_with(lake: Folder) -> None:
    pipeline = _around(STUCK)
    pipeline.may_end = Event()
    with served(site_of(lake, None, pipeline, wait_seconds=0), Links()) as client:
        assert client.get("/health").status_code == 503
        client.post("/reconcile")
        assert client.get("/health").status_code == 200
        pipeline.may_end.set()
        _ended(client)
        assert client.get("/health").status_code == 503


def test_a_lake_has_the_buttons_that_it_can_do(lake: Folder) -> None:
    failed = Crawler(state="ready", last="failed", crawled_at=None)
    for operations, has_button in (((OperationName.CRAWL,), True), ((), False)):
        pipeline = _around({"crawler": failed, "operations": operations})
        with served(site_of(lake, None, pipeline), Links()) as client:
            text = client.get("/status", headers=BROWSER).text
            assert "The last crawl has failed" in text
            assert ("Crawl now" in text) is has_button


def test_each_watchdog_has_a_name(lake: Folder) -> None:
    with served(site_of(lake, None), Links()) as client:
        lines = client.get("/health").json()["lines"]
        assert [(each["name"], each["state"]) for each in lines] == [
            ("Lake", "well"),
            ("Waiting", "well"),
            ("Dead letters", "well"),
        ]
        found = client.get("/status").json()
        assert found["last_commit_at"].startswith("2026-11-21T06")
        assert found["queued"] is None
        assert found["unknown"]["queued"] == "there is no queue"
        assert "All is well." in client.get("/status", headers=BROWSER).text


def test_whether_it_lives_and_reads_needs_no_token(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"state": "alive", "detail": ""}
    assert client.get("/readyz").json() == {"state": "ready", "detail": ""}
    for address in ("/status", "/health", "/dlq"):
        assert client.get(address).status_code == 401


@pytest.mark.parametrize(
    ("text", "public"),
    [
        (
            "not authorized on arn:aws:sqs:eu-central-1:123456789012:playlake-raw, ask",
            "not authorized on a resource of AWS, ask",
        ),
        (
            "AWS did not answer for s3://playlake-raw-123456789012-eu-central-1: no",
            "AWS did not answer for the lake: no",
        ),
        (
            f"raw/source=spotify/snapshot_date=2026-11-01/run={RUN}/part-0001.jsonl.zst was bad",
            f"part-0001 of {RUN} was bad",
        ),
        (
            "see /srv/me/.playlake/logs/transformer.log (status 1)",
            "see transformer.log (status 1)",
        ),
        ("/dlq lists them", "/dlq lists them"),
        ("see https://sqs.eu-central-1.amazonaws.com/123456789012/q.", "see the lake."),
        ("the account 123456789012 has it", "the account the account has it"),
        ("x" * 1000, "x" * 399 + "…"),
    ],
)
def test_a_sentence_for_anybody_has_no_names_of_aws(text: str, public: str) -> None:
    assert public_text(text) == public


def test_every_code_of_an_operation_is_described() -> None:
    assert {"busy", "nothing_to_do", "no_such_operation", "operation_failed"} <= set(ProblemCode)


def test_a_page_of_a_playlist_is_the_same_for_everybody(client: httpx.Client) -> None:
    tags = set()
    for secret in (READER.secret, OPERATOR.secret):
        sign_in(client, secret)
        tags.add(client.get(f"/playlists/{CRATE}", headers=BROWSER).headers["etag"])
    assert len(tags) == 1
