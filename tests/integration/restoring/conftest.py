"""A stand-in for Spotify in this process, a lake of an old day of it, and the command.

All synthetic.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests
from commands import Command
from historical_lakes import Read, commit_run
from served import serve

from playlake.project import Project
from playlake_extractor.public import FileStore, StoredCredentials
from playlake_lake.identity import make_lake
from playlake_sandbox import Settings, Tier, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playlake_lake.folder import Folder
    from playlake_sandbox.state import Sandbox

OLD_DAY = datetime(2026, 10, 20, 6, tzinfo=UTC)
NEW_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
LARGEST = 230
_PAIR = ("sandbox-client-id", "sandbox-client-secret")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+/authorize\?\S+")


class Killed(BaseException):
    """The process ends here; nothing that it would do after this happens."""


@dataclass
class Spotify:
    """The stand-in, and what the listener does with it."""

    url: str
    sandbox: Sandbox
    client: httpx.Client

    def log_in(self) -> None:
        """Have a token that is valid."""
        form = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"}
        token = self.client.post("/api/token", data=form, auth=_PAIR).json()
        self.client.headers["authorization"] = f"Bearer {token['access_token']}"

    def read(self, playlist_id: str) -> Read:
        """What the extractor would land of a playlist today."""
        self.log_in()
        query = {"additional_types": "track,episode"}
        response = self.client.get(f"/v1/playlists/{playlist_id}", params=query)
        first = response.json()
        page = first.get("items") or first["tracks"]
        total, pages = page["total"], []
        for offset in range(100, total, 50):
            more: dict[str, str | int] = {**query, "offset": offset, "limit": 50}
            path = f"/v1/playlists/{playlist_id}/items"
            pages.append(self.client.get(path, params=more).content)
        return Read(playlist_id, total, response.content, pages)

    def items(self, playlist_id: str) -> list[Mapping[str, Any] | None]:
        """The items of a playlist today, in order, read through the API."""
        read = self.read(playlist_id)
        bodies = [json.loads(body) for body in (read.playlist, *read.pages)]
        pages = [body.get("items") if "owner" in body else body for body in bodies]
        pages[0] = pages[0] or bodies[0]["tracks"]
        entries = [entry for page in pages for entry in page["items"]]
        return [entry["item"] if "item" in entry else entry["track"] for entry in entries]

    def uris(self, playlist_id: str) -> list[str]:
        """The URIs of a playlist's songs and episodes that can be restored, in order."""
        items = [item for item in self.items(playlist_id) if item is not None]
        return [str(item["uri"]) for item in items if item["name"] and not item.get("is_local")]

    def made(self) -> list[str]:
        """The ids of the playlists that were made, the oldest first."""
        return list(self.sandbox.made)

    def id_of(self, name: str) -> str:
        """The id of a playlist."""
        overview = self.client.get("/sandbox/playlists").json()
        return next(str(each["id"]) for each in overview if each["name"] == name)

    def arm(self, *rules: dict[str, Any]) -> None:
        """Have faults in force."""
        self.client.put("/sandbox/faults", json=list(rules)).raise_for_status()

    def set_clock(self, now: datetime) -> None:
        """Move its clock."""
        self.client.put("/sandbox/clock", json={"now": now.isoformat()}).raise_for_status()

    def decide(self, address: str, what: str = "agree") -> str:
        """Press one of the page's two links: the address that the browser is led to."""
        pressed = address.replace("/authorize?", f"/authorize/{what}?")
        return str(httpx.get(pressed, timeout=10).headers["Location"])


class Person:
    """Standard input: opens the address that the command has shown, and pastes what follows."""

    def __init__(self, shown: Callable[[], str], follow: Callable[[str], str]) -> None:
        self._shown = shown
        self._follow = follow

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        (*_, address) = _ADDRESS.findall(self._shown())
        return f"{self._follow(address)}\n"


