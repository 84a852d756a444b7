"""What a source registers with the command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from playlake.doctor.findings import Findings
    from playlake.invocation import Invocation
    from playlake.project import Project


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives for a run.

    Attributes:
        playlists: the extractor's setting of the playlists.
        user: the option `--user`.
        credentials: the option `--credentials`.
        account: the option `--account`.
    """

    playlists: str
    user: str | None = None
    credentials: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """What `playlake doctor` looks at a source with.

    Attributes:
        project: the folders.
        now: the time, UTC.
        credentials: the option `--credentials`.
        accounts_url: Spotify's accounts service.
        api_url: Spotify's Web API.
        liked_songs: the option `--liked-songs`.
        account: the option `--account`.
    """

    project: Project
    now: datetime
    credentials: str | None
    accounts_url: str
    api_url: str
    liked_songs: bool = False
    account: str | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """How the demonstration reads a source's stand-in.

    Attributes:
        settings: the extractor's settings that reach it on a port of this machine.
        playlists: the control route that lists its playlists.
        example: the name of a playlist that a person may ask for.
    """

    settings: Callable[[int], Mapping[str, str]]
    playlists: str
    example: str


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests reading takes.

    Attributes:
        first_entries: entries in the response with a playlist; None if it holds all.
        page_entries: entries in each further page.
        listed: playlists in a page of a user's list.
    """

    first_entries: int | None
    page_entries: int
    listed: int


@dataclass(frozen=True, slots=True)
class CommandSource:
    """A source, as far as the command knows it.

    Attributes:
        name: its name in keys and settings.
        title: its name for a person.
        run_settings: the extractor's settings of a run that `Given` decides; raises `CommandError`
            if something that every run needs is missing.
        has_login: whether runs use what `playlake login` stores.
        kept: the variables that a schedule keeps for its runs.
        secrets: the variables with secrets, which a schedule does not keep.
        look: what `playlake doctor` does to check that the source can be read.
        stand_in: how the demonstration reads its stand-in.
        requests: how many requests reading takes.
        has_liked_songs: whether it has Liked Songs, which a run reads if it is asked to.
    """

    name: str
    title: str
    run_settings: Callable[[Invocation, Given], dict[str, str]]
    has_login: bool
    kept: tuple[str, ...]
    secrets: tuple[str, ...]
    look: Callable[[Findings, Looking], None]
    stand_in: StandIn
    requests: Requests
    has_liked_songs: bool = False
