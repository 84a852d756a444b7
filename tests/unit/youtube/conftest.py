"""A hostile YouTube over HTTP, and runs of the extractor against it. All of it is synthetic."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore
from youtube_responses import PLAYLIST_ID

from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.youtube.settings import YoutubeSettings
from playlake_extractor.sources.youtube.source import YoutubeSource, open_youtube

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playlake_contracts.manifest import Manifest, PlaylistOutcome
    from playlake_contracts.raw import RawSnapshot

KEY = "synthetic-api-key-which-nobody-may-see"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def body_of(response: object) -> bytes:
    """A response, indented oddly so that a rewritten byte would show."""
    if isinstance(response, bytes):
        return response
    text = json.dumps(response, indent=3, separators=(" ,", " :\t"), ensure_ascii=False)
    return text.encode(errors="backslashreplace")


def refusal_of(code: int, reason: str, message: str = "synthetic", **more: object) -> Answer:
    """An error as Google's APIs write it."""
    errors = [{"message": message, "domain": "synthetic", "reason": reason}]
    body = {"error": {"code": code, "message": message, "errors": errors, **more}}
    return Answer(body_of(body), code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the resource, the parameters and the headers."""

    resource: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    target: str


class Youtube:
    """The API on a free port: the answers of each resource, one a request; the last one stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: dict[str, deque[Answer]] = {"playlists": deque(), "playlistItems": deque()}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/youtube/v3/"

    def lists(self, *answers: object) -> None:
        """What `playlists.list` answers from now on, one after the other."""
        self._script["playlists"] = deque(map(_answer, answers))

    def pages(self, *answers: object) -> None:
        """What `playlistItems.list` answers from now on, one after the other."""
        self._script["playlistItems"] = deque(map(_answer, answers))

    def respond(self, target: str, headers: Mapping[str, str]) -> Answer:
        url = urlsplit(target)
        resource = url.path.removeprefix("/youtube/v3/")
        parameters = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(Asked(resource, parameters, headers, target))
        script = self._script.get(resource)
        if not script:
            return Answer(b"{}", 500)
        return script.popleft() if len(script) > 1 else script[0]

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _answer(response: object) -> Answer:
    return response if isinstance(response, Answer) else Answer(body_of(response))


def _handler(youtube: Youtube) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = youtube.respond(self.path, dict(self.headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests read everything that is said."""

    return Handler


@dataclass(slots=True)
class Runs:
    """Runs of the extractor against a server, with their stores."""

    url: str
    now: datetime = NOON
    raw: MemoryRawStore = field(default_factory=MemoryRawStore)
    state: MemoryStateStore = field(default_factory=MemoryStateStore)
    settings: dict[str, Any] = field(default_factory=dict)
    refresh_after: timedelta = timedelta(days=7)

    def source(self) -> YoutubeSource:
        """The source with a key."""
        fast = {"requests_per_second": 100, "request_burst": 100, "waits_in_all_seconds": 0}
        given = {
            "youtube_api_key": KEY, "youtube_api_url": self.url, **fast
        }  # fmt: skip
        return open_youtube(
            YoutubeSettings.model_validate({**given, **self.settings}), lambda: self.now
        )

    def run(self, wanted: Sequence[str] | None = (PLAYLIST_ID,)) -> Manifest:
        """A run for the present time."""
        run_id = RunId.derive("youtube", self.now)
        run = Run("youtube", run_id, "0.0-test", refresh_after=self.refresh_after)
        ids = None if wanted is None else list(wanted)
        return extract(run, ids, self.source(), Stores(self.raw, self.state), lambda: self.now)

    def outcome(self) -> PlaylistOutcome:
        """The outcome of a run of one playlist."""
        (outcome,) = self.run().playlists
        return outcome

    def landed(self) -> list[RawSnapshot]:
        """All snapshots that were landed, in the order of their keys."""
        return [
            decode_snapshot(frame)
            for key, body in sorted(self.raw.objects.items())
            if "part-" in key
            for frame in read_frames(body)
        ]


@pytest.fixture
def youtube() -> Iterator[Youtube]:
    """A YouTube that answers as a test says."""
    server = Youtube()
    yield server
    server.close()


@pytest.fixture
def runs(youtube: Youtube) -> Runs:
    """Runs against `youtube`."""
    return Runs(youtube.url)