class Restoring(Command):
    """Runs `playlake restore --yes` for a person who agrees."""

    def __init__(self, project: Project, spotify: Spotify, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(project)
        self.home = project.home
        self._options = (f"--accounts-url={spotify.url}", f"--api-url={spotify.url}/v1/")
        self._monkeypatch = monkeypatch
        self.follow: Callable[[str], str] = spotify.decide

    def restore(self, *arguments: str) -> int:
        """Run it without `--yes`; gives the exit status."""
        person = Person(lambda: self.said_so_far, self.follow)
        self._monkeypatch.setattr("sys.stdin", person)
        return self("restore", *arguments, "--no-browser", *self._options)

    @property
    def last_words(self) -> str:
        """The last line of the notices."""
        return self.notices.splitlines()[-1]


class Lakes:
    """Lakes of an old day of one playlist each; making one takes longer than copying it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: dict[tuple[str, Tier], tuple[Path, list[str]]] = {}

    def copy(self, name: str, spotify: Spotify, folder: Folder) -> list[str]:
        """Fill a lake; gives the URIs that the playlist had."""
        key = name, spotify.sandbox.settings.tier
        if key not in self._made:
            self._made[key] = self._make(name, spotify)
        made, old = self._made[key]
        shutil.copytree(made, folder.root, dirs_exist_ok=True)
        return old

    def _make(self, name: str, spotify: Spotify) -> tuple[Path, list[str]]:
        folder, _ = make_lake(self._root / str(len(self._made)))
        playlist_id = spotify.id_of(name)
        spotify.set_clock(OLD_DAY)
        read, old = spotify.read(playlist_id), spotify.uris(playlist_id)
        spotify.set_clock(NEW_DAY)
        commit_run(folder, OLD_DAY, [read])
        return folder.root, old


class Requests:
    """The requests to the Web API: counted, and one of them kills the command."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        self._kill_at: int | None = None
        self._carried_out = False
        self._send = requests.Session.send
        monkeypatch.setattr(requests.Session, "send", self._sending(self._send))

    def kill_at(self, number: int | None, *, carried_out: bool = False) -> None:
        """Die at the numbered request from now on, before or after it is carried out."""
        self.sent.clear()
        self._kill_at, self._carried_out = number, carried_out

    def _sending(self, send: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
        def sending(
            session: requests.Session, request: requests.PreparedRequest, **options: object
        ) -> requests.Response:
            if "/v1/" not in str(request.url):
                return send(session, request, **options)
            self.sent.append(f"{request.method} {request.path_url}")
            dies = len(self.sent) == self._kill_at
            if dies and not self._carried_out:
                raise Killed
            response = send(session, request, **options)
            if dies:
                raise Killed
            return response

        return sending


@pytest.fixture(params=[Tier.NEWER_DEV, Tier.OLDER_DEV])
def tier(request: pytest.FixtureRequest) -> Tier:
    """The generations of the API, by the kind of app."""
    return Tier(request.param)


@pytest.fixture
def spotify(tier: Tier) -> Iterator[Spotify]:
    """The stand-in, on a later day than the lake's."""
    app = create_app(Settings(tier=tier, largest=LARGEST, clock=NEW_DAY))
    with serve(app) as url, httpx.Client(base_url=url, timeout=10, trust_env=False) as client:
        yield Spotify(url, app.state.sandbox, client)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This checkout with a home of the test's own, and stored credentials."""
    found = replace(Project.find(os.environ), home=tmp_path / "home")
    credentials = StoredCredentials(
        client_id=_PAIR[0],
        client_secret=_PAIR[1],
        refresh_token="sandbox-refresh-token",  # noqa: S106 - the stand-in's own
        authorised_on=NEW_DAY.date(),
    )
    FileStore(found.home / "spotify.json").save(credentials)
    return found


@pytest.fixture
def folder(project: Project) -> Folder:
    """The default lake, empty."""
    made, _ = make_lake(project.lakes / "default")
    return made


@pytest.fixture(scope="session")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    """The lakes that were made, to be copied."""
    return Lakes(tmp_path_factory.mktemp("lakes"))


@pytest.fixture
def lake_of(folder: Folder, spotify: Spotify, lakes: Lakes) -> Callable[[str], list[str]]:
    """`lake_of(name)`: commit an old day of a playlist; gives the URIs that it had then."""
    return lambda name: lakes.copy(name, spotify, folder)


@pytest.fixture
def playlake(project: Project, spotify: Spotify, monkeypatch: pytest.MonkeyPatch) -> Restoring:
    """The command; nothing waits."""
    monkeypatch.setenv("PLAYLAKE_REQUESTS_PER_SECOND", "100")
    monkeypatch.setenv("PLAYLAKE_LONGEST_WAIT_SECONDS", "0")
    return Restoring(project, spotify, monkeypatch)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Requests:
    """The requests to the Web API."""
    return Requests(monkeypatch)
