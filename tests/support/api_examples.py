"""Real answers of the API about the small lake, and its problems: the examples of its document."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any, Final, NoReturn

from web_lakes import (
    CRATE,
    FIRST,
    OPERATOR,
    READER,
    StubPipeline,
    StubProcess,
    letter,
    served,
    site_of,
)

from playlake_contracts.runs import RunId
from playlake_lake.errors import QueryError
from playlake_web.access.guard import Bearer, check_form
from playlake_web.access.links import Links
from playlake_web.access.sessions import Session
from playlake_web.access.tokens import Scope, Tokens
from playlake_web.pipeline import NotHereError, PipelineError
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from playlake_lake.folder import Folder
    from playlake_lake.history.records import Records
    from playlake_web.reader import Covers

_RUN: Final = RunId.derive("spotify", FIRST + timedelta(days=13))
_SONG: Final = "spotify:track:track00000000000000104"
_REQUEST_ID: Final = "9f86d081884c7d65"
_MOST: Final = 2
# By operation.
ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "list_runs": ("/runs?limit=2",),
    "show_run": (f"/runs/{_RUN}",),
    "show_part": (f"/parts/{_RUN}/part-0000",),
    "list_playlists": ("/playlists?limit=2",),
    "show_playlist": (f"/playlists/{CRATE}",),
    "list_changes": (f"/playlists/{CRATE}/changes?limit=2",),
    "list_memberships": (f"/playlists/{CRATE}/memberships?limit=2",),
    "show_moment": (
        f"/playlists/{CRATE}/at/2026-11-03",
        f"/playlists/{CRATE}/at/2026-11-03?format=csv",
    ),
    "feed_of_changes": ("/feed.atom",),
    "feed_of_playlist": (f"/playlists/{CRATE}/feed.atom",),
    "list_songs": ("/songs?q=track+104&limit=2",),
    "show_song": (f"/songs/{_SONG}",),
    "list_artists": ("/artists?limit=2",),
    "show_artist": ("/artists/artist0000000000000010",),
    "list_artists_over_time": (f"/playlists/{CRATE}/artists",),
    "show_quality": ("/quality",),
}
# What does not read what is committed, by operation.
OF_PIPELINE: Final[Mapping[str, str]] = {
    "show_status": "/status",
    "show_health": "/health",
    "show_alive": "/livez",
    "show_ready": "/readyz",
    "list_dead_letters": "/dlq?limit=1",
}
POSTED: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "redrive": ("/dlq/redrive", {"ids": [letter(1).id]}),
    "dismiss": (
        "/dlq/dismiss",
        {"ids": [letter(1).id], "reason": "landed by hand, for a test", "by": "Ada"},
    ),
    "replay": ("/replay", {"run_id": str(_RUN)}),
    "reconcile": ("/reconcile", {}),
    "crawl": ("/crawl", {}),
}
_OPERATION_ID: Final = "5f2c9e0a41d7b683"
_REFUSED: Final[Mapping[ProblemCode, str]] = {
    ProblemCode.BAD_REQUEST: "/runs?limit=0",
    ProblemCode.BAD_CURSOR: "/runs?cursor=x",
    ProblemCode.BAD_MOMENT: f"/playlists/{CRATE}/at/soon",
    ProblemCode.NOT_FOUND: "/nothing",
    ProblemCode.NO_SUCH_RUN: "/runs/20260101T060000Z-aaaaaa",
    ProblemCode.NO_SUCH_PART: f"/parts/{_RUN}/part-0009",
    ProblemCode.NO_SUCH_PLAYLIST: "/playlists/none",
    ProblemCode.NO_SUCH_SONG: "/songs/spotify:track:none",
    ProblemCode.NO_SUCH_ARTIST: "/artists/none",
    ProblemCode.BEFORE_HISTORY: f"/playlists/{CRATE}/at/2026-10-01",
}


class BrokenReader:
    """A lake that does not answer.

    Args:
        error: what every question raises.
    """

    def __init__(self, error: Exception) -> None:
        self._error = error

    @property
    def records(self) -> Records:
        raise self._error

    @property
    def covers(self) -> Covers:
        raise self._error

    def version(self) -> str:
        return "the last one that was seen"

    def last_commit_at(self) -> NoReturn:
        raise self._error

    def rows(self, *_: object, **__: object) -> NoReturn:
        raise self._error


@contextmanager
def broken(lake: Folder, error: Exception) -> Iterator[httpx.Client]:
    """A client of a site whose lake does not answer."""
    with served(replace(site_of(lake, None), reader=BrokenReader(error)), Links()) as client:
        yield client


def api_examples(lake: Folder) -> dict[str, Any]:
    """Answers by operation and media type, and problems by code."""
    with served(site_of(lake, None), Links()) as client:
        answers = {
            operation: {"200": dict(_answer(client, address) for address in addresses)}
            for operation, addresses in ADDRESSES.items()
        }
        answers |= {
            operation: {"200": _whole(client, address)}
            for operation, address in OF_PIPELINE.items()
        }
        answers["show_metrics"] = {"200": dict([_answer(client, "/metrics")])}
        problems = {code: client.get(address) for code, address in _REFUSED.items()}
    for operation, others in _of_rejected(lake).items():
        answers[operation] |= others
    answers |= {operation: _of_operation(lake, operation) for operation in POSTED}
    problems |= _of_access(lake)
    problems |= _of_failures(lake)
    problems |= _of_operations(lake)
    found = {code: response.json() for code, response in problems.items()} | _of_forms()
    ordered = {code: found[code] | {"request_id": _REQUEST_ID} for code in ProblemCode}
    requests = {operation: body for operation, (_, body) in POSTED.items()}
    return {"answers": answers, "requests": requests, "problems": ordered}


def stub_pipeline() -> StubPipeline:
    """A pipeline that has rejected two raw objects, and can transform the last run again."""
    return StubPipeline(letters=[letter(1), letter(2)], runs={str(_RUN)})


def _of_rejected(lake: Folder) -> dict[str, dict[str, dict[str, Any]]]:
    """What is answered about a pipeline that has rejected something, and has mended a run."""
    site = replace(site_of(lake, None, stub_pipeline()), process=StubProcess())
    with served(site, Links()) as client:
        address, body = POSTED["replay"]
        assert client.post(address, json=body).status_code == 200
        found = {
            operation: {"200": _whole(client, OF_PIPELINE[operation])}
            for operation in ("show_status", "list_dead_letters")
        }
        bad = _whole(client, OF_PIPELINE["show_health"], 503)
    stopping = replace(site, process=StubProcess(failing="the service is stopping"))
    with served(stopping, Links()) as client:
        found |= {
            operation: {"503": _whole(client, OF_PIPELINE[operation], 503)}
            for operation in ("show_alive", "show_ready")
        }
    return found | {"show_health": {"503": bad}}


def _of_operation(lake: Folder, operation: str) -> dict[str, dict[str, Any]]:
    """What is answered to an operation: one that has ended, and one that goes on."""
    address, body = POSTED[operation]
    found = {}
    for status, pipeline, seconds in (
        (200, stub_pipeline(), 20),
        (202, replace(stub_pipeline(), may_end=Event()), 0),
    ):
        with served(site_of(lake, None, pipeline, seconds), Links()) as client:
            response = client.post(address, json=body)
        pipeline.may_end.set()
        assert response.status_code == status, response.text
        found[str(status)] = {"application/json": _named(response.json())}
    return found


def _of_operations(lake: Folder) -> dict[ProblemCode, httpx.Response]:
    """The problems of operations."""
    no_crawler = "a lake in a folder has no crawler: its tables are always up to date"
    not_now = "dead letters are being sent back: look again in a moment"
    long = StubPipeline(may_end=Event())
    found = {}
    for code, pipeline, address in (
        (ProblemCode.BUSY, long, "/crawl"),
        (ProblemCode.NOTHING_TO_DO, StubPipeline(), "/dlq/redrive"),
        (ProblemCode.NO_SUCH_OPERATION, StubPipeline(fails=NotHereError(no_crawler)), "/crawl"),
        (ProblemCode.OPERATION_FAILED, StubPipeline(fails=PipelineError(not_now)), "/dlq/redrive"),
    ):
        seconds = 0 if pipeline is long else 20
        with served(site_of(lake, None, pipeline, seconds), Links()) as client:
            if pipeline is long:
                assert client.post("/reconcile").status_code == 202
            body = {"all": True} if address == "/dlq/redrive" else {}
            found[code] = client.post(address, json=body)
        pipeline.may_end.set()
        assert found[code].json()["code"] == code, found[code].text
    return found


def _named(value: object) -> object:
    """A value with the same id for each operation."""
    if isinstance(value, dict):
        is_operation = "began_at" in value
        named = {name: _named(each) for name, each in value.items()}
        return named | ({"id": _OPERATION_ID} if is_operation else {})
    return value


def _whole(client: httpx.Client, address: str, status: int = 200) -> dict[str, Any]:
    """An answer about what surrounds the lake, whose lists are short, by its media type."""
    response = client.get(address)
    assert response.status_code == status, (address, response.text)
    return {response.headers["content-type"]: _named(response.json())}


def _answer(client: httpx.Client, address: str) -> tuple[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, (address, response.text)
    media_type = response.headers["content-type"].partition(";")[0]
    if media_type == "application/json":
        return media_type, _cut(response.json())
    if media_type == "application/atom+xml":
        return media_type, _first_entry(response.text, str(client.base_url).rstrip("/"))
    if media_type == "text/plain":
        return media_type, response.text
    return media_type, "".join(response.text.splitlines(keepends=True)[: _MOST + 1])


def _cut(value: object) -> object:
    """A value with the first elements of each list."""
    if isinstance(value, list):
        return [_cut(each) for each in value[:_MOST]]
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    return value


def _first_entry(feed: str, address: str) -> str:
    """A feed with its first entry alone, at the address that `playlake up` has."""
    head, end, _ = feed.replace(address, "http://127.0.0.1:4848").partition("</entry>")
    return f"{head}{end}\n</feed>"


def _of_access(lake: Folder) -> dict[ProblemCode, httpx.Response]:
    reader = {"authorization": f"Bearer {READER.secret}"}
    operator = {"authorization": f"Bearer {OPERATOR.secret}"}
    with served(site_of(lake, Tokens((READER, OPERATOR))), Links()) as client:
        return {
            ProblemCode.SIGNED_OUT: client.get("/runs"),
            ProblemCode.NOT_ALLOWED: client.post("/runs", headers=reader),
            ProblemCode.UNKNOWN_HOST: client.get("/runs", headers={"host": "lake.example"}),
            ProblemCode.METHOD_NOT_ALLOWED: client.delete("/runs", headers=operator),
            ProblemCode.TOO_LARGE: client.post("/login", content=b"x" * 70_000),
            ProblemCode.HEADER_TOO_LARGE: client.get("/runs", headers={"x-long": "x" * 70_000}),
        }


def _of_failures(lake: Folder) -> dict[ProblemCode, httpx.Response]:
    found = {}
    for code, error in (
        (ProblemCode.LAKE_UNREADABLE, QueryError("Athena has refused")),
        (ProblemCode.INTERNAL, RuntimeError("a fault")),
    ):
        with broken(lake, error) as client:
            found[code] = client.get("/runs")
    return found


def _of_forms() -> dict[ProblemCode, Any]:
    session = Session.begin(OPERATOR, FIRST)
    try:
        check_form(Bearer(Scope.OPERATE, session), "of another page")
    except ProblemError as error:
        return {error.code: error.problem(_REQUEST_ID).model_dump(mode="json")}
    raise AssertionError("a form of another page was taken")


def as_file(examples: dict[str, Any]) -> str:
    """The text of the file that is shipped."""
    return json.dumps(examples, indent=1, ensure_ascii=False) + "\n"
