"""The stand-in Spotify as a process, and the command in this one, joined to a local AWS.

Runs leave rows, partitions and crawls behind, so that they have a local AWS of their own.
"""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests
from free_ports import choose_port
from rich.console import Console

from playlake import local_aws as local
from playlake.__main__ import run
from playlake.demo.sandbox import Sandbox
from playlake.invocation import Invocation
from playlake.login.authorization import AuthorizationRequest, code_of
from playlake.project import Project
from playlake.services.http import ask
from playlake.services.processes import service, service_environment
from playlake.sources.spotify import stand_in_access
from playlake_extractor.public import TOKEN_PATH, App, OAuthClient
from playlake_extractor.sources.spotify.credential_stores import FileStore
from playlake_extractor.sources.spotify.credentials import StoredCredentials
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder


class Command:
    """Runs `playlake` in this process for a project, and keeps what it prints."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.output = io.StringIO()
        self.notices = io.StringIO()

    def __call__(self, *arguments: str) -> int:
        self.output, self.notices = io.StringIO(), io.StringIO()
        output, notices = (Console(file=file, width=200) for file in (self.output, self.notices))
        return run(arguments, Invocation(self.project, output, notices))

    @property
    def said(self) -> str:
        """What the last command printed, results and notices."""
        return self.output.getvalue() + self.notices.getvalue()

    @property
    def last_words(self) -> str:
        """The last line of the notices."""
        return self.notices.getvalue().splitlines()[-1]


class Spotify:
    """The stand-in for Spotify, and what a user's browser does on its page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.port = sandbox.port
        self.url = f"http://127.0.0.1:{sandbox.port}"
        self.access = stand_in_access(sandbox.port)

    @property
    def options(self) -> tuple[str, ...]:
        """The options by which a command finds it."""
        return f"--accounts-url={self.url}", f"--api-url={self.url}/v1/"

    def decide(self, address: str, *, what: str = "agree") -> str:
        """Press one of the page's two links: the address that the browser is led to."""
        pressed = address.replace("/authorize?", f"/authorize/{what}?")
        answer = requests.get(pressed, allow_redirects=False, timeout=10)
        return answer.headers["Location"]

    def log_in(self) -> str:
        """The refresh token of a new consent."""
        app = App(self.access.client_id, self.access.client_secret)
        question = AuthorizationRequest(app, 1)
        code = code_of(self.decide(question.address(self.url)), question.state)
        client = OAuthClient(app, f"{self.url}{TOKEN_PATH}")
        tokens = client.exchange(code, question.redirect_uri, question.verifier)
        return tokens.refresh_token or ""

    def arm(self, *rules: dict[str, Any]) -> None:
        """Have faults in force."""
        ask(self.port, "PUT", "/sandbox/faults", list(rules))


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """This checkout with the home of `local_aws`."""
    return replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def local_aws(shared_project: Project) -> Iterator[LocalAws]:
    """One local AWS for all tests of this folder, provisioned."""
    with local.local_aws(shared_project, port=choose_port()) as aws:
        yield aws


@pytest.fixture(scope="session")
def running_spotify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spotify]:
    """One stand-in for all tests of the session, which plays a newer app; no playlist is large."""
    playing = Sandbox(choose_port())
    own = {"PLAYLAKE_SANDBOX_PORT": str(playing.port), "PLAYLAKE_SANDBOX_LARGEST": "120"}
    health = f"http://127.0.0.1:{playing.port}/sandbox/health"
    environment = service_environment(os.environ, own)
    with service("sandbox", environment, health, logs=tmp_path_factory.mktemp("logs")):
        yield Spotify(playing)


@pytest.fixture
def spotify(running_spotify: Spotify) -> Iterator[Spotify]:
    """The stand-in, without faults before and after."""
    running_spotify.arm()
    yield running_spotify
    running_spotify.arm()


@pytest.fixture
def playlake_in() -> type[Command]:
    """`playlake_in(project)`: the command in the home of a project."""
    return Command


@pytest.fixture
def playlake(project: Project) -> Command:
    """The command in a home of the test's own."""
    return Command(project)


@pytest.fixture
def store_credentials(spotify: Spotify) -> Callable[..., StoredCredentials]:
    """`store_credentials(file, **changes)`: store what the stand-in takes, with changes."""

    def store(file: Path, **changes: object) -> StoredCredentials:
        fields: dict[str, Any] = {
            "client_id": spotify.access.client_id,
            "client_secret": spotify.access.client_secret,
            "refresh_token": spotify.access.refresh_token,
            "authorised_on": datetime.now(UTC).date(),
        }
        credentials = StoredCredentials(**{**fields, **changes})
        FileStore(file).save(credentials)
        return credentials

    return store


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """A new lake in a folder."""
    return make_lake(tmp_path / "lake")[0]


@pytest.fixture
def playlake_on_lake(
    lake: Folder, shared_project: Project, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """The command on that lake; its extractor finds the stand-in."""
    monkeypatch.setenv("PLAYLAKE_LAKE", str(lake.root))
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_API_URL", f"{spotify.url}/v1/")
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_TOKEN_URL", f"{spotify.url}/api/token")
    monkeypatch.setenv("PLAYLAKE_REQUESTS_PER_SECOND", "100")
    return Command(shared_project)
