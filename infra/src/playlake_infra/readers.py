"""What a deployment reads beside Spotify's account that has no name: sources, and accounts.

Each has a task, a role, schedules, alarms and metrics of its own, and a secret if it needs one. The
constructs of the template know no source by its name, but readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.keys import COVERS_PREFIX, source_prefix, state_prefix
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_infra.run_schedule import RunSchedule
    from playlake_infra.settings import Settings
    from playlake_infra.sources import FurtherSource


@dataclass(frozen=True, slots=True)
class Reader:
    """A further source, or a further account of Spotify.

    Attributes:
        label: ends the names of what it has; a source has its own name.
        title: its name for a person.
        construct: its name in the template, and the beginning of that of an output of the stack.
        source: the source, as the extractor's setting names it.
        schedule: when its runs are started.
        settings: the extractor's settings of its own.
        written: the prefixes that its task writes under.
        secret_name: the name of its secret; None if it needs none.
        filled: the extractor's setting that ECS fills from the secret; None if the task reads the
            secret itself, and stores there what the source renews.
        consents: whether it is read with the consent of a user, which ends.
    """

    label: str
    title: str
    construct: str
    source: str
    schedule: RunSchedule
    settings: Mapping[str, str | float]
    written: tuple[str, ...]
    secret_name: str | None
    filled: str | None = None
    consents: bool = False


def readers_of(settings: Settings) -> list[Reader]:
    """The readers of a deployment: sources first, then accounts."""
    sources = [_of_source(settings, source) for source in settings.sources.chosen]
    return [*sources, *_accounts(settings)]


def _of_source(settings: Settings, source: FurtherSource) -> Reader:
    name = source.name
    return Reader(
        label=name,
        title=source.title,
        construct=source.title,
        source=name,
        schedule=source,
        settings={"playlists": source.playlists, **source.options},
        written=(source_prefix(name), state_prefix(name)),
        secret_name=None if source.secret is None else settings.names.source_secret(name),
        filled=source.secret,
    )


def _accounts(settings: Settings) -> Iterator[Reader]:
    for name, account in settings.accounts.items():
        yield Reader(
            label=name,
            title=f"Spotify's account {name}",
            construct=f"Account{name.title().replace('-', '')}",
            source=SPOTIFY,
            schedule=account,
            settings={
                "account": name,
                "playlists": account.playlists,
                "requests_per_second": settings.requests_per_second,
                "enrich": settings.enrich,
                "covers": settings.covers,
            },
            written=(source_prefix(SPOTIFY), state_prefix(SPOTIFY, name), COVERS_PREFIX),
            secret_name=settings.names.account_secret(name),
            consents=True,
        )
