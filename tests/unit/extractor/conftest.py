"""Stand-ins for the world around the extractor. All playlists here are synthetic."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal

import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.runs import RunId
from playlake_extractor.errors import LandingFailedError
from playlake_extractor.ports import Traffic
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores
from playlake_extractor.sources.spotify.source import SpotifySource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


SNAPSHOT_ID = "AAAA/b+c="
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Generation = Literal["classic", "items", "both"]


class Clock:
    """Shows noon, and later only when a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **passed: float) -> None:
        self.now += timedelta(**passed)


class Synthetic:
    """Makes ids and responses, indented oddly so that a rewritten byte would show."""

    def playlist_id(self, number: int) -> str:
        return f"{number:022d}"

    def entry(self, number: int, generation: Generation = "items") -> dict[str, Any]:
        track = {"id": f"track{number}", "name": "Größe  \u2028", "track": True, "episode": False}
        keys = {"classic": ["track"], "items": ["item"], "both": ["item", "track"]}[generation]
        return {"added_at": "2026-01-01T00:00:00Z", **dict.fromkeys(keys, track)}

    def page(
        self,
        entries: int,
        *,
        following: str | None = None,
        total: int | None = None,
        generation: Generation = "items",
    ) -> dict[str, Any]:
        return {
            "items": [self.entry(number, generation) for number in range(entries)],
            "next": following,
            "total": entries if total is None else total,
        }

    def page_body(
        self,
        entries: int,
        *,
        following: str | None = None,
        total: int | None = None,
        generation: Generation = "items",
    ) -> bytes:
        page = self.page(entries, following=following, total=total, generation=generation)
        return self.body(page)

    def playlist_body(
        self,
        entries: int,
        *,
        following: str | None = None,
        total: int | None = None,
        generation: Generation = "items",
    ) -> bytes:
        page = self.page(entries, following=following, total=total, generation=generation)
        keys = {"classic": ["tracks"], "items": ["items"], "both": ["items", "tracks"]}
        held = dict.fromkeys(keys[generation], page)
        return self.body({"name": "Mornings", "snapshot_id": SNAPSHOT_ID, **held})

    def listing_body(
        self, playlists: Mapping[str, str], *, total: int | None = None, owner: str = "synthetic"
    ) -> bytes:
        listed = [
            {"id": key, "name": "Mornings", "snapshot_id": version, "owner": {"id": owner}}
            for key, version in playlists.items()
        ]
        count = len(listed) if total is None else total
        return self.body({"items": listed, "next": "https://api/more", "total": count})

    def body(self, content: object) -> bytes:
        return json.dumps(content, indent=3, separators=(" ,", " :\t"), ensure_ascii=False).encode()


Scripted = bytes | Exception | Callable[[], bytes]


class ScriptedSpotify:
    """Plays the port: the answers of each playlist, one a call; exceptions are raised.

    Attributes:
        script: answers by playlist, or by URI of an artist or album; those to the user's own
            questions are under `me`.
        versions: the snapshot ids returned after paging; without any, that of every playlist.
    """

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.not_before: dict[str, datetime] = {}
        self.is_for_user = True
        self.requests_left = 10_000
        self.script: dict[str, list[Scripted]] = {}
        self.versions: list[str] = []
        self.asked: list[tuple[str, object]] = []
        self._current = ""

    @property
    def source(self) -> SpotifySource:
        """The source that sends its requests here."""
        return SpotifySource(self)

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        self.not_before.update(not_before)

    def user(self) -> bytes:
        self._current = "me"
        return self._answer("user", None)

    def my_playlists(self, offset: int) -> bytes:
        self._current = "me"
        return self._answer("my_playlists", offset)

    def version(self, playlist_id: str) -> bytes:
        self.traffic.requests += 1
        self.asked.append(("version", playlist_id))
        version = self.versions.pop(0) if self.versions else SNAPSHOT_ID
        return json.dumps({"snapshot_id": version}).encode()

    def playlist(self, playlist_id: str) -> bytes:
        self._current = playlist_id
        return self._answer("playlist", playlist_id)

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        self._current = playlist_id
        return self._answer("playlist_items", offset)

    def saved_tracks(self, offset: int, limit: int) -> bytes:
        self._current = "liked-songs"
        return self._answer("saved_tracks", (offset, limit))

    def next(self, url: str) -> bytes:
        return self._answer("next", url)

    def artist(self, artist_id: str) -> bytes:
        self._current = f"spotify:artist:{artist_id}"
        return self._answer("artist", artist_id)

    def album(self, album_id: str) -> bytes:
        self._current = f"spotify:album:{album_id}"
        return self._answer("album", album_id)

    def _answer(self, call: str, argument: object) -> bytes:
        self.traffic.requests += 1
        self.asked.append((call, argument))
        answer = self.script[self._current].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else answer()


class Dying(MemoryRawStore):
    """Takes so many objects, then fails."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes = takes

    def land(self, key: str, body: bytes, content_type: str) -> None:
        if self.takes == 0:
            raise LandingFailedError(f"S3 did not take {key}")
        self.takes -= 1
        super().land(key, body, content_type)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a server got; `target` is path and query as sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Server:
    """An HTTP server on a free port of 127.0.0.1."""

    def __init__(self, respond: Callable[[Asked], Answer]) -> None:
        self.asked: list[Asked] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.asked, respond))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler(
    asked: list[Asked], respond: Callable[[Asked], Answer]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # boto waits for "100 Continue"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            asked.append(request)
            answer = respond(request)
            self.send_response(answer.status)
            # Every answer of AWS has the id of its request; Spotify's may have it.
            always = {"Connection": "close", "x-amz-request-id": "synthetic"}
            for name, value in {**always, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests read everything that is said."""

    return Handler


class HttpSpotify(Server):
    """Spotify over HTTP: `answers` by path and query; the token endpoint is at /api/token."""

    def __init__(self) -> None:
        self.token = Answer(b'{"access_token": "synthetic-access-token", "expires_in": 3600}')
        self.answers: dict[str, Answer] = {}
        super().__init__(self._respond)

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1/"

    @property
    def token_url(self) -> str:
        return f"{self.url}/api/token"

    @property
    def api_calls(self) -> list[Asked]:
        return [request for request in self.asked if request.method == "GET"]

    def on_playlist(self, playlist_id: str, answer: Answer) -> None:
        self.answers[f"/v1/playlists/{playlist_id}?additional_types=track%2Cepisode"] = answer

    def on_items(self, playlist_id: str, offset: int, answer: Answer) -> None:
        query = f"limit=50&offset={offset}&additional_types=track%2Cepisode"
        self.answers[f"/v1/playlists/{playlist_id}/items?{query}"] = answer

    def on_version(self, playlist_id: str, answer: Answer) -> None:
        query = "fields=snapshot_id&additional_types=track"
        self.answers[f"/v1/playlists/{playlist_id}?{query}"] = answer

    def _respond(self, request: Asked) -> Answer:
        if request.target == "/api/token":
            return self.token
        return self.answers.get(request.target, Answer(b"{}", 400))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def synthetic() -> Synthetic:
    return Synthetic()


@pytest.fixture
def run() -> Run:
    return Run("spotify", RunId.derive("spotify", NOON), "0.0-test")


@pytest.fixture
def store() -> MemoryRawStore:
    return MemoryRawStore()


@pytest.fixture
def dying() -> type[Dying]:
    """The class `Dying`, which tests cannot import."""
    return Dying


@pytest.fixture
def state() -> MemoryStateStore:
    return MemoryStateStore()


@pytest.fixture
def stores(store: MemoryRawStore, state: MemoryStateStore) -> Stores:
    """The stores of a run: `store` and `state`."""
    return Stores(raw=store, state=state)


@pytest.fixture
def scripted() -> ScriptedSpotify:
    return ScriptedSpotify()


@pytest.fixture
def http_spotify() -> Iterator[HttpSpotify]:
    server = HttpSpotify()
    yield server
    server.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Asked], Answer]], Server]]:
    """Starts servers that respond as a function says, and stops them."""
    with ExitStack() as servers:
        yield lambda respond: servers.enter_context(closing(Server(respond)))


@pytest.fixture
def answer() -> type[Answer]:
    """The class `Answer`, which tests cannot import."""
    return Answer
